"""The menu of five places, the team that stands at the top of each page, and the choices that stand in the address."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.features.team import given_drills, team
from sim.features.team import page_giving as giving
from sim.rules.viewer import AT_THIS_MACHINE, NOBODY, Role, Viewer
from sim.ui.page import page_state, pages
from sim.ui.page.page_state import ALL_TEAMS, VIEW_PARAM
from sim.ui.parts import account_wording, blocks
from tests.app.conftest import RunPage, read_page


def list_menu(viewer: Viewer) -> list[str]:
    return [page.title for page in pages.PAGES if pages.is_shown(page, viewer)]


def list_links(page: AppTest) -> dict[str, str]:
    return {link.proto.label: f"{link.proto.page}?{link.proto.query_string}" for link in page.get("page_link")}


def find_team_choice(page: AppTest) -> str:
    (choice,) = [box for box in page.selectbox if box.label == account_wording.TEAM_CHOICE]
    return str(choice.value)


def choose_team(page: AppTest, team_id: str) -> AppTest:
    (choice,) = [box for box in page.selectbox if box.label == account_wording.TEAM_CHOICE]
    return choice.set_value(team_id).run()


@pytest.fixture
def consoles(run_page: RunPage, drill_app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "consoles"
    folder.mkdir()
    settings = replace(drill_app.settings, consoles=(folder,))
    monkeypatch.setattr(page_state, "open_app", lambda _settings, _clock: replace(drill_app, settings=settings))
    return folder


@pytest.fixture
def teams(drill_app: App) -> dict[str, str]:
    made = {}
    for name in ("Birch office", "Oak Valley"):
        made[name] = team.add_team(drill_app, name, school=f"{name} School")
        team.add_person(drill_app, made[name], f"Ana of {name}")
    return made


def test_a_trainer_sees_five_places_a_trainee_three_and_no_mix_of_roles_more() -> None:
    trainer = Viewer(account_id="a", person_id="p", name="Kim", role=Role.TRAINER)
    assert list_menu(trainer) == ["Home", "Team", "Session", "Drills", "Training records"]
    assert list_menu(AT_THIS_MACHINE) == list_menu(trainer)
    trainee = Viewer(account_id="a", person_id="p", name="Kim", role=Role.TRAINEE)
    assert list_menu(trainee) == ["Home", "Drills", "My results"]
    assert list_menu(NOBODY) == ["Home", "Drills"]
    for number in range(1, len(Role) + 1):
        for first, *further in combinations(Role, number):
            viewer = Viewer(account_id="a", person_id="p", name="Kim", role=first, further=frozenset(further))
            assert len(list_menu(viewer)) <= 5
            named = {page.title for page in pages.list_under_name(viewer)} | set(list_menu(viewer))
            assert "My results" in named, "no mix of roles hides an own page"


def test_the_pages_of_a_place_are_links_that_keep_the_team(run_page: RunPage, teams: dict[str, str]) -> None:
    oak = teams["Oak Valley"]
    page = run_page("team", team=oak)
    links = list_links(page)
    for tab in ("People", "Plan", "Results", "Team exercises"):
        assert links[tab].endswith(f"?team={oak}"), tab
    assert find_team_choice(page) == oak


def test_each_page_of_a_team_has_it_on_top_changes_it_and_from_all_schools_leads_to_one(
    run_page: RunPage, teams: dict[str, str]
) -> None:
    oak, birch = teams["Oak Valley"], teams["Birch office"]
    for name in (page.path for page in pages.PAGES if page.of_team):
        page = run_page(name, team=oak)
        assert find_team_choice(page) == oak, name
        choose_team(page, birch)
        assert page.query_params["team"] in (birch, [birch])
        assert find_team_choice(page) == birch
        choose_team(page, ALL_TEAMS)
        assert "Traceback" not in read_page(page)
        assert find_team_choice(page) == ALL_TEAMS
        assert page.title[0].value
        if name in ("team", "session", "exercises", "give"):
            links = list_links(page)
            label = next(each for each in links if each.startswith("Oak Valley"))
            assert "1 person" in label
            assert links[label].endswith(f"?team={oak}")


def test_what_an_address_names_brings_its_own_team(run_page: RunPage, drill_app: App, teams: dict[str, str]) -> None:
    oak = teams["Oak Valley"]
    (ana,) = team.list_people(drill_app, oak)
    page = run_page("record", person=ana.person_id, team=teams["Birch office"])
    assert find_team_choice(page) == oak
    choose_team(page, teams["Birch office"])
    assert page.title[0].value == "Training records", "another team has another page, not this person's"


def test_one_team_alone_is_offered_without_all_schools(run_page: RunPage, drill_app: App) -> None:
    only = team.add_team(drill_app, "Office")
    page = run_page("results", team=ALL_TEAMS)
    assert find_team_choice(page) == only


def test_what_a_page_shows_stands_in_the_address_and_comes_back_by_it(run_page: RunPage, teams: dict[str, str]) -> None:
    oak = teams["Oak Valley"]
    key = f"records-view-{oak}"
    page = run_page("records", team=oak)
    page.segmented_control(key=key).set_value("gaps").run()
    assert page.query_params[VIEW_PARAM] in ("gaps", ["gaps"])
    again = run_page("records", team=oak, view="gaps")
    assert again.segmented_control(key=key).value == "gaps"
    again.segmented_control(key=key).set_value("exports").run()
    assert again.segmented_control(key=key).value == "exports"
    again.query_params[VIEW_PARAM] = "sessions"
    assert again.run().segmented_control(key=key).value == "sessions", "a link within the page is followed"
    assert run_page("records", team=oak, view="nothing").segmented_control(key=key).value == "people"
    page = choose_team(run_page("records", team=oak, view="gaps"), ALL_TEAMS)
    assert page.segmented_control(key="records-list").value == "gaps", "another school is looked at for the same"
    assert choose_team(page, oak).segmented_control(key=key).value == "gaps"


def test_a_press_that_comes_with_an_older_address_is_what_counts(run_page: RunPage, teams: dict[str, str]) -> None:
    key = f"records-view-{teams['Oak Valley']}"
    page = run_page("records", team=teams["Oak Valley"], view="people")
    page.segmented_control(key=key).set_value("gaps").run()
    page.query_params[VIEW_PARAM] = "people"
    page.segmented_control(key=key).set_value("exports").run()
    assert page.segmented_control(key=key).value == "exports", "the browser had not been told of the first press yet"
    assert page.query_params[VIEW_PARAM] in ("exports", ["exports"])


def test_empty_places_lead_on_to_making_a_team(run_page: RunPage) -> None:
    for name in ("plan", "results", "exercises", "session", "give", "records"):
        page = run_page(name)
        read_page(page)
        assert any("team" in link for link in list_links(page).values()), name


def test_a_drill_is_given_to_everyone_without_one(run_page: RunPage, drill_app: App, teams: dict[str, str]) -> None:
    oak = teams["Oak Valley"]
    ben = team.add_person(drill_app, oak, "Ben Hill")
    given_drills.create_attempt(drill_app, ben, Phase.BEFORE)
    team.add_person(drill_app, oak, "Cy Park")
    page = run_page("give", team=oak)
    assert "1 person has one waiting, and is left out." in read_page(page)
    page.button(key="give-all").click().run()
    assert f"{2} people have a drill now. Their links are under Team, People." in read_page(page)
    assert len(given_drills.list_attempts(drill_app, oak)) == 3
    assert page.button(key="give-all").disabled, "nobody is without one now"


def test_a_wrong_console_file_is_named(run_page: RunPage, consoles: Path, teams: dict[str, str]) -> None:
    broken = consoles / "lincoln.yaml"
    broken.write_text("schema_version: 1\ntitle: Lincoln\nspeeds: [2, 1]\n")
    drawn = [run_page(name, team=teams["Oak Valley"]) for name in ("give", "team", "session")]
    for page in drawn:
        assert giving.ONE in read_page(page)
        assert "lincoln.yaml" in read_page(page)
    broken.unlink()
    for page in drawn:
        assert giving.ONE not in read_page(page.run())


def test_many_teams_have_a_field_and_pages(run_page: RunPage, drill_app: App) -> None:
    for number in range(60):
        team.add_team(drill_app, f"School {number:03d} office", school=f"School {number:03d}")
    page = run_page("team", team=ALL_TEAMS)
    assert blocks.COUNT.format(first=1, last=25, count=60) in read_page(page)
    assert sum(label.startswith("School") for label in list_links(page)) == 25
    page.text_input(key="find-teams-team").set_value("school 04").run()
    assert sum(label.startswith("School 04") for label in list_links(page)) == 10
    page.text_input(key="find-teams-team").set_value("<b>nowhere</b>").run()
    assert "&lt;b&gt;nowhere" in read_page(page)
