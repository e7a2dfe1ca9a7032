"""Makes the icon font that pages are sent: Streamlit's, without the icons that neither it nor we draw.

Run `python -m tests.support.icon_font` when a page has a new icon or Streamlit another font.
"""

import re
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter, save_font
from fontTools.ttLib import TTFont

from sim.ui.http.compressed_assets import FOLDER, ICON_FONT, find_icon_font

PROJECT = Path(__file__).resolve().parents[2]
NAME = re.compile(r":material/([a-z0-9_]+):")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"


def list_icons() -> set[str]:
    """Return the names of the icons that our pages and Streamlit's own scripts write."""
    ours = [*(PROJECT / "sim").rglob("*.py"), PROJECT / "app.py"]
    theirs = (FOLDER / "static" / "js").rglob("*.js")
    return {name for path in (*ours, *theirs) for name in NAME.findall(path.read_text(encoding="utf-8"))}


def read_ligatures(font: TTFont) -> dict[str, str]:
    """Return the glyph that each name is drawn as."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items() if chr(code) in LETTERS}
    drawn = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for found in lookup.SubTable:
            for first, ligatures in getattr(getattr(found, "ExtSubTable", found), "ligatures", {}).items():
                for one in ligatures:
                    drawn["".join(letters.get(each, "?") for each in (first, *one.Component))] = one.LigGlyph
    return drawn


def make_font(names: set[str]) -> bytes:
    """Return the font with the icons of these names, as WOFF2."""
    font = TTFont(find_icon_font())
    drawn = read_ligatures(font)
    # without "closure" not every name that can be spelled with the letters comes along
    options = Options(layout_closure=False, layout_features=["*"], flavor="woff2")
    subsetter = Subsetter(options)
    letters = {glyph for code, glyph in font.getBestCmap().items() if chr(code) in LETTERS}
    subsetter.populate(glyphs=letters | {drawn[name] for name in names & drawn.keys()})
    subsetter.subset(font)
    written = BytesIO()
    save_font(font, written, options)
    return written.getvalue()


if __name__ == "__main__":
    ICON_FONT.parent.mkdir(exist_ok=True)
    ICON_FONT.write_bytes(make_font(list_icons()))
    print(f"{ICON_FONT} is written: {ICON_FONT.stat().st_size} bytes")
