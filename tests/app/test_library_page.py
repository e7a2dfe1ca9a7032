"""The library page as a trainer meets it."""

from pathlib import Path

import pytest

from sim.services.app.wiring import App
from sim.services.library import form_library
from sim.ui.parts.blocks import escape_markdown
from tests.app.conftest import RunPage
from tests.unit.services.library.test_library import make_row, store


def read_html(page: object) -> str:
    return "\n".join(str(element.proto.body) for element in page.get("html"))  # type: ignore[attr-defined]


def test_a_form_file_that_cannot_be_read_is_told_to_the_trainer(
    run_page: RunPage, drill_app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = drill_app.catalog._forms
    monkeypatch.setattr(files, "_folders", (*files._folders, tmp_path))
    (tmp_path / "mine.yaml").write_text("title: 'never closed\n", encoding="utf-8")
    page = run_page("drills")
    assert not page.exception
    one = form_library.write_damaged(["mine.yaml"])
    assert one.startswith("Drills are missing: mine.yaml. The file or its recording is damaged or gone. Ask")
    assert [each.value for each in page.warning] == [escape_markdown(one)]
    assert "not enough yet: 0 of 30" in read_html(page)
    many = form_library.write_damaged(["a.yaml", "b.yaml", "c.yaml", "d.yaml"])
    assert "a.yaml, b.yaml, c.yaml and 1 more file. These files or their recordings are damaged or gone." in many


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
