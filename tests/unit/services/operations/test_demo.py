import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import RecordingError, TaskError
from sim.services.app.wiring import PROJECT, App
from sim.services.operations import demo
from sim.services.team import given_drills, team
from tests.support.fake_clock import NOON, FakeClock


def test_the_same_seed_gives_the_same_results_and_another_gives_others(drill_app: App) -> None:
    first = given_drills.export_attempts(drill_app, demo.fill_demo(drill_app, people=4, seed=1))
    again = given_drills.export_attempts(drill_app, demo.fill_demo(drill_app, people=4, seed=1))
    other = given_drills.export_attempts(drill_app, demo.fill_demo(drill_app, people=4, seed=2))
    assert first.equals(again)
    assert not first.equals(other)
    assert first["phase"].tolist() == ["before"] * 4 + ["after"] * 4


def test_everything_of_the_demo_is_marked_and_dated_in_the_past(drill_app: App) -> None:
    team_id = demo.fill_demo(drill_app, people=3, seed=1)
    card = team.list_teams(drill_app)[0]
    assert (card.is_demo, card.people) == (True, 3)
    assert "invented" in card.name
    with drill_app.store.read() as work:
        rows = work.attempts.list_of_team(team_id)
    assert all(row.is_demo and row.score_json for row in rows)
    assert all(row.timing.ended_at is not None and row.timing.ended_at < NOON for row in rows)


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


def test_the_real_clock_is_left_alone(drill_app: App, clock: FakeClock) -> None:
    before = clock.read()
    demo.fill_demo(drill_app, people=1, seed=1)
    assert clock.read() == before


@pytest.mark.parametrize("people", [0, -1, 61])
def test_an_impossible_number_of_people_is_refused(drill_app: App, people: int) -> None:
    with pytest.raises(TaskError, match="Expected: 1 to 60"):
        demo.fill_demo(drill_app, people=people, seed=1)


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


def test_pseudonyms_are_all_different() -> None:
    names = [demo.name_person(number) for number in range(demo.MAX_PEOPLE)]
    assert len(set(names)) == demo.MAX_PEOPLE
    assert all(team.check_name(name, what="person") == name for name in names)


def run_demo(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sim", "demo", *arguments],
        cwd=PROJECT,
        env={"PATH": "", "SIGHTLINE_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_command_removes_what_is_not_there_without_complaint(tmp_path: Path) -> None:
    done = run_demo(tmp_path / "data", "--remove")
    assert (done.returncode, done.stdout) == (0, "There was no demo team.\n")


def test_the_command_says_what_is_wrong_with_its_numbers(tmp_path: Path) -> None:
    done = run_demo(tmp_path / "data", "--people", "0")
    assert done.returncode == 1
    assert "0 people were asked for" in done.stderr
    assert "Traceback" not in done.stderr
