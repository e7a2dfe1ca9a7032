"""`scenario new` and `scenario separate`: files, estimates, and difficulties measured by the painter."""

from pathlib import Path

import pytest
import yaml

from sim.__main__ import main
from sim.crowd.generator.draft import Wish
from sim.crowd.generator.levels import Level
from sim.crowd.scenario.scenario import find_site_folder, load_scenario
from sim.errors import BeatMissedError, ScenarioError, SiteError
from sim.services.library.build.footage_build import PlannedBuild, plan_scenario
from sim.services.library.generate import scenario as generate_scenario
from sim.services.library.generate.scenario import write_scenario
from sim.services.library.generate.sites import find_missing_plates, find_site
from tests.support.generator_site import write_generator_site
from tools.validity.generate_separate import Trial, measure_forms, write_table, write_verdict

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


def test_sites_are_found_by_folder_or_name(site_folder: Path, tmp_path: Path) -> None:
    assert find_site(str(site_folder)) == site_folder.resolve()
    assert (find_site("maple-ridge") / "site.yaml").is_file()
    with pytest.raises(SiteError, match=r"'nowhere'.*maple-ridge"):
        find_site("nowhere")
    assert find_missing_plates(site_folder) == ()
    assert find_missing_plates(write_generator_site(tmp_path / "bare", plates=False)) == ("CAM-01", "CAM-02", "CAM-03")


@pytest.mark.slow
def test_measured_difficulties_separate_and_are_near_the_estimate(site_folder: Path) -> None:
    trial = Trial(
        site_folder=site_folder,
        stories=("passing",),
        count=1,
        forms_each=1,
        people=12,
        minutes=1.5,
        size_wh=(240, 136),
        every_s=1.5,
        levels=(Level.EASY, Level.HARD),
    )
    heard: list[str] = []
    measured = measure_forms(trial, on_scenario=heard.append)
    assert list(measured["level"]) == ["easy", "hard"]
    assert heard[0].startswith("easy, passing, seed 1: ")
    verdict, separates = write_verdict(measured)
    assert separates, write_table(measured)
    assert "no easy form is above any hard one" in verdict
    assert write_verdict(measured.assign(index=-measured["index"]))[1] is False
    assert (measured["estimated_index"] - measured["index"]).abs().max() < 2.0


def test_impossible_trials_are_refused(site_folder: Path) -> None:
    for change in ({"count": 0}, {"count": 2, "forms_each": 3}, {"count": 2, "every_s": 5.0}):
        with pytest.raises(ScenarioError):
            Trial(**{"site_folder": site_folder, "stories": ("passing",), "forms_each": 1, **change})
