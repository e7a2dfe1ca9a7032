"""`scenario new`: files, estimates, and difficulties measured by the painter."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.__main__ import main
from sim.crowd.generator.draft import Wish
from sim.crowd.generator.levels import Level
from sim.crowd.scenario.scenario import find_site_folder, load_scenario
from sim.errors import BeatMissedError, ScenarioError, TaskError
from sim.features.library import scenario as generate_scenario
from sim.features.library.footage_build import PlannedBuild, plan_scenario
from sim.features.library.forms import choose_for_level
from sim.features.library.scenario import count_wrong_clocks, write_scenario
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.generator_site import write_generator_site
from tests.support.measured_truth import measure_truth
from tests.support.trace_tables import Stay, make_people, make_table

WISH = Wish(story="passing", level=Level.EASY, seed=2, people=12, minutes=1.0)


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_generator_site(tmp_path_factory.mktemp("sites") / "walking-hall")


def test_the_command_writes_a_scenario_that_can_be_built(
    site_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made" / "new.yaml"
    words = ["scenario", "new", "--site", str(site_folder), "--story", "passing", "--difficulty", "easy", "--seed", "2"]
    words += ["--people", "12", "--minutes", "1", "--out", str(out)]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert "estimated difficulty" in printed
    assert "Needs about" in printed
    scenario = load_scenario(out)
    assert find_site_folder(out, scenario).resolve() == site_folder.resolve()
    assert (scenario.people_count, scenario.duration_s, scenario.seed) == (12, 60, 2)
    assert "Estimated difficulty" in out.read_text()
    assert [path.name for path in out.parent.iterdir()] == ["new.yaml"]
    assert len(plan_scenario(out).plan.crowd.people) == 12
    assert main(words) == 1
    assert "exists" in capsys.readouterr().err
    assert main([*words, "--force"]) == 0


def test_nothing_is_left_when_the_site_has_not_what_the_story_needs(site_folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    data = yaml.safe_load((site_folder / "site.yaml").read_text())
    data["openings"] = [o | {"kind": "exterior"} for o in data["openings"]]
    (bare / "site.yaml").write_text(yaml.safe_dump(data))
    with pytest.raises(ScenarioError, match="no door to come in by"):
        write_scenario(WISH, site_folder=bare, out=tmp_path / "made" / "new.yaml")
    assert not (tmp_path / "made").exists()


def test_where_something_does_not_come_about_another_draft_is_drawn(
    site_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts: list[str] = []

    def plan(path: Path) -> PlannedBuild:
        drafts.append(path.read_text())
        if len(drafts) < 3:
            raise BeatMissedError("beat bag does not take place")
        return plan_scenario(path)

    monkeypatch.setattr(generate_scenario, "plan_scenario", plan)
    made = write_scenario(WISH, site_folder=site_folder, out=tmp_path / "new.yaml")
    assert len(set(drafts)) == 3
    drafts.clear()
    again = write_scenario(WISH, site_folder=site_folder, out=tmp_path / "again.yaml")
    assert again.draft.data == made.draft.data

    def miss(path: Path) -> PlannedBuild:
        raise BeatMissedError("beat bag does not take place")

    monkeypatch.setattr(generate_scenario, "plan_scenario", miss)
    with pytest.raises(BeatMissedError):
        write_scenario(WISH, site_folder=site_folder, out=tmp_path / "none.yaml")
    assert not (tmp_path / "none.yaml").exists()


@pytest.mark.slow
def test_measured_difficulties_separate_and_are_near_the_estimate(site_folder: Path, tmp_path: Path) -> None:
    """Measured by the painter, in small pictures of which nothing is encoded."""
    measured: list[float] = []
    for level in (Level.EASY, Level.HARD):
        path = tmp_path / f"{level.value}.yaml"
        wish = Wish(story="passing", level=level, seed=1, people=12, minutes=1.5)
        made = write_scenario(wish, site_folder=site_folder, out=path)
        choice = choose_for_level(
            measure_truth(made.planned, size_wh=(240, 136), every_s=1.5),
            made.planned.plan.people,
            level=level,
            clock_faults=count_wrong_clocks(load_scenario(path)),
            count=1,
        )
        (chosen,) = choice.chosen
        guesses = {each.task.person: each.difficulty.index for each in made.estimate.easier}
        assert abs(guesses[chosen.task.person] - chosen.difficulty.index) < 2.0
        measured.append(chosen.difficulty.index)
    assert measured[0] < measured[1]


PEOPLE = make_people({"P001": {}})
FOUR = [
    Stay(camera_id=f"CAM-{number % 2 + 1:02}", person_id="P001", first=100 * number, last=100 * number + 60)
    for number in range(4)
]


def make_index(stays: list[Stay], *, stands_s: float = 0.0) -> TruthIndex:
    """Return the truth of these stays, somebody standing for that long at the beginning and walking from then on."""
    table = make_table(stays)
    stands = (table.rows["t_s"] < stands_s).to_numpy()
    table.rows["floor_x_m"] = (table.rows["frame"].to_numpy() / 8).astype(np.float32)
    table.rows.loc[stands, "floor_x_m"] = np.float32(1.0)
    return make_truth_index(table)


@pytest.mark.parametrize(
    "index",
    [
        pytest.param(make_index(FOUR[:2]), id="two appearances"),
        pytest.param(
            make_index([Stay(camera_id="CAM-03", person_id="P001", first=0, last=299), *FOUR[3:]], stands_s=25.0),
            id="half of the time in one place",
        ),
    ],
)
def test_who_is_hardly_seen_or_stands_in_view_is_sought_at_easy_alone(index: TruthIndex) -> None:
    with pytest.raises(TaskError, match="no student of this recording makes a medium drill"):
        choose_for_level(index, PEOPLE, level=Level.MEDIUM, clock_faults=0)
    assert choose_for_level(index, PEOPLE, level=Level.EASY, clock_faults=0).chosen
    four = choose_for_level(make_index(FOUR), PEOPLE, level=Level.MEDIUM, clock_faults=0)
    assert [each.task.target for each in four.chosen] == ["P001"], "who walks past four cameras is sought at medium"
