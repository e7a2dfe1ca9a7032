"""In which time zone pages show moments is decided in one place, and no service decides it silently."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
DECIDES = PROJECT / "sim" / "ui" / "page" / "page_state.py"


def test_only_one_file_asks_the_browser_for_its_zone() -> None:
    asking = [path for path in (PROJECT / "sim").rglob("*.py") if "context.timezone" in path.read_text("utf-8")]
    assert asking == [DECIDES]


def test_pages_make_no_zone_of_their_own() -> None:
    pages = [path for path in (PROJECT / "sim" / "ui").rglob("*.py") if path != DECIDES]
    assert [path for path in pages if re.search(r"\bZoneInfo\(|astimezone\(\)", path.read_text("utf-8"))] == []
