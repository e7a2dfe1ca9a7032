"""Words of the records page and of one's own record."""

from types import MappingProxyType
from typing import Final

TITLE: Final = "Training records"
TO_TEAM: Final = "Go to Team"
EMPTY: Final = "Nothing is recorded yet. Hold a session, or give drills: both are recorded automatically."

LISTS: Final = MappingProxyType(
    {"sessions": "Sessions", "gaps": "Gaps", "refreshers": "Refreshers due", "requirements": "Requirements"}
)

VIEW: Final = "Show"

FORMER: Final = "Not on the team any more"
DRILLS: Final = "Recorded drills"

SESSION: Final = "**{title}**, {day}"
LACKS: Final = "Not entered yet: {lacks}."
SAVE: Final = "Add to the record"

GAPS_NOTE: Final = (
    "A part of a drill that was not passed stays here until a later drill passes it. Practice does not close it. A "
    "re-drill is another drill of the same kind; it is recorded, and compared with nothing."
)
OPEN_REDRILL: Final = "Re-drill given on {day}: open it"
REDRILL_WAITS: Final = "Re-drill given on {day}, not done yet."

CERTIFICATES: Final = "Certificates"

ACCOUNTS: Final = "Changes of accounts"

OWN_NONE: Final = "A person's record is opened by the link that the trainer sends, or from My results after signing in."
ACKNOWLEDGED: Final = "Read and acknowledged on {day}."
NOT_YET: Final = "Not acknowledged yet."
