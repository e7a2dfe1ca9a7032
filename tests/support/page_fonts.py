"""Makes the fonts that pages are sent: `python -m tests.support.page_fonts` after a new icon or a newer Streamlit."""

import re
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter, save_font
from fontTools.ttLib import TTFont

from sim.ui.http.page_head import FOLDER, ICON_FONT, TEXT_FONT, find_whole_font

PROJECT = Path(__file__).resolve().parents[2]
NAME = re.compile(r":material/([a-z0-9_]+):")
TEXT_NAME = "Sightline Text"
TEXT_LETTERS = frozenset(
    letter
    for first, last in (
        (0x20, 0x7E),
        (0xA0, 0x17F),  # Latin of Europe
        (0x1A0, 0x1B0),
        (0x1EA0, 0x1EFF),  # Vietnamese
        (0x300, 0x32F),  # marks set on letters
        (0x2000, 0x206F),
        (0x20A0, 0x20CF),
        (0x2116, 0x2122),
        (0x2190, 0x22FF),  # arrows, signs
        (0x25A0, 0x27BF),
    )
    for letter in range(first, last + 1)
)
"""Whatever else is written in a name stands in a font of the machine."""
TEXT_FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "liga")
_COPYRIGHT, _LICENSE, _LICENSE_ADDRESS = 0, 13, 14
_NAMES = (1, 3, 4, 6, 16)
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"


def list_icons() -> set[str]:
    ours = [*(PROJECT / "sim").rglob("*.py"), PROJECT / "app.py"]
    theirs = (FOLDER / "static" / "js").rglob("*.js")
    return {name for path in (*ours, *theirs) for name in NAME.findall(path.read_text(encoding="utf-8"))}


def read_ligatures(font: TTFont) -> dict[str, str]:
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items() if chr(code) in LETTERS}
    drawn = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for found in lookup.SubTable:
            for first, ligatures in getattr(getattr(found, "ExtSubTable", found), "ligatures", {}).items():
                for one in ligatures:
                    drawn["".join(letters.get(each, "?") for each in (first, *one.Component))] = one.LigGlyph
    return drawn


def make_icon_font(names: set[str]) -> bytes:
    font = TTFont(find_whole_font(ICON_FONT))
    drawn = read_ligatures(font)
    # without "closure" not every name that can be spelled with the letters comes along
    options = Options(layout_closure=False, layout_features=["*"], flavor="woff2")
    subsetter = Subsetter(options)
    letters = {glyph for code, glyph in font.getBestCmap().items() if chr(code) in LETTERS}
    subsetter.populate(glyphs=letters | {drawn[name] for name in names & drawn.keys()})
    subsetter.subset(font)
    return _write(font, options)


def make_text_font() -> bytes:
    font = TTFont(find_whole_font(TEXT_FONT))
    font["fvar"].instances = []  # pages ask for weights by number; these have names that only the whole may have
    options = Options(layout_features=list(TEXT_FEATURES), flavor="woff2")
    options.name_IDs = [*_NAMES, _COPYRIGHT, _LICENSE, _LICENSE_ADDRESS]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=TEXT_LETTERS)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in _NAMES:
            record.string = TEXT_NAME.replace(" ", "") if record.nameID == 6 else TEXT_NAME
    return _write(font, options)


def _write(font: TTFont, options: Options) -> bytes:
    written = BytesIO()
    save_font(font, written, options)
    return written.getvalue()


if __name__ == "__main__":
    ICON_FONT.parent.mkdir(exist_ok=True)
    for path, made in ((ICON_FONT, make_icon_font(list_icons())), (TEXT_FONT, make_text_font())):
        path.write_bytes(made)
        print(f"{path} is written: {path.stat().st_size} bytes")
