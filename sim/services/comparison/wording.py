"""Words of the report on page and paper, some read by `report.typ`; `sim.compare.wording` has a comparison's own."""

from typing import Final

KIND: Final = "Before and after: camera-search drills"
PEOPLE_AS: Final = {True: "People by name.", False: "People by pseudonym.", None: ""}

DECIDES: Final = "What decides"
DECIDES_NOTE: Final = (
    "Lines are 95% intervals; upright: no change, left of it faster, or for match and drills passed lower. Dotted, for "
    "match: the margin, {margin}."
)
SMALLEST_NOTE: Final = " Dotted, for time: the smallest change worth having, {smallest}."
FLOW: Final = "Who is compared"
GROUPS: Final = "Before and after, side by side"
PLANNED: Final = "Planned and done"
TIMES: Final = "Time to a right answer"
TIMES_NOTE: Final = (
    "A line per person; a drill not passed counts as the limit. Triangle: none passed. Broad: a typical person."
)
FOUND: Final = "Who had found by when"
FOUND_NOTE: Final = "Share of drills passed by each time. Dashed before, solid after; gray: its interval."
LEARNING: Final = "Drill by drill"
LEARNING_NOTE: Final = (
    "Everybody's first, second, third drill and so on, with 95% intervals. What changes among the drills before is "
    "practice, not training."
)
RETENTION: Final = "Weeks and months later"
RETENTION_NOTE: Final = (
    "Those who came back, right after the training and later. The changes in the table compare each of them with "
    "themselves, after and before."
)
TASK_TYPES: Final = "By kind of task"
TASK_TYPES_NOTE: Final = "Every kind of task there is, not a choice of them; rows are not tested one by one."
SCHOOLS: Final = "By school"
SCHOOLS_NOTE: Final = "In the order of names. Few people stand behind each school, so the lines are long."
CANNOT: Final = "What this comparison cannot show"
CAUTIONS: Final = "Read these numbers with this in mind"
APPENDIX: Final = "Appendix"
CHECKS: Final = "How the drills were set up"
CHECKS_NOTE: Final = "Design: {design}. Each question was put to the drills before any number was computed."
CHECKS_TABLE: Final = ("Question", "Read as", "Answer")
TABLES: Final = "The tables beside the pictures"
LEFT_OUT: Final = "What was left out"
METHODS: Final = "How it was computed"
NUMBERS: Final = "All numbers"
NUMBERS_NOTE: Final = "Each with its interval, people and method."
SOURCE: Final = "Where this report comes from"
SOURCE_NOTE: Final = (
    "The same drills and the same program give the same report. The fingerprint is of the table of drills. "
    "docs/comparison.md says how to read that table in R."
)
COMMAND: Final = "To compute it again"
TOO_MANY_ROWS: Final = "This table has {rows} rows. It is in the download of tables, not on paper."
SIGNS_LOST: Final = "Some names hold signs that this report's font cannot print; a box stands for each."

OF_TRAINED: Final = "Of those who were trained. "
TRAINED_ONLY: Final = ("accuracy", "task-types", "schools", "drill-by-drill", "later", "people")
"""Tables that hold nobody who waited."""

TABLE_TITLES: Final = {
    "groups": GROUPS,
    "plan": PLANNED,
    "times": "Time of each person",
    "found": "Share found, with 95% interval",
    "accuracy": "Change of accuracy",
    "task-types": "Change by kind of task",
    "schools": "Change by school",
    "drill-by-drill": LEARNING,
    "later": RETENTION,
    "people": "Change of each person, beyond the practice that is to be expected",
    "left-out": "Drills that were not used",
    "details": "Every number",
}

METHOD_LINES: Final = (
    (
        "Time to a right answer",
        "From the moment the task is on screen until the answer is submitted, for a drill that was passed. A drill "
        "that was not passed, given up or ran out counts as its limit. Everybody counts once, by the mean logarithm of "
        "their drills on each side; change is after less before.",
    ),
    (
        "One group",
        "The mean change with its t interval at 95%, and the signed rank of the changes, which must agree at 90%. From "
        "six schools on both are taken over schools.",
    ),
    (
        "With a waiting group",
        "Analysis of covariance: time after by group, with the own time before as covariate. By lot this alone "
        "decides, and everybody drawn counts in their group; not by lot their own change must be clear too.",
    ),
    (
        "Accuracy",
        "A better word needs no smaller share of drills passed, and a mean change in match (IDF1) no lower than the "
        "margin set beforehand. More accurate, traded and worse need the 99% interval, so that all wrong words "
        "together are given to fewer than 5 of 100 unchanged teams.",
    ),
    (
        "Practice",
        "With one drill or two before the training, practice alone may do this. From three on, one slope of log time "
        "by log drill number is taken off, and what is left must be clear.",
    ),
    (
        "No word",
        "Whatever the numbers, none is given to fewer than six people, nor where a check above stands against it.",
    ),
)
