"""Words about the links that open something to people who are not signed in."""

from typing import Final

LINKS: Final = "Links that work now"
LINKS_NOTE: Final = (
    "Anyone who has one of these links can act as that person. A new PIN, a disabled account and leaving the team end "
    "all of a person's links. The link to join a session is replaced on the page of the session."
)
NONE: Final = "There are none."
HEADER: Final = ("For", "Opens", "Given by", "Since", "Until")
UNKNOWN: Final = "-"
ONE: Final = "One link"
END_ONE: Final = "End this link"
ENDED_ONE: Final = "The link no longer works."
WHO: Final = "All links of a person"
END_ALL: Final = "End all their links"
ENDED_ALL: Final = "Old links stop working. {name} needs a new one."
