"""Words on the pages of team exercises."""

from typing import Final

LEAD: Final = "Two to four people search together, each on their own device, with one clock and one answer."
NEEDS_PEOPLE: Final = "A team exercise needs at least two people on the team. Add them under People and drills."
NONE_YET: Final = "No team exercise yet."
MAKE: Final = "Make a team exercise"
WHICH: Final = "Drill"
FORM_LABEL: Final = "{title}, {place}"
USES_UP: Final = "{title}, {place} (as in a measuring drill: anyone who does it here cannot be measured on it)"
LEAD_PERSON: Final = "Lead"
VIEWER_PERSON: Final = "Viewer"
MAP_PERSON: Final = "Map (optional)"
RADIO_PERSON: Final = "Radio (optional; needs a map too)"
NOBODY: Final = "Nobody"
CALLS: Final = "With calls that come in (answered by the radio, or the lead)"
MAKE_BUTTON: Final = "Make the drill and its links"
NO_RADIO_ALONE: Final = "Choose who has the map before you choose a radio."
KEPT_APART: Final = "Team exercises are kept apart: they are in no person's results and in no before and after."
LINKS: Final = "Send each person their own link. Anyone who has a link can act as that person."
LINK_OF: Final = "{role}: {person}"
STATES: Final = {
    "assigned": "Not started, {here} of {all} there",
    "briefed": "Not started, {here} of {all} there",
    "running": "Running, {here} of {all} there",
    "submitted": "Submitted",
    "timed_out": "Ended at the limit",
    "abandoned": "Given up",
}
DEBRIEF_LINK: Final = "Open the team's debrief"

PAGE_LOST: Final = "This link is not complete, or no longer works."
PAGE_LOST_NEXT: Final = "Ask the person who sent it for the link again. Nothing else is affected."
PART: Final = "This is one person's part of a team exercise. Open it by the link that you were sent."
YOU_ARE: Final = "You are: {role}"
WHO_IS_THERE: Final = "Who is there"
HERE: Final = "here"
NOT_HERE: Final = "not here yet"
WAIT: Final = "Wait here: the console opens automatically as soon as the lead starts."
ALL_HERE: Final = "Everybody is there."
MISSING: Final = "Not there yet: {people}."
MISSING_LEAD: Final = "Not there yet: {people}. You can start without them; they can come in later."
START: Final = "Start for everyone (the clock starts now)"
HOW_TITLE: Final = "How you work together"
HOW: Final = (
    "All marks are in one list and on one plan, with a letter for whose they are: L lead, V viewer, M map, R radio.",
    "When the student leaves your camera, press “Ask” to have someone take over the next one.",
    "The lead submits once, for everyone. A mark that the lead leaves out does not count.",
)

DEBRIEF: Final = "Team debrief: {title}"
TOGETHER: Final = "How you worked together"
LANES: Final = "Who watched what, and when"
LANES_NOTE: Final = "One lane each, over the time of the drill. The line below a lane: the student was in that picture."
LANES_TABLE: Final = "The same as a table"
LANES_COLUMNS: Final = ("Role", "From", "Camera")
VIEWED: Final = "viewed {viewed}, the student in view {student}"
STUDENT_LEGEND: Final = "the student was in this picture"
CAMERA_LEGEND: Final = "a camera as the main picture"
PRACTICE: Final = "Practice next, together"
PARTS: Final = "What you found, part by part"
HAND_OFFS: Final = "Requests to take over a camera"
HAND_OFFS_COLUMNS: Final = ("Asked by", "For", "At", "Another had it")
MARKS: Final = "All marks"
MARKS_COLUMNS: Final = ("Camera", "Time", "Whose", "Counts")
LOG: Final = "The log"
LOG_COLUMNS: Final = ("At", "Who", "What")
TIME: Final = "Time taken"
DOWNLOAD: Final = "Download the score (JSON)"
ROLES: Final = {"Lead": "L", "Viewer": "V", "Map": "M", "Radio": "R"}
