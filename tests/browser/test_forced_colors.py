"""Where the system's own colors are forced, as by high contrast, what the console says by shade and drawing is seen."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import TALL_FORM, OpenDrill
from tests.support.console_page import ConsolePage

LEAST_OF_WORDS, LEAST_OF_SIGNS = 4.5, 3.0
INK = """
(console) => {
  const canvas = console.querySelector("[data-part=trackCanvas]");
  const dots = canvas.height / canvas.clientHeight;
  const { data } = canvas.getContext("2d").getImageData(0, canvas.height - 13 * dots, canvas.width, 12 * dots);
  const seen = [];
  for (let place = 0; place < data.length; place += 4) {
    if (data[place + 3] === 255) seen.push(`rgb(${data[place]}, ${data[place + 1]}, ${data[place + 2]})`);
  }
  return [...new Set(seen)];
}
"""


@pytest.fixture(params=["light", "dark"])
def forced(request: pytest.FixtureRequest, page: Page, open_drill: OpenDrill) -> ConsolePage:
    scheme: Literal["light", "dark"] = request.param
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    return open_drill(page, TALL_FORM)


def read_style(console: ConsolePage, selector: str, name: str, part: str = "") -> str:
    style: str = console.page.locator(selector).first.evaluate(
        "(element, [name, part]) => getComputedStyle(element, part || null)[name]", [name, part]
    )
    return style


def compute_contrast(one: str, other: str) -> float:
    """Return the contrast of two CSS colors, 1 to 21 (WCAG 2.1); what is clear is seen on nothing."""
    light, dark = sorted((_compute_luminance(one), _compute_luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _compute_luminance(color: str) -> float:
    levels = [float(number) / 255 for number in re.findall(r"[\d.]+", color)[:3]]
    linear = [level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_times_the_chosen_tile_the_floor_and_the_cameras_view_stand_out(forced: ConsolePage) -> None:
    ground = read_style(forced, ".frame", "backgroundColor")
    forced.wait_settled()
    assert max(compute_contrast(ink, ground) for ink in forced.root.evaluate(INK)) >= LEAST_OF_WORDS

    tile = forced.root.locator(".tile").first
    forced.choose(tile.get_attribute("data-camera") or "")
    chosen, other = '.tile[aria-pressed="true"]', '.tile[aria-pressed="false"]'
    assert read_style(forced, chosen, "borderTopWidth", "::after") == "3px"
    assert compute_contrast(read_style(forced, chosen, "borderTopColor", "::after"), ground) >= LEAST_OF_SIGNS
    assert read_style(forced, other, "borderTopWidth", "::after") == "0px"

    on, off = '.plan-floors .tab[aria-pressed="true"]', '.plan-floors .tab[aria-pressed="false"]'
    colors = [read_style(forced, each, "backgroundColor") for each in (on, off)]
    assert compute_contrast(*colors) >= LEAST_OF_SIGNS
    assert compute_contrast(read_style(forced, on, "color"), colors[0]) >= LEAST_OF_WORDS

    zone = read_style(forced, ".plan-zone", "fill")
    for camera in ('[aria-pressed="true"]', '[aria-pressed="false"]'):
        pointer = f".plan-camera{camera} .plan-pointer"
        assert compute_contrast(read_style(forced, pointer, "borderLeftColor", "::before"), zone) >= LEAST_OF_SIGNS
        assert read_style(forced, pointer, "borderTopColor", "::before") == "rgba(0, 0, 0, 0)"
