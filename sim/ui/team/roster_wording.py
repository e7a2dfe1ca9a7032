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
    ("Look, then apply", "Nobody is deleted. Who is no longer there is marked as having left and keeps all results."),
)
WHOLE: Final = "Everybody is in this list: anyone who came in by a list before and is missing has left"
TEAM: Final = "Team of those for whom the list names neither team nor school"
NOTHING: Final = "Nothing would change: everybody in this file is here already, as the file says."
CHANGES: Final = "What would change"
WRONG: Final = "Rows that cannot be used"
WRONG_NOTE: Final = "Correct them in the file and choose it again, or go on without them."
SKIP: Final = "Go on without the rows that cannot be used"
SURE: Final = "Yes, this is the whole list"
APPLY: Final = "Apply these changes"
LINK: Final = "Import a list of people"
TO_TEAM: Final = "To the teams"
EXAMPLE: Final = "Download an example (CSV)"
EXAMPLE_CSV: Final = (
    "name,email,school,team,group,role,external id\r\n"
    "Sample Person,sample.person@school.example,Maple Ridge,Front office,,trainee,1001\r\n"
    "Another Person,another.person@school.example,Maple Ridge,Front office,,trainer,1002\r\n"
)
GROUP: Final = "Group, where two groups are compared"
NO_GROUP: Final = "no group"
GROUP_SAVE: Final = "Save the group"
