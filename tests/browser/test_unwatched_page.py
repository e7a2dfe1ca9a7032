"""The browser in which the bench weighs long use: hands that really press, and errors that say what failed."""

from collections.abc import Iterator

import pytest

from sim.errors import MachineError
from tools.bench.unwatched import UnwatchedPage, await_value, open_unwatched

PAGE = "data:text/html,<button style='width:100px;height:50px;position:fixed;left:0;top:0'>x</button>"
LISTEN = "globalThis.seen = []; for (const kind of ['pointermove', 'click', 'keydown']) {"
LISTEN += "addEventListener(kind, (event) => seen.push([kind, event.isTrusted, event.key ?? event.clientX])) }"


@pytest.fixture(scope="module")
def page() -> Iterator[UnwatchedPage]:
    with open_unwatched(size_wh=(640, 360)) as opened:
        opened.go(PAGE, script=LISTEN)
        opened.wait_for("document.querySelector('button') !== null && 'seen' in globalThis", limit_s=10.0)
        yield opened


def test_mouse_and_keys_are_those_of_a_person(page: UnwatchedPage) -> None:
    page.ask("seen.splice(0)")
    page.move(200, 100)
    page.click(20, 20)
    page.press(",")
    seen = [tuple(one) for one in page.ask("seen")]
    assert ("pointermove", True, 200) in seen
    assert seen[-2:] == [("click", True, 20), ("keydown", True, ",")]


def test_the_page_has_the_size_asked_for(page: UnwatchedPage) -> None:
    assert page.ask("[innerWidth, innerHeight]") == [640, 360]


def test_what_is_promised_is_waited_for(page: UnwatchedPage) -> None:
    assert page.ask("new Promise((done) => setTimeout(() => done(7), 30))") == 7


def test_a_script_that_throws_is_an_error_with_its_words(page: UnwatchedPage) -> None:
    with pytest.raises(MachineError, match="nowhere is not defined"):
        page.ask("nowhere.to.go")


def test_what_never_comes_is_an_error() -> None:
    with pytest.raises(MachineError, match=r"waited 0\.1 s for a miracle"):
        await_value(lambda: False, limit_s=0.1, what="a miracle")
