"""Requirements and forms of the drill log on the pages of the record: of who is for all schools, read by others."""

from datetime import date

import pytest

from sim.app.wiring import App
from sim.features.record.drill_log import list_templates
from sim.features.requirements.requirements import list_requirements, state_requirement
from sim.features.team import team
from sim.rules.viewer import AT_THIS_MACHINE, Role
from sim.ui.page.request_origin import Peer
from tests.app.conftest import RunPage, read_plain
from tests.support.fake_clock import FakeClock
from tests.support.given import make_team
from tests.support.two_schools import make_district
from tests.unit.features.record.test_log_templates import COLUMN, GOOD
from tests.unit.features.requirements.test_requirements import YEARLY

pytestmark = pytest.mark.measures


WHERE = {"team": "all", "view": "requirements"}


def test_a_requirement_is_stated_changed_and_ended(drill_app: App, run_page: RunPage) -> None:
    make_team(drill_app, "Heron", 'Otter "O" <b>', team_name="Front office")
    team.add_team(drill_app, "Nobody yet")
    page = run_page("records", **WHERE)
    assert "Nothing is required yet, so nobody is overdue." in read_plain(page)
    page.text_input(key="required-title-new-0").input("<b>Each</b> =year")
    page.button(key="required-save-new-0").click().run()
    (stated,) = list_requirements(drill_app)
    assert (stated.title, stated.drills, stated.due_on) == ("<b>Each</b> =year", 2, date(2027, 6, 30))
    text = read_plain(page)
    assert all(each in text for each in ("<b>Each</b> =year", "2 of 2", 'Otter "O" <b>', "Mail is not set up"))
    assert "overdue since" not in text
    mark = f"{stated.requirement_id}-1"
    page.number_input(key=f"required-drills-{mark}").set_value(0)
    page.number_input(key=f"required-trainings-{mark}").set_value(0)
    page.button(key=f"required-save-{mark}").click().run()
    assert [each.value for each in page.error] == ["Choose at least one drill or training \\(up to 50 of each\\)\\."]
    page.multiselect(key=f"required-roles-{mark}").set_value([Role.RECORDS])
    page.number_input(key=f"required-drills-{mark}").set_value(1)
    page.button(key=f"required-save-{mark}").click().run()
    assert "For: Records owner." in read_plain(page) and "Nobody here is asked for it." in read_plain(page)
    page.button(key=f"end-{stated.requirement_id}").click().run()
    assert list_requirements(drill_app) == ()


@pytest.mark.usefixtures("quick_hash")
def test_others_read_what_is_required_and_who_of_theirs_has_not_done_it(
    drill_app: App, run_page: RunPage, peer: list[Peer], clock: FakeClock
) -> None:
    district = make_district(drill_app, clock)
    state_requirement(drill_app, AT_THIS_MACHINE, YEARLY)
    for role in (Role.TRAINER, Role.PRINCIPAL, Role.RECORDS):
        peer[0] = Peer(is_local=False, cookie=district.cookies[role])
        page = run_page("records", team=district.north.team_id, view="requirements")
        text = read_plain(page)
        assert "1 drill and 1 training, by Oct 30 every year. For: everyone." in text
        assert "North Ana" in text and "South" not in text
        assert not [each for each in page.button if str(each.key).startswith(("required-", "end-"))]


def test_a_form_of_the_drill_log_is_added_used_and_removed_and_a_wrong_one_is_refused_in_words(
    drill_app: App, run_page: RunPage
) -> None:
    team_id, _ = make_team(drill_app, "Heron")
    page = run_page("records", team=team_id, view="exports")
    page.selectbox(key="export-log").set_value("ohio").run()
    assert "After: Ohio Revised Code 3737.73" in read_plain(page) and "not an official form" in read_plain(page)

    def send(text: str) -> None:
        page.file_uploader(key="log-own-file").set_value([("ours.toml", text.encode(), "application/toml")]).run()
        page.button(key="log-add").click().run()

    send(GOOD + COLUMN.format(head="Chief", shows="fire_chief"))
    (error,) = page.error
    assert error.value.replace("\\", "").startswith("ours.toml, columns.2.shows: no column shows 'fire_chief'")
    send(GOOD)
    assert not page.error and "Ours" in page.selectbox(key="export-log").options
    page.selectbox(key="export-log").set_value(next(iter(list_templates(drill_app).own))).run()
    page.button(key="log-remove").click().run()
    assert "Ours" not in page.selectbox(key="export-log").options and not list_templates(drill_app).own
