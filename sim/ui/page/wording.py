"""Words on the pages. Plain, calm, no jargon; times as the cameras show them."""

from typing import Final

APP: Final = "Sightline"
TAGLINE: Final = (
    "Practice finding one student on school cameras: a timed search through the footage of a made-up school, "
    "then a debrief that shows where you lost them."
)
FICTION: Final = "Every person and place in the footage is fictional and drawn by computer."

TRY: Final = "Try a drill"
HAVE_CODE: Final = "I have a code"
TEAM: Final = "Set up for my team"
TEAM_NOTE: Final = "Add your people and give them drills, here and now, without an account."
TEAM_GO: Final = "Go to my team"
HOW_TITLE: Final = "How it works"
HOW: Final = (
    ("Read the briefing", "You see who to find, in pictures or in words, and what is asked."),
    ("Search the cameras", "All cameras play on one clock. Click the student wherever you see them."),
    ("Learn from the debrief", "You see the actual path beside yours, and the frame where it went wrong."),
)

FAMILIAR: Final = "Get to know the console first (3 minutes, not scored)"
FAMILIAR_OFFER: Final = (
    "First time on this console? Three minutes show you every control, before your drill. Nothing is scored."
)
FAMILIAR_START: Final = "Get to know the console first"
FAMILIAR_END: Final = "You know the console"
FAMILIAR_DONE: Final = "That was to get to know the controls. Nothing was scored."
FAMILIAR_PARTLY: Final = "Partly done: {done} of {of} steps"
FAMILIAR_PARTLY_NOTE: Final = (
    "Nothing was scored. It counts as done once every step was tried, and the training record says how far you got. "
    "You can go through it again at any time."
)
FAMILIAR_AGAIN: Final = "Go through it again"
FAMILIAR_TIME_UP: Final = "The time for getting to know the console is over. Nothing was scored; you can do it again."
FAMILIAR_NEXT: Final = "What a drill adds"
FAMILIAR_LEARNED: Final = (
    "You are shown a student from three sides and search for them on all cameras.",
    "The clock runs, and your marks are compared with where the student really was.",
    "The notes are in the console again under More, Show me around.",
)
FAMILIAR_TO_DRILL: Final = "Go to your drill"

CONSOLE: Final = "Console"
STALLED: Final = "Your connection cost you about {seconds} seconds, so this time may not be comparable."
DONE_ON: Final = "Console: {console}."
DONE_WITH: Final = "Console: {console}, {options}."
OPTIONS_NOTE: Final = "Results with different options are never compared with each other."
CONSOLE_AND_OPTIONS: Final = "Console and options: {given}"
HINTS_NONE: Final = "You took no hints, though this drill had them."
HINTS_ONE: Final = "With one hint. An assessment gives none."
HINTS_MANY: Final = "With {count} hints. An assessment gives none."
CONSOLE_NOTE: Final = "Results on different consoles are never compared with each other."
SIDES: Final = {3: "from the front, the back and the side", 1: "from the front"}
WORDS_ONLY: Final = "There is no picture of this student. These words are all there is."

LOOK_AROUND: Final = "Take a look first: the console in six notes, before the clock starts"
LOOK_AROUND_PARTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("wall", "The cameras", "All cameras at the same moment. Choose one to see it large; Esc brings all of them back."),
    ("stage", "The picture", "In the large picture, click or tap the person when you see them: that makes a mark."),
    ("track", "Time", "Drag here to another moment. The buttons above play, step and jump."),
    ("plan", "The plan", "Where the cameras are and what they see. Choose one where the person may come by next."),
    ("found", "What you found", "Your marks in order. Choose one to go back to it, or remove it."),
    ("submit", "Submit", "When you are done, submit. Until then everything can be changed, and all of it is saved."),
)
"""Part of the drawing, title and sentence, in the order of a search."""

START: Final = "Start drill (the clock starts now)"
COUNTS_TITLE: Final = "How you're scored"
WHO_TITLE: Final = "Who to find"
ASKED_TITLE: Final = "Your task"
SEARCH_FROM: Final = "Search from"
SEARCH_BACK_FROM: Final = "Search back from"
MAY_BE_ABSENT: Final = "The student may not appear on any camera in this time."
HELD_BACK_TITLE: Final = "What to look for"
HELD_BACK: Final = {
    "3 photos": "Three photos of the student and a description appear when you start. The clock starts then too.",
    "1 photo": "One photo of the student and a description appear when you start. The clock starts then too.",
    "text": "A description of the student, without a photo, appears when you start. The clock starts then too.",
    "question": "What to look for appears when you start. The clock starts then too.",
}

DRILL_LOST: Final = "This drill's address is not complete, or the drill no longer exists."
DRILL_LOST_NEXT: Final = "Nothing else is affected. Go back to the start and choose a drill."
ABANDONED: Final = "This drill was given up before it ended. It is not scored."
END_DRILL: Final = "End this drill"
ABANDONED_NOTE: Final = "It is not scored, and you can start another one."
HOME: Final = "Back to the start"
AGAIN: Final = "Start {title} ({limit})"
EXPERT: Final = "Expert: {expert}. You: {own}."
EXPERT_WATCH: Final = "Watch an expert on this drill"
EXPERT_NOTE: Final = (
    "A simulated expert who sees only what you could see: the last sighting, the map, and the pictures that are open."
)
WATCH_AGAIN: Final = "Watch this search again"
DONE: Final = "Back to home"
DOWNLOAD_TABLE: Final = "Download the table"
MANY_ROWS: Final = "This table has {rows} rows: too many to read here. Download it."
PRINT: Final = "Print or save as PDF"
RIGHT: Final = "On target"
LOOK: Final = "Look at this"

TRUE_PATH: Final = "The student's actual path"
UNSEEN: Final = "on no camera here"
MARK_RIGHT: Final = "Your mark: correct"
MARK_WRONG: Final = "Your mark: wrong person"
MARK_NOBODY: Final = "Your mark: no one there"
NO_MARKS: Final = "You marked no one."
NO_PATHS: Final = "The student doesn't appear on any camera, and you marked no one."
ALL_MARKS: Final = "All {count} as a table"
MORE_MARKS: Final = "{count} of your marks are drawn; {more} more are in the table."
DEBRIEF_PATHS: Final = "The path on the map"
DEBRIEF_TIME: Final = "Where your time went"
DEBRIEF_CAMERAS: Final = "Cameras you watched"
DEBRIEF_CAMERAS_TABLE: Final = "The same as a table"
STUDENT_HERE: Final = "the student was on this camera"
ONE_CELL: Final = "One cell is {span} of footage."
LEFT_OUT: Final = {
    (True, True): "One camera that never had the student, and that you did not watch, is left out.",
    (True, False): "One camera that you did not watch is left out.",
    (False, True): "{count} cameras that never had the student, and that you did not watch, are left out.",
    (False, False): "{count} cameras that you did not watch are left out.",
}
"""By whether it is one camera, and whether the student was on others."""
DEBRIEF_MOMENTS: Final = "Moments to look at"
MOMENTS_AS_WORKED: Final = "In the order you worked."
MOMENTS_BY_TIME: Final = "In the order of the footage."
MOMENTS_OPEN: Final = "Open one to see the picture."
MOMENTS_NONE: Final = "Nothing to look at again: no mistake."
MOMENTS_PAGE: Final = "Which part of the list"
MOMENT_PICTURE_LOST: Final = "The picture of this moment cannot be read."
DEBRIEF_LOSSES: Final = "Where they went next"
LOSSES_NOTE: Final = "Where the student was next (going back: before), and the cameras you opened in vain."
LOSSES_COLUMNS: Final = ("From", "On no camera", "Next at", "You opened in vain", "Nearest on the map")
LOSSES_NONE_OPENED: Final = "none"
LOSSES_NONE_OFFERED: Final = "none"
FOLDED: Final = "**{title}:** {summary}"
NEXT_TIME: Final = "Next time:"
TRY_AGAIN: Final = "Try again: {title} ({limit})"
COMPARED: Final = "This try beside the last one"
LAST_TRY: Final = "Last try ({title})"
LAST_TRY_SAME: Final = "Last try"
LAST_TRY_OTHER: Final = "Last try (another question)"
THIS_TRY: Final = "This try"
PAPER_NAME: Final = "Name"
PAPER_DATE: Final = "Date"
PAPER_SCHOOL: Final = "School"
MOMENTS_COUNTED: Final = "{look} to look at, {good} that went well"
MOMENTS_ALL_GOOD: Final = "none to look at again, {good} that went well"
MOMENTS_NO_MISTAKE: Final = "no mistake"
GOOD_PARTS: Final = "{good} of {count} on target"
FOUND_LEGS: Final = "{found} of {count} found"
LOST_TIMES: Final = ("lost once", "lost {count} times")
MARKS: Final = ("1 mark", "{count} marks")
CALLS: Final = ("1 call", "{count} calls")
DEBRIEF_PARTS: Final = "How you did, part by part"
DEBRIEF_MORE: Final = "More measures"
DEBRIEF_LEGS: Final = "Every appearance"
DEBRIEF_GLIMPSES: Final = "A glimpse is too short or too small to ask for. It counts neither for nor against you."
DEBRIEF_MARKS: Final = "Your marks"
DEBRIEF_SEARCH: Final = "Appearance search"
DEBRIEF_CALLS: Final = "Calls while you searched"
DEBRIEF_CALLS_NOTE: Final = "Your answers to them change no other score."
DEBRIEF_FAULTS: Final = "Camera problems"
DEBRIEF_FAULTS_NOTE: Final = "Not scored."
DEBRIEF_ADVICE: Final = "Practice next"
TROUBLE: Final = "Something went wrong on our side"
TROUBLE_NEXT: Final = "Your work so far is stored. Reload the page to continue."


def count(number: int, words: tuple[str, str]) -> str:
    return words[0] if number == 1 else words[1].format(count=number)
