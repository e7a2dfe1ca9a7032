"""People and Results of a team as a trainer meets them: nothing yet, a team, people, drills, a comparison, the demo."""

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console import attempts
from sim.features.comparison.handover import ReportExport, compare_table
from sim.features.team import given_drills, team
from sim.features.team.attempts_table import export_team
from sim.features.team.page_giving import DEMO
from sim.features.team.page_roster import MOST_DRILLS
from sim.ui.page import page_state
from sim.ui.page import wording as page_wording
from sim.ui.parts.blocks import escape_markdown
from tests.app.conftest import RunPage, open_page, read_page, run
from tools.bench.compare import fill_district, make_bench_attempts


@pytest.fixture
def team_page(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return open_page(drill_app, monkeypatch, "team")


@pytest.fixture
def demo_team_page(demo_app: App, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return run(open_page(demo_app, monkeypatch, "team"))


PARTS = ("found", "learning", "retention", "types", "schools", "people", "accuracy")
"""Of a comparison, closed at first."""


@pytest.fixture
def demo_results(demo_app: App, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    opened = open_page(demo_app, monkeypatch, "results")
    for part in PARTS:
        opened.session_state[f"part-{part}"] = True
    return run(opened)


def press(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click()
    return run(at)


def labels(at: AppTest, kind: str) -> list[str]:
    return [element.proto.label for element in at.get(kind)]


def make_team(app: App, *names: str) -> tuple[str, list[str]]:
    team_id = team.add_team(app, "Front office")
    return team_id, [team.add_person(app, team_id, name) for name in names]


def test_a_team_is_made_and_people_are_added(team_page: AppTest, drill_app: App) -> None:
    run(team_page)
    team_page.text_input(key="team-name").input("Front office")
    press(team_page, "make-team")
    assert team_page.title[0].value == "Front office"
    assert "Nobody is on this team yet. Add the first people below; a pseudonym is enough." in read_page(team_page)
    (area,) = team_page.text_area
    area.input("Ms. Alder\n\n  Otter \n=1+1\nOtter\n")
    press(team_page, "add-people-button")
    assert team_page.text_area[0].value == "=1+1\nOtter", "what was refused stays to be corrected"
    assert "2 people were added." in [each.value for each in team_page.success]
    (card,) = team.list_teams(drill_app)
    assert [person.name for person in team.list_people(drill_app, card.team_id)] == ["Ms. Alder", "Otter"]
    shown = read_page(team_page)
    assert r"**Ms\. Alder**" in shown
    assert escape_markdown("'=1+1' cannot be used") in shown
    assert 'someone named "Otter"' in shown


def test_a_drill_is_started_once_and_its_address_given(team_page: AppTest, drill_app: App) -> None:
    team_id, (person_id,) = make_team(drill_app, "Otter")
    run(team_page)
    press(team_page, f"start-before-{person_id}")
    (attempt,) = given_drills.list_attempts(drill_app, team_id)
    assert attempt.row.phase is Phase.BEFORE
    assert labels(team_page, "page_link").count("Before: ready to start") == 1
    assert not team_page.code, "a link is given out once its box is opened"
    team_page.session_state[f"send-before-{person_id}"] = True
    run(team_page)
    assert f"/drill?attempt={attempt.row.attempt_id}&link=" in team_page.code[0].value
    assert f"start-before-{person_id}" not in [button.key for button in team_page.button]
    press(team_page, f"start-after-{person_id}")
    given = given_drills.list_attempts(drill_app, team_id)
    assert {drill.row.phase for drill in given} == {Phase.BEFORE, Phase.AFTER}
    assert len(given) == len({drill.form_title for drill in given}) == 2


def test_drills_are_given_on_the_console_and_options_chosen(team_page: AppTest, drill_app: App) -> None:
    team_id, (person_id,) = make_team(drill_app, "Heron")
    team_page.run()
    assert [box.key for box in team_page.checkbox if box.key.startswith("option-hints")] == []
    team_page.checkbox(key=f"option-interruptions-{team_id}").check().run()
    team_page.selectbox(key=f"console-{team_id}").set_value("minimal").run()
    press(team_page, f"start-before-{person_id}")
    (given,) = given_drills.list_attempts(drill_app, team_id)
    assert (given.row.profile, given.row.options) == ("minimal", {"interruptions"})
    assert team_page.checkbox(key=f"option-interruptions-{team_id}").value
    briefing = attempts.get_briefing(drill_app, given.row.attempt_id)
    assert (briefing.profile.title, briefing.profile_choices) == ("Minimal", ())


def test_people_are_renamed_and_removed_only_when_sure(team_page: AppTest, drill_app: App) -> None:
    team_id, (person_id, _) = make_team(drill_app, "Otter", "Heron")
    run(team_page)
    team_page.text_input(key=f"name-{person_id}").input("Badger")
    press(team_page, f"rename-{person_id}")
    assert "**Badger**" in read_page(team_page)
    team_page.text_input(key=f"name-{person_id}").input("Heron")
    press(team_page, f"rename-{person_id}")
    assert 'someone named "Heron"' in team_page.error[0].value
    assert team_page.button(key=f"remove-{person_id}").disabled
    team_page.checkbox(key=f"sure-{person_id}").check()
    run(team_page)
    press(team_page, f"remove-{person_id}")
    assert [person.name for person in team.list_people(drill_app, team_id)] == ["Heron"]
    assert "**Badger**" not in read_page(team_page)


def test_the_demo_team_is_marked_and_goes_in_one_click(demo_team_page: AppTest, demo_app: App) -> None:
    assert DEMO in read_page(demo_team_page)
    (card,) = team.list_teams(demo_app)
    cards = given_drills.list_attempts(demo_app, card.team_id)
    drills = [each for each in cards if each.row.phase in (Phase.BEFORE, Phase.AFTER) and each.told_s is not None]
    links = [link for each in demo_team_page.get("page_link") if " finished in " in (link := each.proto.label)]
    for said, passed in ((", passed", True), (", did not pass", False)):
        assert sum(said in link for link in links) == sum(each.passed is passed for each in drills) > 0
    assert not [button.key for button in demo_team_page.button if button.key and button.key.startswith("start-")]
    press(demo_team_page, "remove-demo")
    assert team.list_teams(demo_app) == ()
    assert demo_team_page.title[0].value == "Team"


def count_drawn(results: AppTest) -> tuple[int, int]:
    shown = read_page(results)
    return shown.count("data:image/svg+xml;base64,"), shown.count('<div class="sl-table"')


def test_the_comparison_has_a_table_and_a_download_beside_each_chart_and_names_when_asked_for(
    demo_results: AppTest,
) -> None:
    pictures, tables = count_drawn(demo_results)
    shown = read_page(demo_results)
    for sentence in ("Why anything changed", "How long a search would take", "How any one person changed"):
        assert sentence.split(".")[0] in shown.replace("\\", "")
    assert "footage whose answers anyone can look up" in shown
    assert pictures == 6, "what decides, times, flow, found, and time and match by drill"
    shown_labels = labels(demo_results, "download_button")
    assert shown_labels.count(page_wording.DOWNLOAD_TABLE) == tables == 7
    assert {
        "Download all drills (CSV)",
        "Download the report (PDF)",
        "Download all tables (ZIP)",
        "Download all numbers (JSON)",
    } <= set(shown_labels)

    def table() -> str:
        bodies = [element.proto.body for element in demo_results.get("html")]
        return "\n".join(body for body in bodies if "<table>" in body)

    assert ("M001" in table(), "Heron" in table()) == (True, False)
    demo_results.toggle(key="by-name").set_value(True)
    run(demo_results)
    assert ("M001" in table(), "Heron" in table()) == (False, True)


def test_beyond_the_first_pictures_only_open_parts_are_drawn(demo_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def count(*opened: str) -> tuple[int, int]:
        results = open_page(demo_app, monkeypatch, "results")
        for part in opened:
            results.session_state[f"part-{part}"] = True
        return count_drawn(run(results))

    pictures, tables = count()
    assert pictures == 3
    assert count("found") == (pictures + 1, tables + 1)


def test_a_press_compares_nothing_anew(demo_results: AppTest, demo_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []

    def count(*tables: Any, **rest: Any) -> ReportExport:
        compared.append(len(tables[0]))
        return compare_table(*tables, **rest)

    monkeypatch.setattr("sim.features.team.page_report.compare_table", count)
    st.cache_resource.clear()
    monkeypatch.setattr(page_state, "open_app", lambda *_: demo_app)
    run(demo_results)
    assert len(compared) == 1
    demo_results.session_state["part-found"] = False
    run(demo_results)
    assert len(compared) == 1
    demo_results.toggle(key="by-name").set_value(True)
    run(demo_results)
    assert len(compared) == 2
    ended = export_team(demo_app, team.list_teams(demo_app)[0].team_id).iloc[1:]
    monkeypatch.setattr("sim.features.team.page_report.export_team", lambda *_, **__: ended)
    run(demo_results)
    assert compared[2:] == [len(ended)]


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
