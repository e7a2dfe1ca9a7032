"""Words of the report on paper, some read by `report.typ`; `sim.compare.wording` has a comparison's own."""

from typing import Final

KIND: Final = "Before and after: camera-search drills"
PEOPLE_AS: Final = {True: "People by name.", False: "People by pseudonym.", None: ""}

TIMES: Final = "Time, person by person"
TIMES_NOTE: Final = "One line per person. Triangle: ran out of time. Broad line: typical time of finished drills."
TIMES_NOTE_MANY: Final = "One line per person, {people} people. The broad line is the typical time of finished drills."
FINISHED: Final = "Who had finished by when"
FINISHED_NOTE: Final = "Dashed before, solid after. Dotted lines and gray band: how uncertain each is."
SAY_TREND: Final = (
    "{title}: {what} goes from {first} at {first_label} to {last} at {last_label}. "
    "Every value is in the table beside this picture, in the appendix."
)
SAY_FOREST: Final = (
    "{title}: change of the mean time, with intervals. {rows}. The table of this picture is in the appendix."
)
SAY_PAIRS: Final = "{label}, before and after, one line a person. The change of the team is in the appendix."
CANNOT: Final = "What this comparison cannot show"
CAUTIONS: Final = "Read these numbers with this in mind"
ACCURACY_NOTE: Final = "Speed alone is no gain if the wrong person was followed. The first measure decides."
LEARNING_NOTE: Final = "Means with 95% intervals, by each person's first, second, third drill and so on."
RETENTION_NOTE: Final = (
    "Those who came back, after the training and later; each change compares people with themselves. Accuracy often "
    "fades sooner than speed."
)
TASK_TYPES_NOTE: Final = (
    "Every kind of task there is in the drills, not a choice of them. The line is the 95% interval."
)
SCHOOLS_NOTE: Final = (
    "In the order of names. Few people stand behind each school, so the lines are long; look at all together."
)
MORE_IN_APPENDIX: Final = "The tables beside these pictures, the methods and what was left out are in the appendix."

APPENDIX: Final = "Appendix"
CHECKS: Final = "How the drills were set up"
CHECKS_NOTE: Final = "Design: {design}. Each question below was put to the drills before any number was computed."
CHECKS_TABLE: Final = ("Question", "Read as", "Answer")
NUMBERS: Final = "All numbers"
NUMBERS_NOTE: Final = "Each with its interval, people and method. p is given only from six people on, never alone."
TABLES: Final = "The tables beside the pictures"
LEFT_OUT: Final = "What was left out"
METHODS: Final = "How it was computed"
SOURCE: Final = "Where this report comes from"
SOURCE_NOTE: Final = (
    "The same drills and the same program give the same report. The fingerprint is of the table of drills."
)
COMMAND: Final = "To compute it again"
TOO_MANY_ROWS: Final = "This table has {rows} rows. It is in the download of tables, not on paper."
SIGNS_LOST: Final = "Some names hold signs that this report's font cannot print; a box stands for each."
NOTHING_TO_DRAW: Final = "There is no picture to draw yet: nobody has a comparable drill both before and after."

TABLE_TITLES: Final = {
    "times": "Time of each person",
    "finished": "Share finished, with 95% interval",
    "still-searching": "Drills still going on",
    "accuracy": "Change of accuracy",
    "task-types": "Change by kind of task",
    "schools": "Change by school",
    "drill-by-drill": "Drill by drill",
    "later": "Weeks and months later",
    "people": "Change of each person, beyond the practice that is to be expected",
    "left-out": "Drills that were not used",
    "details": "Every number",
}

_IMPROVED: Final = "\N{LEFT DOUBLE QUOTATION MARK}improved\N{RIGHT DOUBLE QUOTATION MARK}"
METHOD_LINES: Final = (
    (
        "Time of a drill",
        "From the moment the task is on screen until the answer is submitted. Who reaches the limit, or gives up, "
        "counts as not finished by the limit; that is never used as if it were a time of finishing. A drill submitted "
        "within 5 seconds is left out.",
    ),
    (
        "Ratio of typical times",
        "For people who finished both before and after: the typical time (geometric mean) after, divided by the one "
        "before.",
    ),
    (
        "Completion curve",
        "Share finished by each time (Kaplan-Meier). Its interval allows for several drills of one person.",
    ),
    (
        "Mean time",
        "Mean time counting at most the limit (restricted mean). Everyone counts, those who ran out of time too. It "
        "decides as soon as anyone ran out of time; else the ratio does. The one that decided is on the first page.",
    ),
    (
        "Accuracy",
        "Difference within each person: the Hodges-Lehmann estimate with the exact signed-rank interval. Match "
        f"with the actual path (IDF1) decides; the other measures can only hold the word {_IMPROVED} back.",
    ),
    (
        "Both together",
        f"The word {_IMPROVED} is said only when the whole 95% interval of one side lies on the better side and the "
        "other side is not worse. With a waiting group the trained must have gained clearly more than that group; "
        "without one, but with three drills or more before, the change must clearly go beyond practice. "
        "Whatever the numbers, no word is given to fewer than six people, to a part picked by hand, to people chosen "
        "for low results in these drills, or while it is open how people were chosen or when drills were done.",
    ),
    (
        "Intervals",
        "At 95%: of a hundred such intervals about ninety-five hold the true value. Rows by kind of task, by drill "
        "and by school are shown whole and are not tested one by one.",
    ),
)
