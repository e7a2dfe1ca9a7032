"""Words of the page that takes in a list of people."""

from typing import Final

TITLE: Final = "Import people"
LEAD: Final = (
    "Take in a list of the school or an export of the student information system. You see first what would change."
)
FILE: Final = "CSV file, or OneRoster 1.2 CSV as ZIP"
WHAT: Final = (
    ("A list as CSV", "Columns: name, email, school, team, group, role, external id. Only the name must be there."),
    ("Or OneRoster 1.2 CSV", "The ZIP as the system exports it. Only staff is read; students and parents never are."),
    (
        "Look, then apply",
        "Nobody is deleted. Anyone missing is marked as having left and keeps all results.",
    ),
)
WHOLE: Final = "This is the complete list. Mark anyone missing as having left."
TEAM: Final = "Put people without a team or school in"
KEEP_TEAMS: Final = "Keep everyone who is here already in their team"
BRING_ALL: Final = "Bring in all new people ({count})"
BRING_SOME: Final = "New people to bring in"
NOTHING_LEFT: Final = "Nothing would change: no row of this file can be used. The reasons are in the list above."
NOTHING: Final = "Nothing would change: everybody in this file is here already, as the file says."
CHANGES: Final = "What would change"
WRONG: Final = "Rows that cannot be used"
WRONG_NOTE: Final = "Correct them in the file and choose it again, or continue without them."
SKIP: Final = "Continue without the rows that cannot be used"
SURE: Final = "Yes, this is the whole list"
APPLY: Final = "Apply these changes"
LINK: Final = "Import a list of people"
TO_TEAM: Final = "To the teams"
ANOTHER: Final = "Import another file"
EXAMPLE: Final = "Download an example (CSV)"
EXAMPLE_CSV: Final = (
    "name,email,school,team,group,role,external id\r\n"
    "Sample Person,sample.person@school.example,Maple Ridge,Front office,,trainee,1001\r\n"
    "Another Person,another.person@school.example,Maple Ridge,Front office,,trainer,1002\r\n"
)
GROUP: Final = "Group, where two groups are compared"
NO_GROUP: Final = "no group"
GROUP_SAVE: Final = "Save the group"
