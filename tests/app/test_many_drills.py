"""A person with many drills under Team: the last few of each side, and how many there are besides."""

from sim.services.app.wiring import App
from sim.ui.team.roster import MOST_DRILLS
from tests.app.conftest import RunPage
from tools.bench.compare import fill_district, make_bench_attempts

EACH_SIDE = 10


def test_the_last_drills_of_a_side_are_links_and_the_others_are_counted(run_page: RunPage, drill_app: App) -> None:
    made = make_bench_attempts(schools=1, people=2)
    fill_district(drill_app, made)
    (team_id,) = set(made["school"])
    page = run_page("team", team=team_id)
    assert not page.exception
    links = [each.proto.label for each in page.get("page_link")]
    for side in ("Before", "After"):
        assert sum(label.startswith(f"{side}: ") for label in links) == 2 * MOST_DRILLS
    said = " ".join(each.proto.body for each in page.get("html"))
    earlier = f"{EACH_SIDE - MOST_DRILLS} earlier drills"
    assert said.count(earlier) == 4, "two people, two sides"
    assert "Drills over time" in links
