"""Words of the page of one person's drills."""

from typing import Final

LEAD: Final = "{name}'s own drills, one after the other. Nobody else is on this page."
NOBODY: Final = "This page shows one person's drills. Open it from the team's list."
BACK: Final = "Back to {team}"
NONE_YET: Final = "No drill has ended yet. Give one on the team's page."
TIMES: Final = "Time"
TIMES_NOTE: Final = "Open squares: before the training; dots: after; diamonds: later. A triangle: the time ran out."
ACCURACY: Final = "Accuracy"
TABLE: Final = "Every drill"
CHANGE: Final = "Change, as far as it can be told"
CHANGE_NONE: Final = "One person's drills vary much. With fewer than 4 drills on each side nothing can be told."
NO_RANKING: Final = "These numbers are for training. They say nothing of how this person does beside others."
