from pathlib import Path

import pytest
import yaml

from sim.crowd.scenario import check_scenario, find_site_folder, load_scenario, parse_scenario
from sim.errors import NewerSchemaError, ScenarioError
from sim.site.model import load_site
from tests.support.walking_hall import make_hall_site, make_scenario

SHIPPED = Path("scenarios/morning-arrival.yaml")
WALK_IN = {"day_id": "in", "people": 2, "arrive": [{"doors": ["street"], "at_s": [0, 5]}]}
LEAVE = {"do": "leave", "doors": ["room-1"]}


def test_the_shipped_scenario_fits_its_site():
    scenario = load_scenario(SHIPPED)
    site = load_site(find_site_folder(SHIPPED, scenario))
    check_scenario(scenario, site)
    assert 45 <= scenario.people_count <= 60
    assert scenario.look_alikes >= 6
    assert scenario.target_count >= 6
    assert scenario.frame_count >= 240 * scenario.fps


def test_people_are_counted_by_kind():
    staff = {"day_id": "post", "people": 1, "role": "staff", "arrive": [{}]}
    staff["steps"] = [{"do": "stand", "floor": "1", "at": [3, 1], "for_s": [9, 9]}]
    scenario = make_scenario([WALK_IN | {"steps": [LEAVE], "target": True}, staff], look_alikes=3)
    assert (scenario.people_count, scenario.staff_count, scenario.target_count) == (6, 1, 2)


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (WALK_IN | {"steps": [LEAVE], "people": 0}, "days.0.people"),
        (WALK_IN | {"steps": [LEAVE, LEAVE]}, "leave step must be the last"),
        (WALK_IN | {"steps": [{"do": "locker", "zone": "hall", "for_s": [9, 3]}]}, "days.0.steps.0.locker: .*for_s"),
        (WALK_IN | {"steps": [{"do": "fly"}]}, "days.0.steps.0"),
        (WALK_IN | {"steps": [LEAVE], "arrive": [{}]}, "arrive needs doors"),
        (WALK_IN | {"steps": [LEAVE], "target": True, "group": 2}, "group must be 1"),
        (WALK_IN | {"steps": [LEAVE], "pople": 3}, "days.0.pople"),
    ],
)
def test_a_wrong_day_is_refused_by_its_key(day, key):
    with pytest.raises(ScenarioError, match=key):
        make_scenario([day])


def test_a_day_id_twice_and_look_alikes_without_target_are_refused():
    with pytest.raises(ScenarioError, match="'in' is used twice"):
        make_scenario([WALK_IN | {"steps": [LEAVE]}, WALK_IN | {"steps": [LEAVE]}])
    with pytest.raises(ScenarioError, match="target: true"):
        make_scenario([WALK_IN | {"steps": [LEAVE]}], look_alikes=1)


@pytest.mark.parametrize(
    ("steps", "key"),
    [
        ([{"do": "leave", "doors": ["nowhere"]}], "days.0.steps.0.doors: 'nowhere'"),
        ([{"do": "away", "doors": ["room-1"], "for_s": [1, 2], "back": ["moon"]}], "days.0.steps.0.back: 'moon'"),
        ([{"do": "sit", "zone": "attic", "for_s": [1, 2]}], "days.0.steps.0.zone: 'attic'"),
        ([{"do": "sit", "zone": "hall", "near": "x", "for_s": [1, 2]}], "days.0.steps.0.near: 'x'"),
        ([{"do": "walk", "nodes": ["mid-1", "x"]}], "days.0.steps.0.nodes: 'x'"),
        ([{"do": "stand", "floor": "9", "at": [1, 1], "for_s": [1, 2]}], "days.0.steps.0.floor: '9'"),
    ],
)
def test_what_the_site_lacks_is_named(steps, key):
    with pytest.raises(ScenarioError, match=key):
        check_scenario(make_scenario([WALK_IN | {"steps": steps}]), make_hall_site())


def test_a_file_that_is_missing_or_no_yaml_or_no_mapping_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path / "none.yaml")
    path = tmp_path / "broken.yaml"
    path.write_text("a: [1", encoding="utf-8")
    with pytest.raises(ScenarioError, match="not valid YAML"):
        load_scenario(path)
    with pytest.raises(ScenarioError, match="no mapping"):
        parse_scenario([1], source="x")


def test_a_newer_schema_is_refused_by_its_number():
    with pytest.raises(NewerSchemaError, match="schema_version 99"):
        parse_scenario({"schema_version": 99}, source="x")


def test_the_documented_example_fits_the_site():
    text = Path("docs/scenarios.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    scenario = parse_scenario(yaml.safe_load(example), source="docs/scenarios.md")
    check_scenario(scenario, load_site(find_site_folder(SHIPPED, scenario)))
    assert scenario.people_count == 9


def test_every_step_is_documented():
    text = Path("docs/scenarios.md").read_text(encoding="utf-8")
    for word in ("locker", "sit", "talk", "phone", "stand", "walk", "away", "leave"):
        assert f"| `{word}` |" in text
