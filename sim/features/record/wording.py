"""Words of the records page and of one's own record."""

from types import MappingProxyType
from typing import Final

TITLE: Final = "Training records"
LEAD: Final = "Who was trained in what, when, and how well. Nothing here is changed: corrections are added."
TO_TEAM: Final = "Go to Team"
DEMO: Final = "A demo team has no training record: its people are invented. A team of your own has one."
EMPTY: Final = "Nothing is recorded yet. Hold a session, or give drills: both are recorded automatically."

SCHOOL: Final = "School"
LISTS: Final = MappingProxyType(
    {"sessions": "Sessions", "gaps": "Gaps", "refreshers": "Refreshers due", "requirements": "Requirements"}
)
LIST_NONE: Final = MappingProxyType(
    {
        "sessions": "No session is recorded.",
        "gaps": "No gaps are open.",
        "refreshers": "No refresher is due. They come from the programs of the teams.",
    }
)

VIEW: Final = "Show"
VIEWS: Final = MappingProxyType(
    {
        "people": "People",
        "trainings": "Trainings",
        "sessions": "Sessions",
        "gaps": "Gaps",
        "requirements": "Requirements",
        "exports": "Exports",
        "keeping": "Keeping",
    }
)

FORMER: Final = "Not on the team any more"
FORMER_NOTE: Final = "Their record stays as long as the law requires. Open it like everyone else's."
DRILLS: Final = "Recorded drills"

TRAININGS_NONE: Final = "No training is recorded. Sessions and drills test a training; record the training itself here."
SESSION: Final = "**{title}**, {day}"
WITHOUT_DRILL: Final = ("1 more was present and did no drill.", "{count} more were present and did no drill.")
OFFERED: Final = "Another day was offered on {day}."
LACKS: Final = "Not entered yet: {lacks}."
DETAILS: Final = "Details"
SAVE: Final = "Add to the record"
CANCELED: Final = "Canceled."

GAPS_NOTE: Final = (
    "A part of a drill that was not passed stays here until a later drill passes it. Practice does not close it. A "
    "re-drill is another drill of the same kind; it is recorded, and compared with nothing."
)
OPEN_REDRILL: Final = "Re-drill given on {day}: open it"
REDRILL_WAITS: Final = "Re-drill given on {day}, not done yet."

EXPORT_NOTE: Final = "Every export is recorded, and holds the ledger's head: keep one where nobody can change it."
CERTIFICATES: Final = "Certificates"

DIFFERS: Final = (
    "The ledger is intact, but {rows} from it: {what}. Tell your IT department, and keep the database as it is."
)
BROKEN: Final = "Entry {number} is broken: {what}. Tell your IT department, and keep the database as it is."
HEAD: Final = "Head of the ledger, to be noted elsewhere"
HOLDS_NOTE: Final = "While a hold lasts, nothing about its person, team or session is deleted."
HOLD: Final = "Place a hold"
ACCOUNTS: Final = "Changes of accounts"
ACCOUNTS_NOTE: Final = "Who could read and change what, of all teams, the latest fifty. No PIN or passphrase is in it."

OWN_LEAD: Final = "{team}. What is recorded of this training, and what is still to be practiced."
OWN_NONE: Final = "A person's record is opened by the link that the trainer sends, or from My results after signing in."
ACKNOWLEDGE_NOTE: Final = (
    "Press when you have read it. It says only that you know what is recorded, not that you agree. "
    "You may add a remark."
)
ACKNOWLEDGE_OTHER: Final = "You are signed in as {name}. Only the person it is about can acknowledge this record."
ACKNOWLEDGED: Final = "Read and acknowledged on {day}."
NOT_YET: Final = "Not acknowledged yet."
SEND_NOTE: Final = (
    "With this link {name} can read this record. Without an account they can also acknowledge it, and the record says "
    "that it was by your link. It works for 30 days; Team, People lists it and can end it."
)
