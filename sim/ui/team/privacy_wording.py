"""Words of what is stored, handed over and deleted."""

from typing import Final

TITLE: Final = "What is stored"
LEAD: Final = "Everything that this server keeps about people, in plain words. Nothing is sent anywhere."
FACTS: Final = (
    ("Footage", "The people in the footage are drawn by computer. None of them exists."),
    ("Where", "In one database on your school's or district's own server."),
    (
        "Who sees it",
        "Your results: you and your trainers. Training records: also the records owner. Not your colleagues.",
    ),
    ("Your rights", "Ask your trainer or records owner for a copy of everything about you, or to have it deleted."),
)
KEPT: Final = "Kept: {kept}."
STORED: Final = "Stored: {words}."
BESIDES: Final = "Besides, the database holds what says nothing about anybody: {titles}."
BACKUPS: Final = (
    "Backups are copies that your IT department makes; what is deleted here is in them until they are deleted. "
    "Logs of the server hold no names."
)
LINK: Final = "What is stored about people"

HAND_OVER: Final = "Everything stored about {name}"
HAND_OVER_NOTE: Final = (
    "A ZIP with one JSON file and a CSV for each kind of thing: for anyone who asks what is kept about them."
)
DOWNLOAD: Final = "Download everything (ZIP)"
DELETE: Final = "Delete this person"
DELETE_NOTE: Final = (
    "Deletes {name} with account, drills, answers, logs and attendance. It cannot be undone. Entries of the training "
    "record stay for five years as evidence; the ledger says that someone was deleted, without the name. Team "
    "exercises they took part in are deleted as a whole. To only take someone off the list, use Change under "
    "Team, People."
)
TYPE_NAME: Final = "Type the name to confirm"
DELETE_BUTTON: Final = "Delete for good"
DELETED: Final = "{name} was deleted. Entries of the training record stay as long as they must be kept."
PERSON_LINK: Final = "Record, all data, deletion"
