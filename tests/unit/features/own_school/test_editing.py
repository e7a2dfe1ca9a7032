from pathlib import Path
from uuid import uuid4

import pytest

from sim.app.wiring import App
from sim.errors import NewerSchemaError, SiteError, StoreError
from sim.features.own_school import editing
from sim.features.own_school.editing import LOCK_S, Step, StepKind, get_state, hold_turn, parse_step, take_step
from sim.features.own_school.folder import LOG_NAME, get_folder, list_schools, make_school
from sim.site.drawing import Change
from tests.support.fake_clock import FakeClock

MINE, OTHER = "tab-mine-1", "tab-other-2"
HALL = {"floor": "1", "name": "Hall", "kind": "hall", "polygon": [(0, 0), (20, 0), (20, 4), (0, 4)]}


@pytest.fixture
def school(drill_app: App) -> str:
    return make_school(drill_app, "Oak School")


def make_step(app: App, school: str, *, tab: str = MINE, kind: StepKind = StepKind.DO, name: str = "hall") -> Step:
    changes = (Change(kind="spaces", name=name, now=dict(HALL)),) if kind is StepKind.DO else ()
    base = get_state(app, school, tab=tab).revision
    return Step(tab=tab, step=str(uuid4()), base=base, kind=kind, changes=changes)


def restart() -> None:
    editing._logs.clear()


def read_spaces(app: App, school: str) -> list[str]:
    return list(get_state(app, school, tab=MINE).drawing["spaces"])


def test_steps_and_undo_outlive_a_restart(drill_app: App, school: str) -> None:
    take_step(drill_app, school, make_step(drill_app, school))
    take_step(drill_app, school, make_step(drill_app, school, name="gym"))
    restart()
    assert read_spaces(drill_app, school) == ["hall", "gym"]
    take_step(drill_app, school, make_step(drill_app, school, kind=StepKind.UNDO))
    restart()
    assert read_spaces(drill_app, school) == ["hall"]
    state = take_step(drill_app, school, make_step(drill_app, school, kind=StepKind.REDO))
    assert (list(state.drawing["spaces"]), state.can_redo) == (["hall", "gym"], False)


def test_a_step_whose_answer_was_lost_is_made_once(drill_app: App, school: str) -> None:
    step = make_step(drill_app, school)
    first = take_step(drill_app, school, step)
    restart()
    again = take_step(drill_app, school, step)
    assert (again.revision, read_spaces(drill_app, school)) == (first.revision, ["hall"])


def test_a_line_cut_off_by_a_crash_is_left_out_and_the_next_one_is_whole(drill_app: App, school: str) -> None:
    take_step(drill_app, school, make_step(drill_app, school))
    log = get_folder(drill_app, school) / LOG_NAME
    with log.open("ab") as file:
        file.write(b'{"step":"x","do":[{"kind":"spa')
    restart()
    assert read_spaces(drill_app, school) == ["hall"]
    take_step(drill_app, school, make_step(drill_app, school, name="gym"))
    restart()
    assert read_spaces(drill_app, school) == ["hall", "gym"]


def test_one_tab_draws_at_a_time_and_the_other_is_told_who(drill_app: App, school: str, clock: FakeClock) -> None:
    hold_turn(drill_app, school, tab=MINE, name="Kim Lee", takes_over=False)
    assert hold_turn(drill_app, school, tab=OTHER, name="Ana", takes_over=False).editor == "Kim Lee"
    with pytest.raises(StoreError, match="Kim Lee is editing"):
        take_step(drill_app, school, make_step(drill_app, school, tab=OTHER))
    assert hold_turn(drill_app, school, tab=OTHER, name="Ana", takes_over=True).editor is None
    with pytest.raises(StoreError, match="Ana is editing"):
        take_step(drill_app, school, make_step(drill_app, school))
    clock.pass_s(LOCK_S + 1)
    take_step(drill_app, school, make_step(drill_app, school))
    assert read_spaces(drill_app, school) == ["hall"]


def test_a_disk_that_is_full_changes_nothing(drill_app: App, school: str, monkeypatch: pytest.MonkeyPatch) -> None:
    take_step(drill_app, school, make_step(drill_app, school))

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    step = make_step(drill_app, school, name="gym")
    with monkeypatch.context() as full:
        full.setattr("sim.app.own_folders.os.fsync", fail)
        with pytest.raises(StoreError, match="No space left"):
            take_step(drill_app, school, step)
    assert read_spaces(drill_app, school) == ["hall"]
    restart()
    assert read_spaces(drill_app, school) == ["hall"]
    take_step(drill_app, school, step)
    assert read_spaces(drill_app, school) == ["hall", "gym"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"tab":"t","step":"s","base":-1,"kind":"do"}', b"\xff"])
def test_a_body_that_is_no_step_is_refused(body: bytes) -> None:
    with pytest.raises(SiteError):
        parse_step(body)


def test_schools_are_listed_and_odd_ids_open_nothing(drill_app: App, school: str, tmp_path: Path) -> None:
    assert [(each.name, each.is_ready) for each in list_schools(drill_app)] == [("Oak School", False)]
    for odd in ("", "..", "../data", "own-none", "a/b"):
        with pytest.raises(StoreError):
            get_folder(drill_app, odd)
    log = get_folder(drill_app, school) / LOG_NAME
    log.write_bytes(log.read_bytes().replace(b'"schema":1', b'"schema":99'))
    restart()
    with pytest.raises(NewerSchemaError):
        get_state(drill_app, school, tab=MINE)
