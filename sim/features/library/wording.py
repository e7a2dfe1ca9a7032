"""Words of the pages of drills and of a new one."""

from typing import Final

SITE: Final = "School"
LEVEL: Final = "Difficulty"
LEVELS: Final = {"easy": "Easy", "medium": "Medium", "hard": "Hard"}
LEVEL_NOTES: Final = {
    "easy": "Few people, short routes, no one dressed alike.",
    "medium": "More people, longer routes with gaps between cameras, one look-alike of each student.",
    "hard": "Full halls, long routes with long gaps, two look-alikes of each student, a camera with a wrong clock.",
}
SHOWN_WORDS: Final = {"3 photos": "Three photos", "1 photo": "One photo", "text": "Words only"}

NOT_MET: Final = "That is not the difficulty you asked for ({level}): the nearest that this footage has."
CANCELED: Final = "The last one was canceled. Nothing of it was kept."

FRESH_ON: Final = "On: change"
FRESH_OFF: Final = "Off: turn on"
FRESH_WHEN_WORDS: Final = {"night": "At night, 8 PM to 6 AM", "idle": "When nobody has done a drill for 15 minutes"}
