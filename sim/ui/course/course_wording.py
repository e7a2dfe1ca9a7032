"""Words of Home and of the lessons."""

from typing import Final

from sim.services.course.home import StepKind
from sim.services.course.progress import LessonState

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
STEP_NOTE: Final = "No account, nothing to set up."

COURSE: Final = "Lessons: {done} of {all} done"
COURSE_LEAD: Final = "Each lesson teaches one rule. Pass it twice in a row without help to open the next."
LESSON_NAME: Final = "{number}. {title}"
LESSON_STATES: Final = {
    LessonState.LOCKED: "Opens after lesson {before}",
    LessonState.NEW: "Up to {minutes}",
    LessonState.BEGUN: "{in_a_row} of 2 passed without help",
    LessonState.MASTERED: "Done",
}
LESSON_START: Final = "Start lesson {number}"
LESSON_AGAIN: Final = "Practice lesson {number}"

DRILLS: Final = "Drills"
DRILLS_LEAD: Final = "Pick any drill. None of them counts toward a result."
KIND: Final = "Kind of drill"
ALL_KINDS: Final = "All kinds"
START: Final = "Start {title}"
TITLE_AT: Final = "{title}, {place}"
DONE: Final = "Done"
WEEKLY: Final = "Drill of the week"
NEW: Final = "New this week"
ALL_CARDS: Final = "Show all {count}"
PICTURE: Final = "A camera at {place}"

DONE_TITLE: Final = "Your past drills"
DONE_NOTE: Final = "Open one to see its debrief."
DONE_LINE: Final = "{day}: {title}. {result}"

REMIND: Final = "Remind me weekly"
REMIND_NOTE: Final = "A calendar file with a reminder every Monday at 8 AM. Open it to add it to your calendar."
HERE: Final = "Your progress on this browser"
HERE_NOTE: Final = (
    "Without an account, your lessons and drills are kept for this browser only, for {days} days. Only this browser "
    "shows them."
)
NO_COOKIES: Final = (
    "Your browser doesn't accept cookies, so your progress is kept only until you close or reload this page."
)
FORGET: Final = "Forget me"
FORGET_SURE: Final = "Delete all lessons and drills done on this browser? This can't be undone."
FORGET_YES: Final = "Yes, delete them"
FORGOTTEN: Final = "Deleted. Nothing you did on this browser is stored any longer."

INTRO_TITLE: Final = "Lesson {number}: {title}"
STEPS: Final = "How to do it"
HELPED_HINTS: Final = "This try has hints: press Hint in the console whenever you are stuck."
HELPED: Final = "This try comes with the steps below. Take your time."
ALONE: Final = "This try is without help. {in_a_row} of {needed} passed in a row so far."
EASIER: Final = "An easier one, with another student or event."
BEGIN: Final = "Start (the clock starts now)"
EXPERT: Final = "Watch an expert"
EXAMPLE: Final = "Watch how it's done"
FIRST: Final = "{what} first"
EXPERT_NOTE: Final = (
    "An expert does it once, with a different question, and says why. It sees no more than you would. Skip ahead "
    "whenever you like; then it's your turn."
)
EXAMPLE_NOTE: Final = (
    "A prepared demonstration: the computer knows the answer and shows each step once, with a different question. Skip "
    "ahead whenever you like; then it's your turn."
)
WITH_HELP: Final = "Do it with help"
WITHOUT_HELP: Final = "Do it without help"

PASSED: Final = "Passed in {time}."
FAILED: Final = "Not this time."
PASSED_HELPED: Final = "Now try it without help."
PASSED_ONE: Final = "One more without help, and the lesson is done."
MASTERED: Final = "Lesson {number} is done."
COURSE_DONE: Final = "That was the last lesson. You know the rules; drills keep them fresh."
FAILED_NEXT: Final = "Remember the rule, then try an easier one with another student or event."
RULE_AGAIN: Final = "Rule: {rule}"
NEXT_LESSON: Final = "Next: lesson {number}"
NEXT_ALONE: Final = "Next: without help"
NEXT_AGAIN: Final = "Next: once more"
TRY_EASIER: Final = "Try again (easier)"
TRY_AGAIN: Final = "Try again"
TO_HOME: Final = "Back to home"

DEMO: Final = "A search: the same person on {count} cameras, found one after the other. Nobody in it is a real person."
DEMO_SCENE: Final = "{number} of {count}: {caption}"
DEMO_PAUSE: Final = "Pause"
