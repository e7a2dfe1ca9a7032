"""Words of the page Drills."""

from typing import Final

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
