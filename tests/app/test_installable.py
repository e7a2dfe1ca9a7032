"""The manifest, its icons, and Streamlit's page with the links to both, from the real server."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest

from sim.services.app.wiring import App
from sim.services.library.library import DEMO_PATH, get_demo_search
from sim.ui.http.page_head import FIRST_DRAWN
from tests.support.server_process import ServerProcess

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip, br"}


class Head(HTMLParser):
    """Collects the links, metas and the title of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.metas: dict[str, str] = {}
        self.preloads: list[str] = []
        self.title = ""
        self._is_title = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._is_title = tag == "title"
        if tag == "link":
            self.links[found.get("rel", "")] = found.get("href", "")
            if found.get("rel") == "modulepreload":
                self.preloads.append(found.get("href", ""))
        if tag == "meta":
            self.metas[found.get("name", "")] = found.get("content", "")

    def handle_data(self, data: str) -> None:
        if self._is_title:
            self.title, self._is_title = data, False


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    data = tmp_path_factory.mktemp("installable")
    with ServerProcess(data) as server, httpx2.Client(base_url=server.url, timeout=60.0) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/drill?attempt=x", "/join"])
def test_every_page_links_to_the_manifest_and_the_icons(client: httpx2.Client, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    head = Head(answer.text)
    assert answer.status_code == 200
    assert head.title == "Sightline"
    assert "viewport" in head.metas
    assert head.metas["theme-color"] == client.get(head.links["manifest"]).json()["theme_color"]
    for rel in ("icon", "apple-touch-icon"):
        icon = client.get(head.links[rel])
        assert (icon.status_code, icon.headers["content-type"], icon.content[1:4]) == (200, "image/png", b"PNG")


def test_what_every_page_draws_first_comes_with_the_scripts_and_once(client: httpx2.Client) -> None:
    head = Head(client.get("/", headers=BROWSER).text)
    names = [Path(address).name.rsplit(".", 2)[0] for address in head.preloads]
    assert [names.count(name) for name in FIRST_DRAWN] == [1, 1, 1]
    for address in head.preloads[-len(FIRST_DRAWN) :]:
        answer = client.get(address.removeprefix("."))
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/javascript")


def test_the_search_on_home_is_sent_by_the_names_of_its_pictures_alone(client: httpx2.Client, services: App) -> None:
    scenes = get_demo_search(services)
    assert len({scene.name for scene in scenes}) == len(scenes) > 0
    for scene in scenes:
        answer = client.get(DEMO_PATH.format(name=scene.name))
        assert (answer.content, answer.headers["content-type"]) == (scene.jpeg, "image/jpeg")
        assert "immutable" in answer.headers["cache-control"]
    assert client.get(DEMO_PATH.format(name="0123456789abcdef")).status_code == 404


def test_a_page_kept_by_the_browser_and_a_part_of_it_come_whole(client: httpx2.Client) -> None:
    first = client.get("/", headers=BROWSER)
    again = client.get(
        "/", headers={**BROWSER, "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT", "Range": "bytes=0-9"}
    )
    assert (again.status_code, again.text) == (200, first.text)
