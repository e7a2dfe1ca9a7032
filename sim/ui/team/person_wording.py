"""Words about one person's drills over time."""

from typing import Final

TITLE: Final = "Drills over time"
NONE_YET: Final = "No drill has ended yet. Give one under Team, People."
TIMES: Final = "Time"
TIMES_NOTE: Final = "Open squares: before the training; dots: after; diamonds: later. A triangle: the time ran out."
ACCURACY: Final = "Accuracy"
TABLE: Final = "Every drill"
CHANGE: Final = "Change, as far as it can be told"
CHANGE_NONE: Final = "One person's drills vary much. With fewer than 4 drills on each side nothing can be told."
NO_RANKING: Final = "These numbers are for training. They say nothing of how this person does beside others."
ADDRESS: Final = "Mail address"
ADDRESS_HINT: Final = "name@school.example"
ADDRESS_NOTE: Final = "Reminders go here. Where people sign in with the school's account, it is that account's address."
ADDRESS_SAVE: Final = "Save the address"
ADDRESS_SAVED: Final = "Mail goes to {address} from now on."
ADDRESS_GONE: Final = "The address was removed. No mail goes to this person."
