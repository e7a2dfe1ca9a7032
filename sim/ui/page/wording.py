"""Words on the pages. Plain, calm, no jargon; times as the cameras show them."""

from typing import Final

APP: Final = "Sightline"
TAGLINE: Final = "Find one student on school cameras, against the clock. Then see where you lost them."

FAMILIAR_DONE: Final = "That was to get to know the controls. Nothing was scored."

CONSOLE: Final = "Console"
CONSOLE_NOTE: Final = "Results on different consoles are never compared with each other."

LOOK_AROUND_PARTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("wall", "The cameras", "All cameras at the same moment. Choose one to see it large; Esc brings all of them back."),
    ("stage", "The picture", "In the large picture, click or tap the person when you see them: that makes a mark."),
    ("track", "Time", "Drag here to another moment. The buttons above play, step and jump."),
    ("plan", "The plan", "Where the cameras are and what they see. Choose one where the person may come by next."),
    ("found", "What you found", "Your marks in order. Choose one to go back to it, or remove it."),
    ("submit", "Submit", "When you are done, submit. Until then everything can be changed, and all of it is saved."),
)
"""Part of the drawing, title and sentence, in the order of a search."""

COUNTS_TITLE: Final = "How you're scored"

ABANDONED: Final = "This drill was given up before it ended. It is not scored."
HOME: Final = "Back to home"
DONE: Final = "Back to home"
DOWNLOAD_TABLE: Final = "Download the table"
PRINT: Final = "Print or save as PDF"

NO_MARKS: Final = "You marked no one."
DEBRIEF_PATHS: Final = "Path on the map"
DEBRIEF_TIME: Final = "Your time"
DEBRIEF_CAMERAS: Final = "Cameras you watched"
DEBRIEF_CAMERAS_TABLE: Final = "The same as a table"
LEFT_OUT: Final = {
    (True, True): "One camera that never had the student, and that you did not watch, is left out.",
    (True, False): "One camera that you did not watch is left out.",
    (False, True): "{count} cameras that never had the student, and that you did not watch, are left out.",
    (False, False): "{count} cameras that you did not watch are left out.",
}
"""By whether it is one camera, and whether the student was on others."""
DEBRIEF_MOMENTS: Final = "Moments to look at"
MOMENT_PICTURE_LOST: Final = "The picture of this moment cannot be read."
DEBRIEF_LOSSES: Final = "Where they went next"
FOLDED: Final = "**{title}:** {summary}"
DEBRIEF_PARTS: Final = "How you did, part by part"
DEBRIEF_LEGS: Final = "Every appearance"
DEBRIEF_MARKS: Final = "Your marks"
DEBRIEF_CALLS: Final = "Calls while you searched"
DEBRIEF_FAULTS: Final = "Camera problems"
TROUBLE: Final = "Something went wrong on our side"


def count(number: int, words: tuple[str, str]) -> str:
    return words[0] if number == 1 else words[1].format(count=number)
