"""Words of Home and of the lessons."""

from typing import Final

from sim.services.course.home import StepKind
from sim.services.course.learner import LessonState

STEP_TITLES: Final = {
    StepKind.RESUME: "You have a drill running",
    StepKind.LESSON: "Lesson {number}, {minutes}",
    StepKind.WEEKLY: "Two-minute drill of the week",
    StepKind.DRILL: "Your next drill, {minutes}",
    StepKind.NONE: "There is no drill to play",
}
STEP_BUTTONS: Final = {
    StepKind.RESUME: "Resume your drill",
    StepKind.LESSON: "Start lesson {number}",
    StepKind.WEEKLY: "Start the drill of the week",
    StepKind.DRILL: "Start this drill",
}

LESSON_STATES: Final = {
    LessonState.LOCKED: "Opens after lesson {before}",
    LessonState.NEW: "Up to {minutes}",
    LessonState.BEGUN: "{in_a_row} of 2 passed without help",
    LessonState.MASTERED: "Done",
}

ALL_KINDS: Final = "All kinds"

DONE_TITLE: Final = "Your past drills"

NO_COOKIES: Final = (
    "Your browser doesn't accept cookies, so your progress is kept only until you close or reload this page."
)
FORGOTTEN: Final = "Deleted. Nothing you did on this browser is stored any longer."

INTRO_TITLE: Final = "Lesson {number}: {title}"
HELPED_HINTS: Final = "This try has hints: press Hint in the console whenever you are stuck."
ALONE: Final = "This try is without help. {in_a_row} of {needed} passed in a row so far."
EASIER: Final = "An easier one, with another student or event."
EXPERT: Final = "Watch an expert"
FIRST: Final = "{what} first"

FAILED: Final = "Not this time."
PASSED_HELPED: Final = "Now try it without help."
MASTERED: Final = "Lesson {number} is done."
FAILED_NEXT: Final = "Remember the rule, then try an easier one with another student or event."
NEXT_ALONE: Final = "Next: without help"

DEMO_PAUSE: Final = "Pause"
