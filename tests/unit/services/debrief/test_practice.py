"""What to practice next: a drill that trains it, where there is one."""

from dataclasses import replace
from pathlib import Path

import pytest

from sim.db.rows import AttemptRow
from sim.drill.attempt import Mode
from sim.services.app.wiring import PROJECT, App, Settings, open_app
from sim.services.attempt import attempts
from sim.services.debrief.practice import make_practice_views
from sim.services.team import team
from sim.tasks.common.advice import Advice, Trains
from tests.support.fake_clock import FakeClock
from tests.support.story_truth import SHIPPED
from tests.unit.services.attempt.test_attempts import load_row

PREFIX = f"{SHIPPED.name}-"


@pytest.fixture
def shipped_app(tmp_path: Path, clock: FakeClock) -> App:
    settings = Settings(
        data=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'a.db'}",
        recordings=(PROJECT / "sample_footage",),
        forms=(PROJECT / "scenarios" / "forms",),
    )
    return open_app(settings, clock)


def make_row(app: App, form_id: str, *, person_id: str | None = None) -> AttemptRow:
    attempt_id = attempts.create_practice(app, form_id=form_id)
    with app.store.read() as work:
        return replace(work.attempts.get(attempt_id), person_id=person_id)


def choose(app: App, row: AttemptRow, *trains: Trains) -> list[str | None]:
    """Return the drill to try again by, then those of the advice."""
    again, views = make_practice_views(app, row, [Advice("Do.", trains=each) for each in trains])
    return [
        None if view is None or view.form_id is None else view.form_id.removeprefix(PREFIX) for view in (again, *views)
    ]


def test_each_skill_gets_a_drill_that_trains_it(shipped_app: App) -> None:
    row = make_row(shipped_app, f"{PREFIX}practice-1")
    catalog = shipped_app.catalog
    again, alike = choose(shipped_app, row, Trains.LOOK_ALIKES)
    target = catalog.get_form(f"{PREFIX}{alike}").form.target
    assert catalog.list_look_alikes(SHIPPED.name, target)
    _, many = choose(shipped_app, row, Trains.NEXT_CAMERA)
    legs = {
        known.form.form_id: known.form.difficulty.legs
        for known in catalog.list_forms()
        if known.form.type == "trace"
        and known.form.difficulty
        and known.form.use == "practice"
        and known.recording_id == row.recording_id
    }
    assert legs[f"{PREFIX}{many}"] == max(legs.values())
    assert choose(shipped_app, row, Trains.LAST_PLACE) == ["practice-2", "locate-1"]
    assert choose(shipped_app, row, Trains.CHECKS) == ["practice-2", "screening-1"]
    assert choose(shipped_app, row, Trains.SAME) == [again] == ["practice-2"]
    assert catalog.get_form(f"{PREFIX}{again}").form.target != catalog.get_form(row.form_id).form.target


@pytest.mark.parametrize("is_on_team", [True, False])
def test_nobody_is_offered_a_form_that_measures(shipped_app: App, *, is_on_team: bool) -> None:
    person_id = team.add_person(shipped_app, team.add_team(shipped_app, "Front office"), "Ana") if is_on_team else None
    row = make_row(shipped_app, f"{PREFIX}practice-1", person_id=person_id)
    chosen = choose(shipped_app, row, *Trains)
    uses = [shipped_app.catalog.get_form(f"{PREFIX}{form}").form.use for form in chosen if form is not None]
    assert uses
    assert set(uses) == {"practice"}


@pytest.mark.parametrize("done", ["trace-a", "practice-1"])
def test_nobody_practices_where_their_team_is_measured(shipped_app: App, done: str) -> None:
    """To try again on the same recording would spoil the drill after the training, also where it was practice."""
    office = team.add_team(shipped_app, "Front office")
    ana, ben = (team.add_person(shipped_app, office, name) for name in ("Ana", "Ben"))
    measured = attempts.create(shipped_app, form_id=f"{PREFIX}trace-a", mode=Mode.ASSESSMENT, person_id=ana)
    row = load_row(shipped_app, measured) if done == "trace-a" else make_row(shipped_app, PREFIX + done, person_id=ben)
    again, views = make_practice_views(shipped_app, row, [Advice("Do.", trains=each) for each in Trains])
    offered = [view.form_id for view in (again, *views) if view is not None and view.form_id is not None]
    assert again is not None
    assert SHIPPED.name not in {shipped_app.catalog.get_form(form_id).recording_id for form_id in offered}


def test_where_all_footage_measures_the_team_nothing_is_offered(drill_app: App) -> None:
    ana = team.add_person(drill_app, team.add_team(drill_app, "Front office"), "Ana")
    attempts.create(drill_app, form_id="tiny-trace-a", mode=Mode.ASSESSMENT, person_id=ana)
    row = make_row(drill_app, "tiny-practice-1", person_id=ana)
    again, views = make_practice_views(drill_app, row, [Advice("Slow down."), Advice("Watch.", trains=Trains.CHECKS)])
    assert again is None
    assert [(view.sentence, view.form_id) for view in views] == [("Watch.", None)]
