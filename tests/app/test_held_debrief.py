"""A measured drill's answer is kept from its trainee while others of the team are still measured on its footage."""

import pytest

from sim.services.attempt import attempts
from sim.services.program.held_debrief import TELLS_NOTHING, WAITS_AT_MOST, find_held_debrief
from sim.ui.page import wording
from sim.ui.page.request_origin import Peer
from tests.app.conftest import RunPage
from tests.app.test_pages_by_role import School, read
from tests.app.test_start_and_drill import write_all
from tests.support.fake_clock import FakeClock
from tests.support.tiny_course import play

pytestmark = pytest.mark.usefixtures("quick_hash")


@pytest.fixture
def school(drill_app: object) -> School:
    return School(drill_app)  # type: ignore[arg-type]


def finish(school: School, clock: FakeClock, attempt_id: str) -> None:
    play(school.app, clock, attempt_id, well=True)


def test_the_answer_waits_for_the_others(school: School, run_page: RunPage, peer: list[Peer], clock: FakeClock) -> None:
    """The attack: be done first, and tell the others where the student goes."""
    own, others = school.give(school.ana), school.give(school.ben)
    finish(school, clock, own)
    held = find_held_debrief(school.app, own)
    assert held is not None
    assert held.marks
    assert not any(part.sentence for part in held.parts)
    assert {part.key for part in held.parts} <= TELLS_NOTHING

    ana = Peer(is_local=False, cookie=school.enter())
    peer[0] = ana
    page = run_page("drill", attempt=own)
    assert "once everyone on your team has finished this drill" in read(page)
    headers = [each.value for each in page.header]
    assert headers == [wording.DEBRIEF_PARTS]
    assert not page.expander
    assert not page.get("image")
    told = str(page)
    for hidden in (wording.DEBRIEF_PATHS, wording.DEBRIEF_LEGS, wording.DEBRIEF_MOMENTS, "Correct student", "in view"):
        assert hidden not in told, hidden

    peer[0] = Peer(is_local=False, cookie=school.cookie)
    assert wording.DEBRIEF_PATHS in write_all(run_page("drill", attempt=own))

    attempts.abandon(school.app, others)
    peer[0] = ana
    assert wording.DEBRIEF_PATHS in write_all(run_page("drill", attempt=own))


def test_the_expert_walks_no_route_that_is_held_back(
    school: School, run_page: RunPage, peer: list[Peer], clock: FakeClock
) -> None:
    """The attack: write the expert's replay into the address, and watch where the student goes."""
    own, others = school.give(school.ana), school.give(school.ben)
    finish(school, clock, own)
    ana = Peer(is_local=False, cookie=school.enter())

    def watch() -> tuple[list[str], bool]:
        page = run_page("drill", attempt=own, replay="expert")
        return [each.value for each in page.error], bool(page.get("bidi_component"))

    peer[0] = ana
    errors, is_shown = watch()
    assert (len(errors), is_shown) == (1, False)
    assert "cannot be watched yet" in errors[0]
    peer[0] = Peer(is_local=False, cookie=school.cookie)
    assert watch() == ([], True), "their trainer may"
    attempts.abandon(school.app, others)
    peer[0] = ana
    assert watch() == ([], True)


def test_a_drill_that_nobody_opens_keeps_it_back_for_two_weeks(school: School, clock: FakeClock) -> None:
    own, _ = school.give(school.ana), school.give(school.ben)
    finish(school, clock, own)
    assert find_held_debrief(school.app, own) is not None
    clock.pass_s(WAITS_AT_MOST.total_seconds())
    assert find_held_debrief(school.app, own) is None


def test_practice_and_a_drill_alone_are_told_at_once(school: School, clock: FakeClock) -> None:
    own = school.give(school.ana)
    finish(school, clock, own)
    assert find_held_debrief(school.app, own) is None
    school.give(school.ben)
    practice = attempts.create_sample(school.app)
    finish(school, clock, practice)
    assert find_held_debrief(school.app, practice) is None
