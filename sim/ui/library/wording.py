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
PRICE: Final = (("Time", "time"), ("Disk while it is made", "disk_while"), ("Disk afterwards", "disk_after"))

STOPPED: Final = "The work was interrupted before it was done. What is finished is kept."
NOT_MET: Final = "That is not the difficulty you asked for ({level}): the nearest that this footage has."
CANCELED: Final = "The last one was canceled. Nothing of it was kept."

FRESH_ON: Final = "On: change"
FRESH_OFF: Final = "Off: turn on"
FRESH_READY: Final = "{ready} ready"
FRESH_WHEN_WORDS: Final = {"night": "At night, 8 PM to 6 AM", "idle": "When nobody has done a drill for 15 minutes"}

COUNTED_NOTE: Final = (
    "Practice and assessments, different consoles and different options are never counted together. "
    "Demo drills count nowhere."
)
EMPTY: Final = "Nobody has finished one of these drills yet. Times appear here as soon as someone has."
HOW: Final = (
    "Index: what makes a drill hard, counted from the footage before anybody tried it. Only drills that measure have "
    "one here.",
    "Done: drills that ended, each person's first one. In time: those submitted before the limit.",
    "Time taken: the mean. In brackets, where it would lie with other people like these, 19 times in 20. Who ran out "
    "of time counts with the whole limit, so a mean near the limit is really longer.",
    "Measured difficulty: the index, moved toward the time people took, from 30 done on. At 30 both count the same; "
    "with more, the time counts more.",
    "What it cannot show: whether a drill is hard or its people were slow. Before and after training are counted "
    "together, and someone without an account may be in it more than once.",
)
