"""Columns of every table the program reads or writes, with type and unit."""

from dataclasses import dataclass

CONSOLE_PROFILES = ("classic", "cloud", "minimal", "phone")
"""What a console offered, by the names of `sim.attempt.options`; without a column, classic."""

DRILL_OPTIONS = ("appearance-search", "hints", "interruptions")
"""What a drill may be given with, by the names of `sim.attempt.options`; without a column, none."""

DEVICES = ("computer", "tablet", "phone", "mixed")
"""What a drill was done on, by its window and whether it is touched; mixed: more than one of them."""

GROUPS = ("trained", "waiting", "trained by lot", "waiting by lot")
"""Who was trained between before and after, and who still waited for it; by lot where a draw decided that."""
BY_HAND, BY_LOT = GROUPS[:2], GROUPS[2:]
"""Groups that people are put in by hand, and those that only the draw of a program sets."""

CHOSEN_BY = ("all", "volunteers", "low results", "low results earlier")
"""How the people of a table came to be in it: by low results in the drills before that it holds, or in earlier ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name, its pandas dtype, its unit ("" for none) and what it holds."""

    name: str
    dtype: str
    unit: str
    meaning: str


def _columns(*rows: tuple[str, str, str, str]) -> tuple[Column, ...]:
    return tuple(Column(name=n, dtype=d, unit=u, meaning=m) for n, d, u, m in rows)


TRUTH = _columns(
    ("camera_id", "str", "", "camera that sees the person"),
    ("frame", "int32", "", "frame number, from 0"),
    ("t_s", "float64", "s", "seconds from recording start, site clock"),
    ("person_id", "str", "", "person seen"),
    ("x1", "float32", "px", "left edge of the visible box, main stream"),
    ("y1", "float32", "px", "top edge"),
    ("x2", "float32", "px", "right edge"),
    ("y2", "float32", "px", "bottom edge"),
    ("visible", "float32", "", "pixels won in the depth test / pixels covered alone, 0..1"),
    ("floor_x_m", "float32", "m", "where the person stands, site plan"),
    ("floor_y_m", "float32", "m", "where the person stands, site plan"),
    ("floor", "str", "", "floor_id"),
    ("zone", "str", "", "zone_id"),
)

PEOPLE = _columns(
    ("person_id", "str", "", "person"),
    ("role", "str", "", "student or staff"),
    ("descriptor", "str", "", "one plain sentence on the clothes, computed from the wardrobe"),
    ("top_kind", "str", "", "garment on the upper body"),
    ("top_colour", "str", "", "its colour name"),
    ("bottom_kind", "str", "", "garment on the legs"),
    ("bottom_colour", "str", "", "its colour name"),
    ("shoe_colour", "str", "", "colour name"),
    ("hair_colour", "str", "", "colour name"),
    ("bag_kind", "str", "", "bag, or none"),
    ("bag_colour", "str", "", "colour name, or none"),
    ("look_alike_of", "str", "", "person this one was made to resemble, or empty"),
    ("nearest_person", "str", "", "person whose clothes are most like this one's, or empty"),
    ("nearest_distance", "float32", "", "how easily those two are told apart: 0 the same, 1 different in everything"),
)

ACTIVITY = _columns(
    ("camera_id", "str", "", "camera"),
    ("second", "int32", "s", "whole second from recording start"),
    ("motion", "float32", "", "share of picture cells that changed in that second, 0..1"),
)

EVENTS = _columns(
    ("event_id", "str", "", "one happening; several rows when several cameras show it"),
    ("kind", "str", "", "what happened: the kind of a story beat or of a camera fault"),
    ("start_s", "float64", "s", "from recording start, site clock"),
    ("end_s", "float64", "s", "from recording start, site clock"),
    ("camera_id", "str", "", "camera that shows it, or that it happened to; empty when none shows it"),
    ("shown_s", "float64", "s", "moment at which the camera shows it best; NaN when none does"),
    ("person_ids", "str", "", "people who took part, in the order of their roles, separated by blanks"),
    ("floor", "str", "", "floor_id, or empty"),
    ("zone", "str", "", "zone_id, or empty"),
    ("x_m", "float64", "m", "where, site plan; NaN for a fault"),
    ("y_m", "float64", "m", "where, site plan; NaN for a fault"),
    ("x1", "float32", "px", "left edge at `shown_s` of the box around what happens, main stream; NaN when not shown"),
    ("y1", "float32", "px", "top edge"),
    ("x2", "float32", "px", "right edge"),
    ("y2", "float32", "px", "bottom edge"),
    ("detail", "str", "", "what else belongs to this kind, as JSON"),
)

ATTEMPTS = _columns(
    ("person_id", "str", "", "who, or a pseudonym"),
    ("phase", "str", "", "before, after or retention"),
    ("form_id", "str", "", "task form"),
    ("profile", "str", "", "console profile; classic in a table without this column"),
    ("options", "str", "", "drill options with blanks between, empty for none; may be missing, which is none"),
    ("familiar", "str", "", "had got to know the console before: yes or no; empty or no such column when not known"),
    ("elapsed_s", "float64", "s", "release to submit, or the limit"),
    ("finished", "bool", "", "submitted inside the limit"),
    ("limit_s", "float64", "s", "time limit"),
    ("passed", "str", "", "passed by the rule of the task: yes or no; empty or no such column when not known"),
    ("target_id", "str", "", "who was sought, a hash of recording and student; empty when not known"),
    ("idf1", "float64", "", "0..1, empty when undefined"),
    ("appearance_recall", "float64", "", "0..1, empty when undefined"),
    ("appearance_precision", "float64", "", "0..1, empty when undefined"),
    ("wrong_person_s", "float64", "s", "seconds of other people's appearances claimed"),
    ("school", "str", "", "school; empty or no such column when not known"),
    ("group", "str", "", "trained, waiting, or either with `by lot`; empty for one group"),
    ("task_type", "str", "", "kind of task; empty when not known"),
    ("device", "str", "", "computer, tablet, phone or mixed; empty when not known"),
    ("difficulty", "float64", "", "difficulty index of the form, above 0; empty when not known"),
    ("drill_number", "float64", "", "the how-manieth scored drill of that person, from 1; empty when not known"),
    ("days_since_training", "float64", "d", "release, after the training; below 0 before it; empty when not known"),
    ("extra_time", "str", "", "given with extended time: yes or no; empty when not known"),
    ("by_hand", "str", "", "form chosen by the trainer instead of the order: yes or no; empty when not known"),
    ("rules", "float64", "", "version of the rules that accuracy was scored by, from 1; empty when not known"),
    ("origin", "str", "", "who can know the recording: private or public; empty when not known"),
    ("seen_before", "str", "", "saw the recording in practice before or during it: yes or no; empty when not known"),
    (
        "chosen_by",
        "str",
        "",
        "how these people were chosen: all, volunteers, low results (in the drills of this table)"
        " or low results earlier; empty when not known",
    ),
    (
        "people_in_all",
        "float64",
        "",
        "people of that school in the whole table this row was taken from; empty when not known",
    ),
    ("lessons", "float64", "", "tries of lessons that person had ended before this drill; empty when not known"),
    ("remarks", "str", "", "what makes the result doubtful, in sentences; empty for nothing, or when not known"),
)

ORIGINS = ("private", "public")
"""Whether a recording was made here with a seed that nobody is shown, or can be made again by anybody."""

OPTIONAL_ATTEMPTS = (
    "passed",
    "target_id",
    "profile",
    "options",
    "familiar",
    "school",
    "group",
    "task_type",
    "device",
    "difficulty",
    "drill_number",
    "days_since_training",
    "extra_time",
    "by_hand",
    "rules",
    "origin",
    "seen_before",
    "chosen_by",
    "people_in_all",
    "lessons",
    "remarks",
)
"""Columns of `ATTEMPTS` that a table may lack: what they tell is then not known."""
