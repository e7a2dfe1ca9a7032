"""Words of the page Our clips."""

from types import MappingProxyType
from typing import Final

TITLE: Final = "Our clips"
LEAD: Final = (
    "Staff walk a route, you export the clips from your video system, and colleagues trace the walker in your own "
    "cameras. Practice only: the footage is real, only the walker is known, and results never measure anyone."
)
PRIVATE: Final = (
    "Stored in this installation's data folder: the blurred clips, the clocks and marks you enter, and the drills you "
    "make. The files you send are never stored as they are. Only people who may make drills see this page."
)
NONE: Final = "No clips have been imported here yet."
NEW: Final = "Import a walk"
NAME: Final = "Name of the walk"
NAME_HINT: Final = "For example: Walk from the side entrance to the gym"
SITE: Final = "Cameras"
NO_SITE: Final = "Enter the cameras by name"
SITE_OF: Final = "Cameras of {site}"
SITE_NOTE: Final = "A school drawn under Our school gives the plan and the links between cameras."
MAY_USE: Final = "The school may use this footage for training"
AGREED: Final = "Everyone who acts in the walk agreed to be filmed for it"
BLUR: Final = "Blurring"
BLUR_ON: Final = "Blur heads before anything is stored"
BLUR_MOVING: Final = "Blur everything that moves before anything is stored"
BLUR_OFF: Final = "No blurring: everyone who can be seen has signed"
BLUR_NOTE: Final = (
    "Blurring helps to blur people who happen to be in the picture. It can miss someone, so you look through every "
    "camera before a drill is made."
)
NO_DETECTOR: Final = (
    "The person detector is not installed here, so everything that moves is blurred. The person who runs the server "
    "can add it."
)
BEGIN: Final = "Begin"
NEED_NAME: Final = "Enter a name for the walk (1 to 60 characters)."
NEED_RIGHTS: Final = "Check both boxes first: real footage needs both."

STEP: Final = "Step"
STEPS: Final = MappingProxyType(
    {"clips": "Clips", "clocks": "Clocks", "blur": "Blurring", "walker": "Walker", "drill": "Drill"}
)
BACK: Final = "All walks"

NEIGHBORS: Final = "How far apart the cameras are"
NEIGHBORS_NOTE: Final = (
    "Enter the meters one walks from one picture into the next. The console then links these cameras, and walking "
    "speeds can be checked."
)
FROM: Final = "From"
TO: Final = "To"
METERS: Final = "Meters walked"
ADD: Final = "Add"
REMOVE: Final = "Remove"
APART: Final = "{a} to {b}: {meters:g} meters"
SAME_CAMERA: Final = "Choose two different cameras."

CLOCKS_LEAD: Final = (
    "Read the clock in the first and the last picture of each clip, and enter one moment that neighboring cameras both "
    "show: the walker raises both arms, or passes a door."
)
CLOCKS_CHANGED: Final = "The clocks were changed in another window. This is how they are now."
DAY: Final = "Day of the walk"
FIRST: Final = "First picture"
LAST: Final = "Last picture"
AT: Final = "Seconds into the clip"
CLOCK: Final = "Clock in this picture"
CLOCK_HELP: Final = "As it stands there, such as 8:02:13 AM or 14:30:05. Leave it empty where there is no clock."
BAD_CLOCK: Final = "“{text}” is not a time. Type it like 8:02:13 AM or 14:30:05."
REFERENCE: Final = "Camera whose clock is right"
EVENTS: Final = "Moments that two cameras show"
NO_EVENTS: Final = "None yet."
EVENT: Final = "{a} at {a_s:.1f} s and {b} at {b_s:.1f} s"
ONE: Final = "One camera"
OTHER: Final = "The other camera"
ADD_EVENT: Final = "Add this moment"
FITTED: Final = "What follows"
FIT_HEAD: Final = ("Clip", "Starts at", "Camera clock", "How sure")
FAST: Final = "{seconds:.1f} s fast"
SLOW: Final = "{seconds:.1f} s slow"
EXACT: Final = "right"
TIED: Final = "within {seconds:.2f} s"
NOT_TIED: Final = "taken as right"
SPEEDS: Final = "Walking speeds between cameras"
SPEED_HEAD: Final = ("From", "To", "Seconds", "Meters", "Speed")
TOO_FAST: Final = "{speed:.1f} m/s, too fast"
SPEED_OK: Final = "{speed:.1f} m/s"
BOTH: Final = "both show the walker"
UNKNOWN: Final = "not entered"
ALIGN: Final = "Put the clips on one clock"
ALIGN_NOTE: Final = "This takes about as long as the import. Marks you already made are kept."
ALIGNING: Final = "Working on {what}"
ALIGN_BEGINS: Final = "Starting"
ALIGN_GOES_ON: Final = "You can leave this page. The work continues."
ALIGN_STOPPED: Final = "This was stopped before it was done. Start it again: what is done is kept."
IS_ALIGNED: Final = "The clips are on one clock. Look through the blurring next."
FIRST_ALIGN: Final = "Put the clips on one clock first, under Clocks."
FIRST_CLIPS: Final = "Import the clips first, under Clips."

BLUR_LEAD: Final = (
    "Watch every camera once, at 4 times the speed. Where a face or head can be seen, draw a box to blur more. Then "
    "confirm the camera."
)
DRILLS_GO: Final = (
    "A drill was made of this walk. If you blur more, that drill and the practice on it are deleted, because it shows "
    "what you blur. Make the drill again afterwards."
)
NOTHING_TO_BLUR: Final = "Everyone who can be seen has signed, so nothing was blurred."
WALKER_LEAD: Final = (
    "Mark the walker every 1.5 seconds on each camera. Accept the proposed box or move it; say where the walker is "
    "hidden, and where they leave the picture."
)
GAPS: Final = "Look at these marks again"
TRACKS: Final = "Take marks from a file"
TRACKS_NOTE: Final = "MOT text (.txt) or CVAT XML (.xml). The marks of that clip are replaced; Undo brings them back."
TRACK_CLIP: Final = "Clip"
TRACK_FILE: Final = "File"
TRACK_ID: Final = "Number or label of the walker in the file"
TRACK_TAKE: Final = "Take these marks"
TRACK_TAKEN: Final = "The marks were taken."

DRILL_LEAD: Final = "Say what the walker wears and what is asked. Drills of this walk are practice only."
MISSING: Final = "Before a drill can be made"
DRILL_TITLE: Final = "Title of the drill"
TASKS: Final = "What is asked"
CLOTHES: Final = "What the walker wears"
PHOTO: Final = "Photo of the walker (optional)"
PHOTO_NOTE: Final = "Shown in the briefing in place of the description. Use one only if the walker agreed."
PHOTO_SEND: Final = "Use this photo"
PHOTO_KEPT: Final = "A photo is stored."
PHOTO_DROP: Final = "Remove the photo"
MAKE: Final = "Make the drill"
NEED_TITLE: Final = "Enter a title (1 to 60 characters)."
NEED_TASK: Final = "Choose at least one thing to ask."
MADE: Final = "The drill is ready. Your colleagues find it on the page Drills."
MADE_BEFORE: Final = "A drill was made of this walk. Make it again after changes; the earlier one stays."

TOP_KINDS: Final = ("jacket", "hoodie", "sweater", "T-shirt", "shirt", "coat", "vest")
BOTTOM_KINDS: Final = ("pants", "jeans", "shorts", "skirt", "leggings")
BAGS: Final = ("none", "backpack", "shoulder bag", "tote bag")
COLORS: Final = (
    "black",
    "white",
    "gray",
    "blue",
    "navy",
    "red",
    "green",
    "yellow",
    "orange",
    "brown",
    "purple",
    "pink",
)
HAIR: Final = ("black", "brown", "blond", "gray", "white", "red", "covered")
PARTS: Final = (
    ("top_color", "Top, color", COLORS),
    ("top_kind", "Top", TOP_KINDS),
    ("bottom_color", "Bottom, color", COLORS),
    ("bottom_kind", "Bottom", BOTTOM_KINDS),
    ("shoe_color", "Shoes, color", COLORS),
    ("hair_color", "Hair", HAIR),
    ("bag_kind", "Bag", BAGS),
    ("bag_color", "Bag, color", ("none", *COLORS)),
)

DELETE: Final = "Delete this walk"
DELETE_NOTE: Final = (
    "All clips, clocks, marks, the photo, and all drills and practice made of this walk are deleted. The ledger keeps "
    "one line that says so."
)
DELETE_SURE: Final = "Delete everything"
DELETED: Final = "The walk was deleted, with {recordings} and {attempts}."
