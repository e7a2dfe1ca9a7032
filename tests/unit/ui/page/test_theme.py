"""The colors that browsers get keep their contrast in both schemes, by the formula of WCAG 2.1."""

import re
import tomllib
from pathlib import Path

import pytest

from sim.ui.http.plain_pages import format_page
from sim.ui.page.theme import CONSOLE_PAGE_CSS, DARK, JOIN_PAGE_CSS, LIGHT, PAGE_CSS

PROJECT = Path(__file__).parents[4]
DARK_BLOCK = re.compile(r"@media screen and \(prefers-color-scheme: dark\) \{ :root \{(.*?)\} \}", re.S)
LEAST_OF_TEXT = 4.5
LEAST_OF_LINES = 3.0
GROUNDS = ("page", "surface", "field", "room")
TEXT = [(name, ground) for name in ("ink", "muted", "good", "attention", "accent") for ground in GROUNDS]
FILLED = [("surface", name) for name in ("accent", "good", "ink", "true-path")] + [("ink", "heat-1")]
LINES = [(name, ground) for name in ("wall", "true-path", "claimed-path") for ground in ("page", "surface", "room")]
OF_PICTURES = (".sl-reference", ".sl-look-drawing", ".sl-demo-scene", ".scan")
"""Rules of what lies on pictures and of printed codes, which are the same in both schemes."""
_DRAWN = (".sheet", ".space", ".stairs", ".climb", ".box", ".below", ".thing", ".label", ".door", ".camera", ".corner")
_SHOWN = (".trail", ".cross", "path.pin", "text.pin", ".person", ".shown-at", ".plan-line", ".ghost", ".outline")
ON_THE_PLAN = {
    "editor.css": (*_DRAWN, *_SHOWN, ".problem"),
    "help.css": (".help", ":where(.help path)"),
    "annotator.css": (".stage", ".corner", ".walk-choice b"),
}
"""Rules of what is drawn on a plan of paper or a picture: both are the same in both schemes."""
STEPS = [("heat-3", "surface"), ("heat-3", "heat-1"), ("ink", "heat-2")]


def compute_luminance(color: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 (black) to 1 (white).

    Source: WCAG 2.1, "relative luminance", https://www.w3.org/TR/WCAG21/#dfn-relative-luminance. Middle gray
    `#808080` has 0.2159.
    """
    shares = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def compute_contrast(first: str, second: str) -> float:
    """Return the contrast ratio, 1 to 21.

    Source: WCAG 2.1, "contrast ratio", https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio: (L1 + 0.05) / (L2 + 0.05), the
    lighter above. `#767676` on white has 4.54, the well-known last gray that passes.
    """
    darker, lighter = sorted((compute_luminance(first), compute_luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def read_scheme(name: str) -> dict[str, str]:
    found = DARK_BLOCK.search(PAGE_CSS)
    assert found is not None
    light = re.search(r":root \{(.*?)\}", PAGE_CSS, re.S)
    assert light is not None
    assert light.start() < found.start(), "what comes later wins"
    blocks = [light[1]] + ([found[1]] if name == "dark" else [])
    return {key: value for block in blocks for key, value in re.findall(r"--sl-([\w-]+): (#[0-9a-f]{6});", block)}


def test_the_formulas_give_the_published_values():
    assert compute_luminance("#808080") == pytest.approx(0.2159, abs=5e-5)
    assert compute_contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert compute_contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("pairs", "least"), [(TEXT + FILLED, LEAST_OF_TEXT), (LINES + STEPS, LEAST_OF_LINES)], ids=["text", "lines"]
)
def test_what_is_drawn_stands_out_from_what_it_is_drawn_on(scheme, pairs, least):
    colors = read_scheme(scheme)
    assert {
        (drawn, ground): round(ratio, 2)
        for drawn, ground in pairs
        if (ratio := compute_contrast(colors[drawn], colors[ground])) < least
    } == {}


def test_dark_is_dark_and_names_every_color():
    light, dark = read_scheme("light"), read_scheme("dark")
    block = DARK_BLOCK.search(PAGE_CSS)
    assert block is not None
    assert set(re.findall(r"--sl-([\w-]+):", block[1])) == set(light)
    assert compute_luminance(dark["page"]) < 0.05
    assert compute_luminance(light["page"]) > 0.8


@pytest.mark.parametrize(
    "sheet", [CONSOLE_PAGE_CSS, JOIN_PAGE_CSS, format_page("not_set_up")], ids=["console", "join", "account"]
)
def test_pages_of_their_own_have_both_schemes_too(sheet):
    assert DARK_BLOCK.search(sheet)


def test_no_sheet_of_a_page_has_a_color_that_keeps_its_value_in_both_schemes():
    folder = PROJECT / "sim"
    of_console_or_paper = {"console", "console_page.css", "print.css"}
    sheets = [path for path in folder.rglob("*.css") if not of_console_or_paper & set(path.relative_to(folder).parts)]
    rules = [
        (path.name, selector.strip(), body)
        for path in sheets
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", path.read_text(encoding="utf-8"))
    ]
    found = [
        (name, selector)
        for name, selector, body in rules
        if re.search(r"(?<!, )#[0-9a-f]{3,6}\b", body)
        and not selector.startswith((*OF_PICTURES, *ON_THE_PLAN.get(name, ())))
    ]
    assert len(rules) > 100
    assert found == []


@pytest.mark.parametrize(("section", "scheme"), [("light", LIGHT), ("dark", DARK)])
def test_widgets_have_the_colors_of_the_pages(section, scheme):
    told = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    assert "base" not in told, "a base would hold for every system"
    assert told[section] == {
        "primaryColor": scheme.accent,
        "backgroundColor": scheme.page,
        "secondaryBackgroundColor": scheme.field,
        "textColor": scheme.ink,
        "linkColor": scheme.accent,
    }
