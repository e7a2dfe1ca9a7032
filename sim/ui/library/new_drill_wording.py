"""Words of the page that makes a new drill."""

from typing import Final

TITLE: Final = "New drill"
LEAD: Final = (
    "Make fresh footage for practice, with new people, new routes, and a difficulty of your choice. It is made on this "
    "computer. Footage to measure on is made under Team, Plan."
)
SITE: Final = "School"
STORY: Final = "What happens"
LEVEL: Final = "Difficulty"
LEVELS: Final = {"easy": "Easy", "medium": "Medium", "hard": "Hard"}
LEVEL_NOTES: Final = {
    "easy": "Few people, short routes, no one dressed alike.",
    "medium": "More people, longer routes with gaps between cameras, one look-alike of each student.",
    "hard": "Full halls, long routes with long gaps, two look-alikes of each student, a camera with a wrong clock.",
}
MINUTES: Final = "Length, minutes"
PEOPLE: Final = "People"
ADVANCED: Final = "More settings"
SHOWN: Final = "How the student is shown"
SHOWN_WORDS: Final = {"3 photos": "Three photos", "1 photo": "One photo", "text": "Words only"}
KNOWN: Final = "Say where the student was last seen"
KNOWN_NOTE: Final = (
    "The search starts from a camera and a time, as most real ones do. Without it, the student has to be found first."
)
UNSURE: Final = "Add practice whose student may be on no camera"
UNSURE_NOTE: Final = (
    "In some of these drills the correct answer is that the student is on no camera. Nothing tells which."
)
SEED: Final = "Seed"
SEED_NOTE: Final = "The same seed with the same settings makes the same drill again."
NAME: Final = "Name"
NAME_NOTE: Final = "Empty: named after what happens."
PRICE: Final = (("Time", "time"), ("Disk while it is made", "disk_while"), ("Disk afterwards", "disk_after"))
PRICE_NOTE: Final = "Estimates for this computer. You can close this page; the work continues."
START: Final = "Make this drill"
CHECKING: Final = "Checking that this drill can be made here ..."

WORKING: Final = "Making “{title}” at {place}, {level}"
PREPARING: Final = "Letting {people} people walk through the building. This takes up to a minute."
RENDERING: Final = "{part}: {done} of {total} pictures"
WALL: Final = "The wall of all cameras"
LEFT: Final = "{left} to go"
CHOOSING: Final = "Choosing who is to be found, by what the cameras really show"
LEAVE: Final = "You can leave this page and come back. Anybody else who opens it sees the same."
CANCEL: Final = "Cancel"
CANCEL_SURE: Final = "Yes, stop and delete it"
STOPPED: Final = "The work was interrupted before it was done. What is finished is kept."
FAILED: Final = "The drill could not be finished"
GO_ON: Final = "Go on"
THROW_AWAY: Final = "Delete it"
DONE: Final = "“{title}” is ready. Its drills have a measured difficulty of {index}."
NOT_MET: Final = "That is not the difficulty you asked for ({level}): the nearest that this footage has."
CANCELED: Final = "The last one was canceled. Nothing of it was kept."
PLAY: Final = "Try it"
ANOTHER: Final = "Make another one"

OWN_TITLE: Final = "Made on this computer"
OWN_LINE: Final = "{place}: drill {number}, {level}, {limit}"
OWN_LEVEL: Final = "{level} ({index})"
OWN_PRACTICE: Final = "for practice"
ONE_PHOTO: Final = "one photo"
WORDS_ONLY: Final = "words only"
OWN_DELETE: Final = "Delete"
OWN_DELETE_NOTE: Final = (
    "Deletes “{title}” at {place} with all its drills. Debriefs of drills done on it can then no longer be opened."
)
OWN_DELETE_SURE: Final = "Yes, delete it"
OWN_CHOOSE: Final = "Drill"
OWN_PLAY: Final = "Start this drill"

FRESH_TITLE: Final = "Fresh school days"
FRESH_LEAD: Final = (
    "After five drills on one morning people answer from memory. This computer can make new days on its own "
    "and keep some ready that nobody has played."
)
FRESH_ON: Final = "On: change"
FRESH_OFF: Final = "Off: turn on"
FRESH_READY: Final = "{ready} ready"
FRESH_USED_NAME: Final = "Disk used"
FRESH_USED: Final = "{used:.1f} of {most:g} GB"
FRESH_ENOUGH: Final = "Enough are ready. The next one is made when someone has played one."
FRESH_WAITS: Final = "The next one waits: {why}."
FRESH_MAKE: Final = "Make fresh school days on this computer"
FRESH_SCHOOLS: Final = "Schools"
FRESH_ALL: Final = "All schools"
FRESH_WHEN: Final = "When"
FRESH_WHEN_WORDS: Final = {"night": "At night, 8 PM to 6 AM", "idle": "When nobody has done a drill for 15 minutes"}
FRESH_KEEP: Final = "Ready for each school"
FRESH_DISK: Final = "Disk limit for all of them, GB"
FRESH_SAVE: Final = "Save"
