"""Words of the page Our school."""

from typing import Final

TITLE: Final = "Our school"
LEAD: Final = (
    "Draw your own building over its evacuation plan, add one picture of each camera's empty view, and make drills in "
    "your own cameras. The students in them are simulated: nobody is filmed."
)
STORED_TITLE: Final = "What is stored, and who sees it"
STORED: Final = (
    "The plan, one picture of each camera, and what you draw. They show where the cameras are and what they miss.",
    "The file that you send is deleted once it was read. What is painted out of a picture is deleted for good.",
    "All of it lies in this installation's data folder; nothing is sent anywhere. Only people who may make drills see "
    "this page. Trainees see the cameras' pictures in their drills.",
    "It is in no export. Backups hold it unless the person who makes them leaves it out.",
    "Deleting a school deletes all of it, with the recordings and practice drills made on it. The training record "
    "keeps one line, without the school's name.",
)
NONE: Final = "No school has been drawn here yet."
CHOOSE: Final = "School"
NEW: Final = "Draw a new school"
NAME: Final = "Name of the school"
MAKE: Final = "Begin"
NEED_NAME: Final = "Enter a name (1 to 60 characters)."
NEED_AGREED: Final = "Check the box first: the plan of a real building needs that person's word."
EXAMPLE: Final = "Try it with an example"
EXAMPLE_NOTE: Final = (
    "The example is a fictional school that is drawn already. Camera 3 is left for you to match: select it on the plan."
)
CLOSED: Final = (
    "Plans and pictures of your schools were turned off. This school can no longer be changed, and no new drills can "
    "be made on it. Drills that were made stay until you delete it. An administrator can turn them on again."
)
STEPS: Final = (
    "Add the plan, click two points whose distance you know, and enter the distance.",
    "Draw rooms and halls, then doors, then cameras.",
    "Select each camera, add its picture, and match it: click eight to ten points on the plan and in the picture.",
    "Check the plan, then make the school ready.",
)
STEPS_TITLE: Final = "How it goes"
TRACED_TITLE: Final = "Cameras without a picture"
TRACED_WHICH: Final = "No picture yet: {cameras}. Such a camera is left out of drills."
TRACED_NOT_HERE: Final = (
    "Add a picture of each. Where the add-on for drawn pictures is installed on the server, they can also be drawn "
    "from the plan."
)
TRACED_WHY: Final = (
    "Their pictures can be drawn from the plan: rooms as you drew them, with ordinary floors and walls. This takes "
    "about {minutes} min and continues when you leave this page."
)
TRACED_START: Final = "Draw their pictures"
TRACED_GO_ON: Final = "Continue drawing"
TRACED_PROGRESS: Final = "{done} of {count} pictures are drawn"
TRACED_CANCEL: Final = "Cancel and delete them"
TRACED_DONE: Final = "Their pictures are drawn from the plan. Make the school ready to use them."
TRACED_OLD: Final = "Their pictures were drawn from an older plan. Have them drawn again."
READY_TITLE: Final = "Make the school ready for drills"
READY_NOTE: Final = "This takes a few seconds per camera. Do it again whenever you have changed the plan."
AGES: Final = "Students in the drills"
AGES_NAMES: Final = {
    (5, 11): "Elementary school, ages 5 to 11",
    (11, 14): "Middle school, ages 11 to 14",
    (14, 18): "High school, ages 14 to 18",
    (5, 14): "Elementary and middle school, ages 5 to 14",
    (11, 18): "Middle and high school, ages 11 to 18",
    (5, 18): "All grades, ages 5 to 18",
}
AGES_OTHER: Final = "Ages {low} to {high}"
READY: Final = "Make ready"
WORKING: Final = "Working on {camera}"
DONE: Final = "Ready, with {cameras}. Choose it on the page New drill."
LEFT_OUT: Final = (
    "Left out, because they are not matched, have no picture, or have boxes that are not painted out yet: {cameras}."
)
MEND: Final = "Mend this first:"
IS_READY: Final = "This school can be chosen on the page New drill."
NEW_DRILL: Final = "Go to New drill"
DELETE: Final = "Delete this school"
DELETE_NOTE: Final = (
    "The plan, all pictures, and all recordings and practice drills made on this school are deleted. Results that were "
    "recorded stay, without its name."
)
DELETE_SURE: Final = "Delete everything"
DELETED: Final = "The school was deleted, with {recordings} and {attempts}."
