"""Results of all schools, and the drills of one person: what they show, never put side by side, and hand out."""

from html import escape

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sim.app.wiring import App
from sim.features.team import team
from sim.features.team.team_view import compare_district, get_district_view
from sim.rules.viewer import NOBODY
from sim.ui.page.page_state import ALL_TEAMS, PERSON_PARAM, TEAM_PARAM
from tests.app.conftest import open_page, read_page, run
from tests.support.full_comparison import make_attempts
from tests.support.phrases import find_forbidden


def open_all(app: App, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    for name in ("Elm Office", "Pine Office")[sum(not card.is_demo for card in team.list_teams(app)) :]:
        team.add_team(app, name, chosen_by="all")
    at = open_page(app, monkeypatch, "results")
    at.query_params[TEAM_PARAM] = ALL_TEAMS
    return at


def make_district(*, schools: int) -> pd.DataFrame:
    parts = [
        make_attempts(people=4, drills=1, seed=number, name=f"T{number:03d}-M{{:03d}}").assign(
            school=f"{name} School", profile="classic", options="", group=""
        )
        for number, name in enumerate(("Oak", "Birch", "Lake", "Hill", "Cove", "Dale")[:schools], start=1)
    ]
    return pd.concat(parts, ignore_index=True)


def test_the_district_asks_how_people_were_chosen_of_teams_that_do_not_say(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_team = team.add_team(drill_app, "Oak Office")
    told = team.add_team(drill_app, "Birch Office", chosen_by="all")
    monkeypatch.setattr("sim.features.team.team_view.export_district", lambda _app: make_district(schools=2))
    at = run(open_all(drill_app, monkeypatch))
    asked = {box.key for box in at.selectbox}
    assert (f"chosen-by-{open_team}" in asked, f"chosen-by-{told}" in asked) == (True, False)
    assert at.selectbox(key=f"chosen-by-{open_team}").label.startswith("Oak Office")
    with monkeypatch.context() as looks:
        looks.setattr("sim.features.team.page_report.get_viewer", lambda: NOBODY)
        assert not any(str(box.key).startswith("chosen-by") for box in run(open_all(drill_app, monkeypatch)).selectbox)
    at.selectbox(key=f"chosen-by-{open_team}").select("volunteers")
    run(at)
    stored = {card.name: card.chosen_by for card in team.list_teams(drill_app)}
    assert stored == {"Oak Office": "volunteers", "Birch Office": "all"}
    assert not any(str(box.key).startswith("chosen-by") for box in at.selectbox)


def test_people_who_share_drills_are_asked_about_and_an_answer_lifts_the_bar(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    district = make_district(schools=6)
    twin = district[district["person_id"] == "T001-M001"].assign(person_id="T001-M009")
    both = pd.concat([district, twin], ignore_index=True)
    monkeypatch.setattr("sim.features.team.team_view.export_district", lambda _app: both)
    at = run(open_all(drill_app, monkeypatch))
    asked, barred = "Are they the same person?", "agree in 2 drills to the second. If they are one person"
    assert all(words in read_page(at) for words in (asked, barred))
    at.checkbox(key="different-district").check()
    run(at)
    assert barred not in read_page(at)
    at.checkbox(key="different-district").uncheck()
    run(at)
    assert barred in read_page(at)
    told = compare_district(both, by_school=False, are_different=True)
    assert told.comparison.same_people == ""
    assert not told.comparison.headline.startswith("These drills do not allow")


def test_schools_stand_by_name_and_are_numbered_in_what_is_handed_on(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.features.team.team_view.export_district", lambda _app: make_district(schools=6))
    at = open_all(drill_app, monkeypatch)
    at.session_state["part-schools"] = True
    run(at)
    bodies = [element.proto.body for element in at.get("html") if "<table" in element.proto.body]
    by_name = bodies[-1]
    places = [by_name.index(name) for name in ("Birch School", "Hill School", "Lake School", "Oak School")]
    assert places == sorted(places)
    (changes,) = [body for body in bodies if "School 1" in body]
    assert "Oak School" not in changes
    assert "The teams" in read_page(at) or "No clear change" in read_page(at)
    assert find_forbidden(read_page(at)) == ()
    keys = {button.key for button in at.get("download_button")}
    assert keys >= {"report-district", "bundle-district", "json-district", "export", "download-schools"}
    assert compare_district(make_district(schools=6), by_school=True).by_name is False
    at.toggle(key="by-school").set_value(True)
    run(at)
    tables = [element.proto.body for element in at.get("html") if "<table" in element.proto.body]
    assert not [body for body in tables if "School 1" in body]


def test_one_schools_groups_change_nothing_for_the_others(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    lots, chosen = ("trained by lot", "waiting by lot"), ("trained", "waiting")
    plain = make_district(schools=3)
    turn = plain["person_id"].str[-1].astype(int)
    headline = compare_district(plain, by_school=True).comparison.headline
    for groups in (
        {"Oak": lots, "Birch": chosen},
        {"Oak": ("waiting",)},
        {"Oak": chosen},
        {"Oak": chosen, "Birch": chosen, "Lake": ("trained", "")},
    ):
        table = plain
        for school, names in groups.items():
            own = table["school"] == f"{school} School"
            table = table.assign(group=table["group"].mask(own, [names[each % len(names)] for each in turn]))
        found = compare_district(table, by_school=True).comparison
        assert [part.name for part in found.by_school] == ["Birch School", "Lake School", "Oak School"], groups
        assert found.headline == headline, groups
    monkeypatch.setattr("sim.features.team.team_view.export_district", lambda _app: table)
    at = run(open_all(drill_app, monkeypatch))
    assert escape(
        "Trained and waiting groups are not compared here, because not every school has both in the same "
        "way. People who waited count like everyone else. Each team's own results compare its groups."
    ) in read_page(at)
    assert not at.error


def test_a_district_counts_what_its_schools_have_done(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.features.team.team_view.export_district", lambda _app: make_district(schools=2))
    for school in ("Birch School", "Cedar School"):
        team.add_person(drill_app, team.add_team(drill_app, f"{school} office", school=school), "Heron")
    view = get_district_view(drill_app)
    assert view.facts == (("Schools", "3"), ("People with drills", "8"), ("Drills done", "16"))
    assert view.schools.rows[0] == ("Birch School", "1", "4", "4", "4", "0")
    assert view.schools.rows[1] == ("Cedar School", "1", "0", "0", "0", "0"), "who has not begun is listed too"
    assert view.has_results


def test_a_person_sees_their_own_drills_alone(demo_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    (card,) = team.list_teams(demo_app)
    heron, *others = team.list_people(demo_app, card.team_id)
    at = open_page(demo_app, monkeypatch, "record")
    at.query_params[PERSON_PARAM] = heron.person_id
    shown = read_page(run(at))
    assert heron.name in at.title[0].value
    assert not [other.name for other in others if other.name in shown]
    assert len(at.get("vega_lite_chart")) == 2
    assert "Before" in shown and "After" in shown
    assert "One person's drills vary much. With fewer than 4 drills on each side nothing can be told." in shown
    assert find_forbidden(shown) == ()
    keys = [button.key for button in at.get("download_button")]
    assert keys == ["download-own-drills", f"export-{heron.person_id}"]
