"""Words of the records page and of one's own record."""

from types import MappingProxyType
from typing import Final

TITLE: Final = "Records"
LEAD: Final = "Who was trained in what, when, and how well. Nothing here is changed: corrections are added."
NO_TEAM: Final = "Make a team first. What its people do is recorded automatically."
TO_TEAM: Final = "Go to Team"
DEMO: Final = "A demo team has no training record: its people are invented. A team of your own has one."
EMPTY: Final = "Nothing is recorded yet. Hold a session, or give drills: both are recorded automatically."
REDUCED: Final = "Only the hashes are kept, as they are so old: {entries}."

SCHOOL: Final = "School"
ALL_SCHOOLS: Final = "All schools"
LISTS: Final = MappingProxyType({"sessions": "Sessions", "gaps": "Gaps", "refreshers": "Refreshers due"})
LIST_NONE: Final = MappingProxyType(
    {
        "sessions": "No session is recorded.",
        "gaps": "No gaps are open.",
        "refreshers": "No refresher is due. They come from the programs of the teams.",
    }
)
LIST_ROWS: Final = "{first} to {last} of {total}."
LIST_PAGE: Final = "Page of {pages}"
LIST_FILE: Final = "All rows (CSV)"
OPEN_TEAM: Final = "Open a team's records"
CHOOSE_TEAM: Final = "Choose a team of this page"

VIEW: Final = "Show"
VIEWS: Final = MappingProxyType(
    {
        "people": "People",
        "trainings": "Trainings",
        "sessions": "Sessions",
        "gaps": "Gaps",
        "exports": "Exports",
        "keeping": "Keeping",
    }
)

PEOPLE_HEADER: Final = (
    "Name",
    "Trained",
    "Sessions",
    "Last drill",
    "Still to practice",
    "Refresher",
    "Acknowledged",
)
FORMER: Final = "Not on the team any more"
FORMER_NOTE: Final = "Their record stays as long as the law requires. Open it like everyone else's."
FORMER_HEADER: Final = ("Name", "Now", "Trained", "Sessions", "Last drill", "Still to practice")
FORMER_NAME: Final = "{name} ({standing})"
UNSCORED: Final = "Team exercises and getting to know the console"
NOTES: Final = "What was done and remarked"
PEOPLE: Final = "People"
CAME: Final = "{attended} of {invited}"
NOTHING: Final = "-"
OPEN_PERSON: Final = "Open one person's record"
CHOOSE_PERSON: Final = "Choose a name"
DRILLS: Final = "Recorded drills"
DRILLS_NONE: Final = "No drill is recorded yet. Practice is never recorded."

TRAININGS_NONE: Final = "No training is recorded. Sessions and drills test a training; record the training itself here."
TRAINING_NEW: Final = "Plan or record a training"
TRAINING_LINE: Final = "{state}. {came} came."
TRAINING_OPEN: Final = "Open the training"
SESSION: Final = "**{title}**, {day}"
SESSION_LINE: Final = "{came} took part. {hours}"
WITHOUT_DRILL: Final = ("1 more was present and did no drill.", "{count} more were present and did no drill.")
HOURS_OPEN: Final = "Still open."
ABSENT: Final = "Did not come: {names}."
OFFERED: Final = "Another day was offered on {day}."
MAKE_UP: Final = "Offer another day"
LACKS: Final = "Not entered yet: {lacks}."
DETAILS: Final = "Details"
NEED: Final = "Why it was held"
NEED_HINT: Final = "for example: new cameras since August"
CONTENT: Final = "Content"
VERSION: Final = "Version of the content"
INSTRUCTOR: Final = "Instructor"
QUALIFICATION: Final = "Qualification of the instructor"
HOURS: Final = "Hours (empty: as measured)"
HOURS_HINT: Final = "for example: 1.5. The record then says that you entered it."
SAVE: Final = "Add to the record"
INVITE: Final = "Invitation"
INVITE_NOTE: Final = "Send this text, with the calendar file, to those invited. It names nobody."
REMIND: Final = "Reminder"
REMIND_NOTE: Final = "Send this a day before. The calendar file reminds automatically an hour before."
CANCELED: Final = "Canceled."
AHEAD: Final = "Planned. {invited} invited."
CANCEL_WORD: Final = "Tell them"
OVERVIEW: Final = "Who was invited and who came"
CALENDAR: Final = "Calendar file"

GAPS_NOTE: Final = (
    "A part of a drill that was not passed stays here until a later drill passes it. Practice does not close it. A "
    "re-drill is another drill of the same kind; it is recorded, and compared with nothing."
)
GAPS_NONE: Final = "No gaps are open."
REMEDY: Final = "What was done about it"
REMEDY_HINT: Final = "for example: went through the debrief together"
WHO: Final = "Whose"
GIVE_REDRILL: Final = "Give a re-drill"
OPEN_REDRILL: Final = "Re-drill given on {day}: open it"
SEND_REDRILL: Final = "Send"
SEND_REDRILL_NOTE: Final = "Open it on this computer, or send {name} this address."
NO_REDRILL: Final = "No re-drill can be given: {why}."
REDRILL_WAITS: Final = "Re-drill given on {day}, not done yet."
OWN_REDRILL: Final = "A re-drill of {day} waits for you: open it"

EXPORT_NOTE: Final = "Every export is recorded, and holds the ledger's head: keep one where nobody can change it."
PDF: Final = "Record (PDF)"
LOG_PDF: Final = "Drill log (PDF)"
LOG_CSV: Final = "Drill log (CSV)"
CERTIFICATES: Final = "Certificates"
CERTIFICATES_PDF: Final = "Certificates (PDF)"
CERTIFICATES_CSV: Final = "Certificates (CSV)"
TABLES: Final = "Tables (CSV)"
JSON: Final = "Data to verify (JSON)"

VERIFY: Final = "Verify the ledger"
HOLDS_TRUE: Final = "The ledger is intact: {entries}."
BROKEN: Final = "Entry {number} is broken: {what}. Tell your IT department, and keep the database as it is."
HEAD: Final = "Head of the ledger, to be noted elsewhere"
HOLDS: Final = "Legal holds"
HOLDS_NOTE: Final = "While a hold lasts, nothing about its person, team or session is deleted."
HOLDS_NONE: Final = "There is no hold on this team or anybody of it."
HOLD_LINE: Final = "{what}: {said}."
HOLD_ON: Final = "What is held"
HOLD_TEAM: Final = "The whole team"
HOLD_REASON: Final = "Reason"
HOLD: Final = "Place a hold"
ACCOUNTS: Final = "Changes of accounts"
ACCOUNTS_NOTE: Final = "Who could read and change what, of all teams, the latest fifty. No PIN or passphrase is in it."
RELEASE: Final = "Release"
RELEASE_REASON: Final = "Why it is released"
RELEASE_SURE: Final = "Release the hold"

OWN_RECORD: Final = "My training record"
OWN_PDF: Final = "This record (PDF)"
OWN_TITLE: Final = "Training record of {name}"
OWN_LEAD: Final = "{team}. What is recorded of this training, and what is still to be practiced."
OWN_NONE_TITLE: Final = "Training record"
OWN_NONE: Final = "A person's record is opened by the link that the trainer sends, or from My results after signing in."
ALL_RECORDS: Final = "Go to the records of all"
OWN_SESSIONS: Final = "Sessions"
OWN_DRILLS: Final = "Drills"
OWN_GAPS: Final = "Still to practice, and what was closed"
OWN_TRAININGS: Final = "Trainings"
OWN_UNSCORED: Final = "Team exercises and getting to know the console"
OWN_NOTES: Final = "What was done and remarked"
OWN_CERTIFICATES: Final = "Certificates (PDF)"
STANDING: Final = "{name}: {standing}."
REFRESHER: Final = "Next refresher: {when}."
ACKNOWLEDGE: Final = "I have read this"
ACKNOWLEDGE_NOTE: Final = (
    "Press when you have read it. It says only that you know what is recorded, not that you agree. "
    "You may add a remark."
)
ACKNOWLEDGE_SIGN_IN: Final = "This person has an account. Sign in to acknowledge the record."
ACKNOWLEDGE_OTHER: Final = "You are signed in as {name}. Only the person it is about can acknowledge this record."
REMARK: Final = "Remark (may be left empty)"
ACKNOWLEDGED: Final = "Read and acknowledged on {day}."
ACKNOWLEDGED_BEFORE: Final = "Acknowledged on {day}; something was recorded since."
NOT_YET: Final = "Not acknowledged yet."
SEND: Final = "Link to send"
SEND_NOTE: Final = (
    "With this link {name} can read this record. Without an account they can also acknowledge it, and the record says "
    "that it was by your link. It works for 30 days; Team, People lists it and can end it."
)
BACK: Final = "Back to the records of {team}"
