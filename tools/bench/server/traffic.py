"""What one drill asks the server for, as recorded from the console in a browser (`record.py`)."""

import json
from dataclasses import dataclass
from pathlib import Path

SCHEMA = 1
RECORDED = Path(__file__).parent / "traffic.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request for footage: when, in seconds; the route's first part; the file; the range, "" for all of it."""

    at_s: float
    route: str
    path: str
    span: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """A drill's requests in the order they were made, and how long it went on; what follows repeats it."""

    lasted_s: float
    asked: tuple[Asked, ...]


def load_traffic(path: Path) -> Traffic:
    """Return recorded traffic."""
    written = json.loads(path.read_text(encoding="utf-8"))
    asked = (Asked(at_s=at_s, route=route, path=name, span=span) for at_s, route, name, span in written["requests"])
    return Traffic(lasted_s=written["lasted_s"], asked=tuple(asked))


def save_traffic(traffic: Traffic, path: Path) -> None:
    """Write recorded traffic, a request a line."""
    lines = [json.dumps([round(each.at_s, 3), each.route, each.path, each.span]) for each in traffic.asked]
    rows = ",\n".join(lines)
    text = f'{{"schema": {SCHEMA}, "lasted_s": {traffic.lasted_s:.1f}, "requests": [\n{rows}\n]}}\n'
    path.write_text(text, encoding="utf-8")
