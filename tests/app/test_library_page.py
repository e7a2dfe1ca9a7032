"""The library page as a trainer meets it."""

from sim.services.app.wiring import App
from sim.services.library import form_library
from sim.ui.library import library_wording as wording
from tests.app.conftest import RunPage
from tests.unit.services.library.test_form_library import make_row, store


def read_html(page: object) -> str:
    return "\n".join(str(element.proto.body) for element in page.get("html"))  # type: ignore[attr-defined]


def test_before_anybody_has_done_a_drill(run_page: RunPage) -> None:
    page = run_page("drills")
    assert not page.exception
    assert page.info[0].value == wording.EMPTY
    assert "not enough yet: 0 of 30" in read_html(page)
    assert not page.selectbox


def test_times_are_shown_by_conditions(run_page: RunPage, drill_app: App) -> None:
    store(drill_app, make_row(drill_app, 1), make_row(drill_app, 2, mode=form_library.Mode.PRACTICE, phase=None))
    page = run_page("drills")
    assert not page.exception
    assert not page.info
    assert len(page.selectbox(key="counted").options) == 2
    assert "1:41" in read_html(page)
    page.selectbox(key="counted").select_index(1).run()
    assert not page.exception
    assert "1:42" in read_html(page)
