import pytest

from sim.errors import RecordingError
from sim.services.app.wiring import App
from sim.services.operations import demo
from sim.services.team import given_drills, team


def test_the_same_seed_gives_the_same_results_and_another_gives_others(drill_app: App) -> None:
    first = given_drills.export_attempts(drill_app, demo.fill_demo(drill_app, people=4, seed=1))
    again = given_drills.export_attempts(drill_app, demo.fill_demo(drill_app, people=4, seed=1))
    other = given_drills.export_attempts(drill_app, demo.fill_demo(drill_app, people=4, seed=2))
    assert first.equals(again)
    assert not first.equals(other)
    assert first["phase"].tolist() == ["before"] * 4 + ["after"] * 4


def test_the_log_of_a_demo_attempt_is_as_a_browser_leaves_it(drill_app: App) -> None:
    team_id = demo.fill_demo(drill_app, people=1, seed=1)
    attempt_id = given_drills.list_attempts(drill_app, team_id)[0].attempt_id
    with drill_app.store.read() as work:
        log = work.events.list_all(attempt_id)
    assert len(log) > 10
    assert all(stored.counted for stored in log)
    assert all(stored.arrived_s * 1000 >= stored.event.t_client_ms - 1e-6 for stored in log)
    assert all(stored.arrived_s * 1000 - stored.event.t_client_ms < 1000 for stored in log)


def test_filling_again_replaces_and_removing_leaves_real_teams_alone(drill_app: App) -> None:
    real = team.add_team(drill_app, "Front office")
    demo.fill_demo(drill_app, people=2, seed=1)
    demo.fill_demo(drill_app, people=2, seed=2)
    assert len(team.list_teams(drill_app)) == 2
    assert team.remove_demo(drill_app) == 1
    assert team.remove_demo(drill_app) == 0
    assert [card.team_id for card in team.list_teams(drill_app)] == [real]


def test_a_failure_leaves_no_half_filled_team(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []

    def break_at_the_third(app: App, clock: object, attempt_id: str, **_: object) -> None:
        played.append(attempt_id)
        if len(played) == 3:
            raise RecordingError("the disk went away")

    monkeypatch.setattr(demo, "play_attempt", break_at_the_third)
    with pytest.raises(RecordingError):
        demo.fill_demo(drill_app, people=4, seed=1)
    assert team.list_teams(drill_app) == ()
