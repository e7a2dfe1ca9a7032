import re
from dataclasses import replace

import numpy as np
import pytest
import yaml

from sim.crowd.generator.draft import Wish, make_draft, make_scenario_id
from sim.crowd.generator.levels import AIMS, Level
from sim.crowd.generator.stories import STORIES
from sim.crowd.generator.stories.site_facts import read_site_facts
from sim.crowd.generator.ways import PERSON_M, Sightlines, WayFinder
from sim.crowd.scenario.scenario import check_scenario, parse_scenario
from sim.errors import ScenarioError
from sim.features.library.footage_build import write_draft
from sim.site.camera import make_view
from tests.support.generator_site import make_generator_site
from tests.support.two_floors import make_two_floor_site

SITE = make_generator_site()
WISH = Wish(story="passing", level=Level.MEDIUM, seed=3, people=20, minutes=2.0)


def draft_text(wish: Wish) -> str:
    return write_draft(make_draft(wish, SITE, site_path="here"), remarks=["Made for a test."])


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("story", list(STORIES))
def test_every_story_and_level_makes_a_scenario_that_fits_the_site(story: str, level: Level) -> None:
    draft = make_draft(Wish(story=story, level=level, seed=1, people=24, minutes=3.0), SITE, site_path="here")
    scenario = parse_scenario(draft.data, source="draft")
    check_scenario(scenario, SITE)
    assert scenario.people_count == 24
    assert scenario.duration_s == 180
    assert scenario.look_alikes == AIMS[level].look_alikes * scenario.target_count
    assert len(scenario.faults) == AIMS[level].wrong_clocks
    assert scenario.start_time.hour == STORIES[story].clock[0]


def test_the_file_says_what_the_draft_says_and_explains_it() -> None:
    text = draft_text(WISH)
    assert text == draft_text(WISH) != draft_text(replace(WISH, seed=4))
    assert yaml.safe_load(text) == make_draft(WISH, SITE, site_path="here").data
    assert text.startswith("# Made for a test.\n")
    assert len(re.findall(r"  # by geometry \d+ stretches on camera", text)) == 4


def test_harder_levels_ask_for_more() -> None:
    ways = {level: make_draft(replace(WISH, level=level, minutes=5.0), SITE, site_path="").ways for level in Level}
    for few, many in ((Level.EASY, Level.MEDIUM), (Level.MEDIUM, Level.HARD)):
        assert max(w.legs for w in ways[few]) <= min(w.legs for w in ways[many])
        assert max(w.blind_s for w in ways[few]) < max(w.blind_s for w in ways[many])


@pytest.mark.parametrize("title", ["\"'`<b>&", "# no comment: {[", "- ", "yes", "0123", "Ünïcødé ☂"])
def test_any_title_stays_a_title(title: str) -> None:
    assert yaml.safe_load(draft_text(replace(WISH, title=title)))["title"] == title.strip()


def test_ids_are_short_and_differ() -> None:
    wishes = [replace(WISH, seed=n % 50, level=list(Level)[n % 3], people=20 + n % 7) for n in range(300)]
    ids = {make_scenario_id(wish, SITE) for wish in set(wishes)}
    assert len(ids) == len(set(wishes))
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{5,27}", name) for name in ids)
    assert len(make_scenario_id(replace(WISH, story="class-time"), SITE)) <= 28


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"story": "heist"}, "'heist' is unknown"),
        ({"seed": -1}, "seed is -1"),
        ({"people": 3}, "3 people"),
        ({"people": 1000}, "1000 people"),
        ({"minutes": 0.1}, "0.1 minutes"),
        ({"minutes": float("nan")}, "nan minutes"),
        ({"title": "x" * 61}, "title"),
        ({"title": "two\nlines"}, "title"),
    ],
)
def test_wishes_out_of_range_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        replace(WISH, **change)


def test_a_site_without_ways_or_doors_is_refused() -> None:
    shut = SITE.model_copy(update={"walk_nodes": tuple(n for n in SITE.walk_nodes if n.door is None)})
    nodes = {node.node_id for node in shut.walk_nodes}
    shut = shut.model_copy(update={"walk_edges": tuple(e for e in SITE.walk_edges if set(e) <= nodes)})
    with pytest.raises(ScenarioError, match="fewer than two doors"):
        make_draft(WISH, shut, site_path="")
    roomless = SITE.model_copy(
        update={"openings": tuple(o.model_copy(update={"kind": "exterior"}) for o in SITE.openings)}
    )
    with pytest.raises(ScenarioError, match="no door to come in by in the story 'passing'"):
        make_draft(WISH, roomless, site_path="")


def test_harder_stories_hold_more_beats_and_their_people_exist() -> None:
    beats = {}
    for level in Level:
        wish = replace(WISH, story="class-time", level=level, people=30, minutes=4.0)
        draft = make_draft(wish, SITE, site_path="")
        check_scenario(parse_scenario(draft.data, source="draft"), SITE)
        beats[level] = [beat["kind"] for beat in draft.data.get("beats", [])]
    assert beats == {Level.EASY: [], Level.MEDIUM: ["hand-over"], Level.HARD: ["hand-over", "look-alike"]}


def test_whoever_takes_part_in_a_beat_is_done_with_the_first_halt_in_time() -> None:
    seen = 0
    for story in STORIES:
        for seed in range(1, 4):
            wish = Wish(story=story, level=Level.MEDIUM, seed=seed, people=40, minutes=5.0)
            data = make_draft(wish, SITE, site_path="").data
            days = {day["day_id"]: day for day in data["days"]}
            for beat in data.get("beats", ()):
                for actor in (beat["giver"], beat["taker"]):
                    day = days[actor["day"]]
                    assert day["arrive"][0]["at_s"][1] + day["steps"][0]["for_s"][1] < data["duration_s"] - 40
                    seen += 1
    assert seen


SIZE_WH = (960, 540)


def test_a_box_is_where_the_camera_puts_the_person_walls_hide_and_a_camera_does_not_look_back() -> None:
    sightlines = Sightlines(SITE, size_wh=SIZE_WH)
    here = np.array([[8.0, 2.0, 0.0]])
    west = sightlines.compute_seen(here, ["1"])[0]
    assert west.camera_id == "CAM-01"
    assert list(west.which) == [0]
    view = make_view(SITE.cameras[0], size_wh=SIZE_WH)
    ends, _ = view.compute_pixels(np.array([[8.0, 2.0, 0.0], [8.0, 2.0, PERSON_M]]))
    assert west.box_xyxy[0, 3] == pytest.approx(ends[0, 1], abs=0.01)
    assert west.box_xyxy[0, 1] == pytest.approx(ends[1, 1], abs=0.01)
    behind_the_wall, behind_the_west_camera = (11.0, 5.2, 0.0), (0.2, 0.2, 0.0)
    seen = sightlines.compute_seen(np.array([behind_the_wall, behind_the_west_camera]), ["1", "1"])
    assert [list(s.which) for s in seen] == [[], [1], []]


def test_a_camera_sees_another_floor_only_inside_a_stairwell() -> None:
    site = make_two_floor_site()
    moved = site.cameras[0].model_copy(
        update={"floor": "2", "position_m": (13.0, 7.0, 5.6), "yaw_deg": -80.0, "pitch_deg": -35.0, "hfov_deg": 90.0}
    )
    site = site.model_copy(update={"cameras": (moved,)})
    on_the_flight, in_the_hall_below = (15.3, 2.0, 0.9), (9.0, 5.0, 0.0)
    seen = Sightlines(site, size_wh=SIZE_WH).compute_seen(np.array([on_the_flight, in_the_hall_below]), ["1", "1"])
    assert list(seen[0].which) == [0]


def test_a_recording_too_short_for_any_way_is_refused() -> None:
    finder = WayFinder(read_site_facts(SITE), Sightlines(SITE, size_wh=SIZE_WH))
    with pytest.raises(ScenarioError, match="fits into 20 s"):
        finder.find(STORIES["passing"], AIMS[Level.HARD], count=1, duration_s=20.0, rng=np.random.default_rng(1))
