from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.crowd.people.body_index import choose_by_age, load_body_index
from sim.crowd.people.people import Aid
from sim.crowd.places.routes import RouteMap
from sim.crowd.scenario.beats import BEAT_KINDS
from sim.crowd.scenario.casting import cast_people
from sim.crowd.scenario.scenario import Day, Scenario, check_scenario, find_site_folder, load_scenario, parse_scenario
from sim.crowd.scenario.story import check_story
from sim.crowd.scenario.timetable import make_timetable
from sim.errors import NewerSchemaError, ScenarioError
from sim.services.library.footage_build import find_bodies_folder
from sim.site.model import load_site
from tests.support.walking_hall import make_hall_site, make_scenario

SHIPPED = Path("scenarios/morning-arrival.yaml")
ALL_SHIPPED = sorted(Path("scenarios").glob("*.yaml"))
WALK_IN = {"day_id": "in", "people": 2, "arrive": [{"doors": ["street"], "at_s": [0, 5]}]}
LEAVE = {"do": "leave", "doors": ["room-1"]}


@pytest.mark.parametrize("path", ALL_SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_fits_its_site_and_can_be_cast(path):
    scenario = load_scenario(path)
    site = load_site(find_site_folder(path, scenario))
    check_scenario(scenario, site)
    bodies = choose_by_age(load_body_index(find_bodies_folder(path, scenario.bodies)), site.ages)
    people = cast_people(scenario=scenario, bodies=bodies, rng=np.random.default_rng(scenario.seed))
    assert len(people) == scenario.people_count
    assert sum(len(p.later_outfits) for p in people) == sum(len(beat.changes) for beat in scenario.beats)


def test_the_quietest_shipped_story_can_be_planned():
    path = Path("scenarios/class-time.yaml")
    scenario = load_scenario(path)
    site = load_site(find_site_folder(path, scenario))
    bodies = choose_by_age(load_body_index(find_bodies_folder(path, scenario.bodies)), site.ages)
    people = cast_people(scenario=scenario, bodies=bodies, rng=np.random.default_rng(1))
    plans = make_timetable(site, scenario, people, RouteMap(site), np.random.default_rng(1))
    planned = {errand.event_id for plan in plans for errand in plan.errands}
    assert {event_id for beat in scenario.beats for event_id in beat.span} <= planned


def test_the_morning_has_enough_to_trace_and_to_see():
    scenario = load_scenario(SHIPPED)
    assert 110 <= scenario.people_count <= 130
    assert scenario.look_alikes >= 8
    assert scenario.target_count >= 18
    assert scenario.frame_count == 3000
    assert {beat.kind for beat in scenario.beats} == set(BEAT_KINDS)
    assert sum(beat.kind == "screening-alarm" for beat in scenario.beats) == 4
    assert {day.aid for day in scenario.days} == set(Aid)


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


def test_every_key_is_documented():
    text = Path("docs/scenarios.md").read_text(encoding="utf-8")
    for model in (Scenario, Day):
        for key in model.model_fields:
            assert f"`{key}`" in text, key


def test_every_kind_of_beat_has_an_example_that_fits_the_site():
    text = Path("docs/scenarios.md").read_text(encoding="utf-8")
    site = load_site(Path("scenarios/sites/maple-ridge"))
    shown = set()
    for block in text.split("```yaml\nbeats:")[1:]:
        beats = yaml.safe_load("beats:" + block.split("```")[0])["beats"]
        scenario = parse_scenario(_make_days_for(beats), source="docs/scenarios.md")
        check_scenario(scenario, site)
        check_story(scenario)
        shown |= {beat.kind for beat in scenario.beats}
    assert shown == set(BEAT_KINDS)


def _make_days_for(beats):
    """Return a scenario with a day for everybody that the beats name."""
    days = {}
    for beat in (BEAT_KINDS[data["kind"]].model_validate(data) for data in beats):
        for actor in (*beat.actors, *([beat.of] if beat.kind == "look-alike" else [])):
            day = days.setdefault(actor.day, {"day_id": actor.day, "people": 1, "arrive": [{"doors": ["west-exit"]}]})
            day["people"] = max(day["people"], actor.person)
            stay = {"do": "stand", "floor": "1", "at": [33.2, 3.4], "for_s": [9, 9]}
            day["steps"] = [stay, {"do": "leave", "doors": ["gym"]}]
            if actor in beat.staff:
                day["role"] = "staff"
            if beat.kind == "look-alike" and actor == beat.of:
                day["target"] = True
    head = {"schema_version": 1, "scenario_id": "x", "title": "x", "site": "x", "seed": 1, "duration_s": 300}
    return head | {"start_time": "2026-10-14T08:00:00", "days": list(days.values()), "beats": beats}
