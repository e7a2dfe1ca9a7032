"""Words of a training event's page, and of signing in to it."""

from typing import Final

NEW_LEAD: Final = (
    "The training itself: plan it, or enter one that took place. Drills are its tests. It counts once you close it "
    "with who came."
)
TO_TEAM: Final = "Go to Team"
NOBODY: Final = "Nobody is on this team yet. Add its people first."
DEMO: Final = "A demo team has no training record: its people are invented. A team of your own has one."

NAME: Final = "Title"
TOPICS_HINT: Final = "for example: finding a camera, following from camera to camera, exporting a clip"
LINKS_HINT: Final = "Slides https://drive.example.org/slides"
FILES_NOTE: Final = (
    "Of a file, its name and its fingerprint (SHA-256) are recorded. They prove later which file it was. The file "
    "itself is not kept here: keep it where you keep documents. For one above 5 MB, enter its link."
)

OPEN_NOTE: Final = "Shows a code that people scan with their own phone. Opens two hours before the training."
SCAN: Final = "Scan this with your phone, and choose your name"
SIGNED: Final = "{came} of {expected} have signed in"
AGAIN_NOTE: Final = "Starts sign-in again: codes shown so far stop working."
CLOSED: Final = "Sign-in is closed"
LIST_NOTE: Final = "For people without a phone, or afterwards from a paper list. The record says that you marked them."
CLOSE_NOTE: Final = "Anyone not marked is recorded as absent. Only then does the training count as held."
LONGER: Final = (
    "{minutes} minutes are more than the {passed} since the training began. Correct the number, or the beginning under "
    "“Change the details”, or say why it was longer: the record and the certificates then say so."
)
CANCEL_NOT: Final = "Someone is marked as present. To cancel the training, correct their attendance first."
APPROVE_NOTE: Final = (
    "You approve the training as it stands on this page: who came, for how long, and its details. The record keeps "
    "your name and the time. A correction afterwards withdraws it."
)
SHEET_NOTE: Final = (
    "The photo stays on this machine, without what the camera noted in it. Record and papers name it with its "
    "fingerprint (SHA-256). Up to 15 MB."
)

DETAILS: Final = "Details"
ATTENDANCE: Final = "Attendance"
CORRECT: Final = "Correct someone's attendance, or their minutes"
OFFER: Final = "Offer another day to those who were absent"
OFFERED: Final = "Another day was offered: {day}"

SIGN_TITLE: Final = "Sign in to the training"
SIGN_AS: Final = "Sign in as {name}"
NOT_YOU_NOTE: Final = "You signed in as {name}. If that is someone else, take it back and choose your own name."
NO_CODE: Final = "Scan the code on the instructor's screen to sign in, or type it."
OTHER_DAY: Final = (
    "The program has its training on {planned}. Once this one is closed, the program moves to the day on which it was "
    "held, and drills count as before or after by that day."
)
