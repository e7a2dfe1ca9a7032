import re
from dataclasses import replace

import pytest
import yaml

from sim.crowd.generator.draft import Wish, make_draft, make_scenario_id
from sim.crowd.generator.levels import AIMS, Level
from sim.crowd.generator.stories import STORIES
from sim.crowd.generator.write import write_draft
from sim.crowd.scenario.scenario import check_scenario, parse_scenario
from sim.errors import ScenarioError
from tests.support.generator_site import make_generator_site

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
    assert yaml.safe_load(text) == make_draft(WISH, SITE, site_path="here").data
    assert text.startswith("# Made for a test.\n")
    assert len(re.findall(r"  # by geometry \d+ stretches on camera", text)) == 4


def test_the_seed_decides() -> None:
    assert draft_text(WISH) == draft_text(WISH)
    assert draft_text(WISH) != draft_text(replace(WISH, seed=4))


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
