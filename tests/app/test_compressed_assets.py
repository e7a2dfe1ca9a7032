"""Scripts and styles are compressed for those who take it, and nothing else is reached that way."""

import gzip
import io
from pathlib import Path
from unittest.mock import Mock

import pytest
from fontTools.ttLib import TTFont
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from sim.ui.http import page_head
from tests.support.page_fonts import LETTERS, PROJECT, list_icons, read_ligatures

TAKES = {"Accept-Encoding": "gzip, deflate, br"}
PASSED_ON = "passed on"
SCRIPT = max(
    (path for path in page_head.list_assets() if path.endswith(".js")),
    key=lambda path: page_head.list_assets()[path].stat().st_size,
)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(page_head.PageFiles(PlainTextResponse(PASSED_ON), get_app=Mock()))


def test_a_script_is_sent_compressed_and_is_the_same(client: TestClient) -> None:
    with client.stream("GET", SCRIPT, headers=TAKES) as answer:
        raw = b"".join(answer.iter_raw())
        assert gzip.decompress(raw) == (page_head.FOLDER / SCRIPT.lstrip("/")).read_bytes()
        assert len(raw) < 0.5 * (page_head.FOLDER / SCRIPT.lstrip("/")).stat().st_size
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert int(answer.headers["Content-Length"]) == len(raw)


@pytest.mark.parametrize(
    ("path", "headers", "method"),
    [
        (SCRIPT, {"Accept-Encoding": "identity"}, "GET"),
        (SCRIPT, TAKES | {"Range": "bytes=0-9"}, "GET"),
        (SCRIPT, TAKES, "HEAD"),
        ("/static/js/none.js", TAKES, "GET"),
        ("/static/../index.html", TAKES, "GET"),
        ("/static/js/%2e%2e/%2e%2e/index.html", TAKES, "GET"),
        ("/", TAKES, "GET"),
    ],
)
def test_all_else_is_passed_on(client: TestClient, path: str, headers: dict[str, str], method: str) -> None:
    answer = client.request(method, path, headers=headers)
    assert "Content-Encoding" not in answer.headers
    assert method == "HEAD" or answer.text == PASSED_ON
    assert answer.headers.get("Vary") == ("Accept-Encoding" if path == SCRIPT else None), "for what caches keep"


def test_the_icon_font_draws_every_icon_of_a_page_and_is_small(client: TestClient) -> None:
    sent, whole = _fetch_both(client, page_head.ICON_FONT)
    drawn, of_theirs = read_ligatures(sent), read_ligatures(whole).keys()
    icons = list_icons()
    assert {"home", "keyboard_arrow_down"} <= icons
    missing = (icons & of_theirs) - drawn.keys()
    assert not missing, "run `python -m tests.support.page_fonts`"


def test_the_text_font_draws_what_is_written_and_every_weight(client: TestClient) -> None:
    sent, whole = _fetch_both(client, page_head.TEXT_FONT)
    theirs = whole.getBestCmap()
    written = {letter for path in (PROJECT / "sim").rglob("*.py") for letter in path.read_text(encoding="utf-8")}
    names = "Zoë Łukasz Nguyễn Thị Müller-Güneş O’Neill Peña"
    wanted = {ord(letter) for letter in written | set(names) | set(LETTERS)} & theirs.keys()
    missing = {chr(letter) for letter in wanted - sent.getBestCmap().keys()}
    assert not missing, "run `python -m tests.support.page_fonts`"
    assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in sent["fvar"].axes] == [("wght", 200.0, 900.0)]
    assert sent["hmtx"]["one"][0] == sent["hmtx"]["eight"][0], "figures stand below one another in tables"
    assert not [str(name) for name in sent["name"].names if name.nameID != 0 and "Source" in str(name)]


def _fetch_both(client: TestClient, font: Path) -> tuple[TTFont, TTFont]:
    address = next(address for address, ours in page_head.list_fonts().items() if ours == font)
    whole = page_head.find_whole_font(font)
    assert whole is not None
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "font/woff2"
    assert len(answer.content) < 0.3 * whole.stat().st_size
    return TTFont(io.BytesIO(answer.content)), TTFont(whole)
