"""The pages name every metric with its version and unit, and every kind of event."""

import re
from pathlib import Path

from sim.drill.event import EventKind
from sim.scoring.registry import TRACE_METRICS

DOCS = Path(__file__).parents[3] / "docs"


def test_scoring_page_lists_the_registry() -> None:
    text = (DOCS / "scoring.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| (\d+) \| ([\w/]+) \| (yes)? ?\|", text, flags=re.MULTILINE)
    expected = [(m.key, str(m.version), m.unit or "yes/no", "yes" if m.needs_log else "") for m in TRACE_METRICS]
    assert listed == expected


def test_events_page_lists_every_kind() -> None:
    text = (DOCS / "events.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)
    assert sorted(listed) == sorted(kind.value for kind in EventKind)
