"""Words of a training event's page, and of signing in to it."""

from typing import Final

TO_TEAM: Final = "Go to Team"
NOBODY: Final = "Nobody is on this team yet. Add its people first."
DEMO: Final = "A demo team has no training record: its people are invented. A team of your own has one."


SIGNED: Final = "{came} of {expected} have signed in"
CANCEL_NOT: Final = "Someone is marked as present. To cancel the training, correct their attendance first."

DETAILS: Final = "Details"
ATTENDANCE: Final = "Attendance"
CORRECT: Final = "Correct someone's attendance, or their minutes"
OFFER: Final = "Offer another day to those who were absent"
OFFERED: Final = "Another day was offered: {day}"

SIGN_TITLE: Final = "Sign in to the training"
SIGN_AS: Final = "Sign in as {name}"
NO_CODE: Final = "Scan the code on the instructor's screen to sign in, or type it."
