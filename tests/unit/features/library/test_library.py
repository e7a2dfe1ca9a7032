from dataclasses import replace

import pandas as pd
import pytest
from sqlalchemy import Engine, event

from sim.app.wiring import App
from sim.attempt.attempt import Attempt, AttemptState, Mode, Phase
from sim.attempt.options import DrillOption, ProfileName
from sim.db.attempts import AttemptRow
from sim.db.teams import PersonRow, TeamRow
from sim.features.library.form_library import HEADER, get_form_library
from sim.features.library.library import DEMO_COLUMNS, find_cover_frame, find_scenes
from tests.support.fake_clock import NOON
from tests.support.tiny_app import LIMIT_S


def make_rows(*seen: tuple[str, int, str]) -> pd.DataFrame:
    table = pd.DataFrame(seen, columns=["camera_id", "frame", "person_id"])
    return table.assign(visible=1.0, y1=0.0, y2=100.0)


def test_the_cover_never_shows_anybody_a_form_asks_for() -> None:
    rows = make_rows(("CAM-01", 3, "P001"), ("CAM-02", 5, "P001"), ("CAM-02", 5, "P002"))
    assert find_cover_frame(rows, hidden=frozenset({"P002"})) == ("CAM-01", 3)
    assert find_cover_frame(rows, hidden=frozenset({"P001"})) is None


def stay(camera_id: str, person_id: str, frames: range, *, x: float = 400.0) -> list[tuple]:
    return [(camera_id, f, person_id, 1.0, x, 200.0, x + 40.0, 320.0 + f % 7) for f in frames]


def follow(*stays: list[tuple], hidden: frozenset[str] = frozenset()) -> pd.DataFrame:
    rows = pd.DataFrame([row for own in stays for row in own], columns=list(DEMO_COLUMNS))
    return find_scenes(rows, hidden=hidden, fps=10.0, size_wh=(960, 540))


WALK = [
    stay("CAM-01", "P1", range(0, 20)),
    stay("CAM-02", "P1", range(100, 130)),
    stay("CAM-03", "P1", range(200, 230)),
]


def test_each_camera_of_a_walk_is_shown_where_the_person_is_tallest() -> None:
    found = follow(*WALK)
    assert list(found["camera_id"]) == ["CAM-01", "CAM-02", "CAM-03"]
    assert [frame % 7 for frame in found["frame"]] == [6, 6, 6]


def test_nobody_who_is_sought_is_followed_or_in_a_picture() -> None:
    sought = stay("CAM-02", "P9", range(100, 130), x=700.0)
    assert follow(*WALK, sought, hidden=frozenset({"P9"})).empty
    later = stay("CAM-04", "P1", range(300, 310))
    found = follow(*WALK, later, sought, hidden=frozenset({"P9"}))
    assert list(found["camera_id"]) == ["CAM-01", "CAM-03", "CAM-04"]
    assert follow(*WALK, hidden=frozenset({"P1"})).empty


TRACES = ("tiny-trace-a", "tiny-trace-b")


def make_row(app: App, number: int, form_id: str = TRACES[0], **changes: object) -> AttemptRow:
    known = app.catalog.get_form(form_id)
    timing = Attempt(
        attempt_id=f"{form_id}-{number}",
        state=AttemptState.SUBMITTED,
        limit_s=known.form.limit_s,
        created_at=NOON,
        used_s=100.0 + number % 40,
        sealed=True,
    )
    row = AttemptRow(
        timing=timing,
        person_id=None,
        form_id=form_id,
        form_version=known.version,
        recording_id=known.recording_id,
        truth_sha256="0" * 64,
        mode=Mode.ASSESSMENT,
        profile=ProfileName.CLASSIC,
        phase=Phase.BEFORE,
        is_demo=False,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def store(app: App, *rows: AttemptRow) -> None:
    with app.store.write() as work:
        work.insert(*rows)


def read_lines(app: App, *, chosen: str | None = None) -> dict[str, dict[str, str]]:
    (recording,) = get_form_library(app, chosen=chosen).recordings
    return {row[0]: dict(zip(HEADER, row, strict=True)) for row in recording.table.rows}


def test_an_index_is_not_shown_where_it_would_tell_who_is_on_no_camera(drill_app: App) -> None:
    assert drill_app.catalog.get_form("tiny-practice-1").form.difficulty is not None
    line = read_lines(drill_app)["Practice 1"]
    assert (line["Index"], line["Measured difficulty"]) == ("", "")


def test_from_thirty_drills_on_there_is_a_measured_difficulty_by_one_query(drill_app: App) -> None:
    for form_id in TRACES:
        store(drill_app, *(make_row(drill_app, number, form_id) for number in range(29)))
    asked: list[str] = []
    engine: Engine = drill_app.store.engine
    event.listen(engine, "before_cursor_execute", lambda conn, cur, statement, *rest: asked.append(statement))
    line = read_lines(drill_app)["Trace A"]
    assert len([statement for statement in asked if "FROM attempt" in statement]) == 1
    assert (line["Done"], line["In time"]) == ("29", "29")
    assert line["Measured difficulty"] == "not enough yet: 29 of 30"
    store(drill_app, make_row(drill_app, 29))
    assert read_lines(drill_app)["Trace A"]["Measured difficulty"] == "needs a second drill with 30"
    store(drill_app, make_row(drill_app, 29, TRACES[1]))
    line = read_lines(drill_app)["Trace A"]
    assert line["Time taken"] == "1:54 (1:51 to 1:58)"
    assert float(line["Measured difficulty"].split()[0]) == pytest.approx(float(line["Index"]), abs=3.0)


def test_who_ran_out_of_time_or_gave_up_counts_with_the_whole_limit(drill_app: App) -> None:
    for number, state in enumerate((AttemptState.TIMED_OUT, AttemptState.ABANDONED)):
        row = make_row(drill_app, number)
        store(drill_app, replace(row, timing=replace(row.timing, state=state, used_s=12.0)))
    line = read_lines(drill_app)["Trace A"]
    assert (line["Done"], line["In time"], line["Time taken"]) == ("2", "0", f"{int(LIMIT_S) // 60}:00")


def test_what_must_not_be_counted_is_not(drill_app: App) -> None:
    with drill_app.store.write() as work:
        work.insert(TeamRow(team_id="t", name="T", is_demo=False, created_at=NOON))
        person = PersonRow(person_id="p", team_id="t", name="P", created_at=NOON, left_at=None)
        work.people.add(person)
    row = make_row(drill_app, 0)
    fresh = replace(row.timing, attempt_id="fresh", state=AttemptState.ASSIGNED, used_s=None)
    store(
        drill_app,
        make_row(drill_app, 1, person_id="p"),
        make_row(drill_app, 2, person_id="p"),
        make_row(drill_app, 3, is_demo=True),
        make_row(drill_app, 4, form_version="of before"),
        make_row(drill_app, 5, form_id=TRACES[0], timing=replace(row.timing, attempt_id="x", limit_s=1000.0)),
        make_row(drill_app, 6, timing=fresh),
    )
    assert read_lines(drill_app)["Trace A"]["Done"] == "1"


def test_modes_consoles_and_options_are_never_counted_together(drill_app: App) -> None:
    store(
        drill_app,
        *(make_row(drill_app, number, mode=Mode.PRACTICE, phase=None) for number in range(3)),
        *(make_row(drill_app, number, profile=ProfileName.CLOUD) for number in range(3, 5)),
        make_row(drill_app, 5, options=frozenset({DrillOption.APPEARANCE_SEARCH})),
    )
    library = get_form_library(drill_app)
    assert list(library.choices.values()) == [
        "Practice, classic console: 3 done",
        "Assessments, cloud console: 2 done",
        "Assessments, classic console with appearance search: 1 done",
        "Assessments, classic console: 0 done",
    ]
    done = [read_lines(drill_app, chosen=name)["Trace A"]["Done"] for name in library.choices]
    assert done == ["3", "2", "1", "0"]
    assert library.chosen == next(iter(library.choices))
    assert get_form_library(drill_app, chosen="nonsense").chosen == library.chosen


def test_a_team_exercise_is_no_drill_of_anybody_and_shuts_no_library(drill_app: App) -> None:
    store(drill_app, make_row(drill_app, 1), make_row(drill_app, 2, mode=Mode.TEAM_EXERCISE, phase=None))
    library = get_form_library(drill_app)
    assert (library.done, len(library.choices)) == (1, 1)
