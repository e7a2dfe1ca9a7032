"""Words of the team page. A comparison's own sentences come from `sim.compare.content.wording`."""

from typing import Final

TITLE: Final = "Team"
LEAD: Final = "Give everyone a drill before the training and another one after it. Results then shows what changed."
CHOOSE_ONE: Final = "Choose a team"
PEOPLE_ON_LIST: Final = ("1 person", "{count} people")
TEAMS: Final = "Teams"
NEW_TEAM: Final = "Make another team"
RESULTS: Final = "Results"
EXERCISES: Final = "Team exercises"
NO_TEAM_HERE: Final = "No team of your schools is here yet. A trainer makes one."
NO_TEAM: Final = "Make a team first. This page is about its people."
TO_TEAM: Final = "Make a team"
TEAM_NAME: Final = "Name of the team"
TEAM_NAME_HINT: Final = "for example: Front office"
MAKE_TEAM: Final = "Make the team"
SCHOOL: Final = "School"
SCHOOL_HINT: Final = "if it is not the name of the team"
SCHOOL_NOTE: Final = "Teams of one school are counted together where several schools are looked at."
SCHOOL_OF: Final = "School: {school}"
SCHOOL_SAVE: Final = "Save the school"
FIRST_STEPS: Final = (
    ("Make a team", "Give it a name below."),
    ("Add people", "One name (or alias) per line. An alias is enough."),
    ("Give each a drill before training", "After the training, give another one. The comparison then appears here."),
)

DEMO: Final = "This is a demo team. Its people are invented and their drills were done by a simulated searcher."
DEMO_OFFER: Final = "Or take a look first: a demo team shows this page with invented people and simulated drills."
DEMO_MAKE: Final = "Show me a demo team"
DEMO_MAKING: Final = "Simulating eight people, with several drills before and after. This takes some seconds."
NEW_PEOPLE: Final = "Joined from the learning system in the last 14 days ({count}): {names}"
DEMO_REMOVE: Final = "Remove the demo team"

ADD_PEOPLE: Final = "Add people"
NAMES: Final = "One name (or alias) per line"
ADD: Final = "Add to the team"
ADDED: Final = "{count} people were added."
ADDED_ONE: Final = "1 person was added."
NOBODY: Final = "Nobody is on this team yet. Add the first people below; a pseudonym is enough."
OVER_TIME: Final = "Drills over time"
EARLIER_DRILLS: Final = ("1 earlier drill", "{count} earlier drills")
EARLIER: Final = "{drills}, under Drills over time."
EARLIER_NOT_COUNTED: Final = "{drills}, under Drills over time. Not counted: {uncounted}."
CHANGE: Final = "Change"
NEW_NAME: Final = "Name or pseudonym"
RENAME: Final = "Save the name"
REMOVE_SURE: Final = "Yes, take this person off the list. Drills already given stay in the results."
REMOVE: Final = "Remove"
HOLD_SESSION: Final = "Do the drill together: hold a session"
NEXT_CONSOLE: Final = "Console of the next drills"
NEXT_OPTIONS: Final = "Options of the next drills"
NEXT_GIVEN: Final = "The next drills are given {options}."
COMPARED_CONSOLE: Final = "Console and options compared"
NO_NAMES: Final = "Enter at least one name (or alias)."
GIVE: Final = {"before": "Give a drill before training", "after": "Give a drill after training"}
GIVE_ANYWAY: Final = "Give it anyway"
ANOTHER: Final = "Give another one"
SEND: Final = "Send the link"
READY: Final = "The drill opens on this device with the link above. To have {name} do it elsewhere, send this link:"

SHOW_NAMES: Final = "Show names in charts, tables and the file"
SAME_PEOPLE: Final = "{who}. Are they the same person? If so, remove one of the two from the team."
ARE_DIFFERENT: Final = "They are different people"
EXPORT: Final = "Download all drills (CSV)"
EXPORT_NOTE: Final = "One row a drill, with {people}. Nothing else about anybody is in the file."
COMPARE_FIRST: Final = (
    "A comparison appears here as soon as someone has finished a drill before the training and another one after it."
)

TIMES: Final = "Time, person by person"
TIMES_NOTE: Final = (
    "One line per person. A triangle at the top: ran out of time. "
    "The broad line is the typical time of finished drills."
)
FINISHED: Final = "Who had finished by when"
FINISHED_NOTE: Final = (
    "Dashed: before; solid: after. The shaded bands show how uncertain each line is. "
    "Drills that ran out of time count as not finished, whatever they would have needed."
)
ACCURACY: Final = "Accuracy, person by person"
ACCURACY_NOTE: Final = "Speed alone is no gain if the wrong person was followed. The first measure decides."
MEASURE: Final = "Measure in the chart"
NO_MEASURE: Final = "Nobody has this measure in both phases."
CANNOT: Final = "What this comparison cannot show"
DESIGN: Final = "What was checked, and what was left out"
CHECK_FINE: Final = "Fine:"
CHECK_LOOK: Final = "Look:"
LEFT_OUT: Final = "Left out of the comparison"
DETAILS: Final = "Technical details"
DETAILS_NOTE: Final = (
    "Each number with its interval, method and number of people. "
    "The command python -m sim compare prints the same from the downloaded drills."
)

LEARNING: Final = "Drill by drill"
LEARNING_NOTE: Final = (
    "Everybody's first, second, third drill and so on: means with their 95% intervals. Open squares: before; dots: "
    "after. What changes among the drills before is practice, not training."
)
RETENTION: Final = "Weeks and months later"
RETENTION_NOTE: Final = (
    "Those who came back, right after the training and later. Where it was not the same people each time, look at the "
    "changes in the table: they compare each of them with themselves. Accuracy often fades sooner than speed."
)
TASK_TYPES: Final = "By kind of task"
TASK_TYPES_NOTE: Final = (
    "Every kind of task there is in the drills, not a choice of them. The lines are 95% intervals; rows are not "
    "tested one by one."
)
SCHOOLS: Final = "By school"
SCHOOLS_NOTE: Final = (
    "In the order of names. Few people stand behind each school, so the lines are long; look at all together."
)
PEOPLE: Final = "Single people"
PEOPLE_NOTE: Final = "In the order of the list, not by result. What practice alone would bring is taken off."
TAKE: Final = "Download"
TAKE_NOTE: Final = (
    "The report is two pages for a superintendent, and an appendix with every number, the methods and what was left "
    "out. {people} The files hold everything shown here."
)
REPORT: Final = "Download the report (PDF)"
BUNDLE: Final = "Download all tables (ZIP)"
JSON: Final = "Download all numbers (JSON)"
BY_NAME: Final = "Names are shown."
BY_PSEUDONYM: Final = "People go by pseudonyms."
