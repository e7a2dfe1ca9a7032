"""Words of the results of all schools."""

from typing import Final

TITLE: Final = "Results of all schools"
LEAD: Final = (
    "Every school's teams together: what was done, and what changed. Schools are never put in order by result."
)
EMPTY: Final = "No drill of a team has ended yet. Make teams, give each its school, and their drills appear here."
EMPTY_DEMO: Final = "Demo teams are left aside."
TO_TEAMS: Final = "Go to the teams"
SCHOOLS: Final = "Schools"
SCHOOLS_NOTE: Final = "In the order of names. A team without a school stands under its own name."
COMPARE_FIRST: Final = (
    "A comparison appears here as soon as someone has finished a drill before the training and another one after it."
)
SHOW_SCHOOLS: Final = "Show the names of schools in charts, tables and files"
CHOSEN_BY: Final = "How people were chosen"
CHOSEN_BY_NOTE: Final = "Teams for which nobody has said so yet. The comparison needs it before it can say improved."
GROUPS_NOTE: Final = (
    "Trained and waiting groups are not compared here, because not every school has both in the same way. People who "
    "waited count like everyone else. Each team's own results compare its groups."
)
PEOPLE_NOTE: Final = "People always go by pseudonyms here."
