"""Writes the table of docs/events.md and the payloads of the console's `events.d.ts` from the classes of the events."""

import re
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.attempt.events import ACTS, EventKind, ListedSighting, Payload, Timed
from sim.attempt.posted import ReportedFault, Unchecked
from sim.attempt.team_exercise import Role

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "events.md"
DECLARATIONS = ROOT / "sim" / "ui" / "console" / "js" / "events.d.ts"
HEAD = "| kind | payload | means |\n| --- | --- | --- |\n"
OPENING = "interface EventPayloads {\n"
WRITTEN_BY_HAND = {"view": "ViewPayload", "similar": "SimilarList & { t_s?: number }"}
"""Kinds whose payload is told apart further in the scripts."""
ONLY_IN_OLD_LOGS = EventKind.KEY
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", dict: "Record<string, unknown>"}


def list_fields(act: type[Payload]) -> dict[str, FieldInfo]:
    """Return what a kind carries beside what every event does."""
    base = Timed if issubclass(act, Timed) else Payload
    return {name: each for name, each in act.model_fields.items() if name not in base.model_fields}


def is_always_sent(field: FieldInfo) -> bool:
    unchecked = next((each for each in field.metadata if isinstance(each, Unchecked)), None)
    return field.is_required() or field.default == "" or (unchecked is not None and unchecked.is_sent)


def make_table() -> str:
    return HEAD + "".join(_make_row(act) for act in ACTS.values())


def _make_row(act: type[Payload]) -> str:
    fields = list_fields(act)
    names = ", ".join(f"`{name}`" if is_always_sent(each) else f"`{name}`?" for name, each in fields.items())
    first, *rest = (re.sub(r"\s+", " ", part).strip() for part in (act.__doc__ or "").split("\n\n"))
    means = [first[0].lower() + first[1:].rstrip("."), *(part.rstrip(".") for part in rest)]
    for name, field in fields.items():
        values = _list_values(field.annotation)
        if values:
            means.append(f"`{name}`: " + ", ".join(f'`"{value}"`' for value in values))
    return f"| `{act.kind}` | {names} | {'; '.join(means)} |\n".replace("|  |", "| |")


def _list_values(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(each.value for each in ReportedFault) if annotation is ReportedFault else ()


def make_types() -> str:
    lines = [f"  {kind}: {_make_type(act)};\n" for kind, act in ACTS.items() if kind is not ONLY_IN_OLD_LOGS]
    return OPENING + "".join(lines) + "}\n"


def _make_type(act: type[Payload]) -> str:
    if act.kind in WRITTEN_BY_HAND:
        return WRITTEN_BY_HAND[act.kind]
    fields = [
        f"{name}{'' if is_always_sent(each) else '?'}: {_write_type(each.annotation, has_null=each.is_required())}"
        for name, each in list_fields(act).items()
    ]
    return f"{{ {'; '.join(fields)} }}" if fields else "{}"


def _write_type(annotation: Any, *, has_null: bool) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _write_type(inner[0], has_null=has_null)
    if origin in (Union, UnionType):
        kinds = [each for each in inner if has_null or each is not NoneType]
        return " | ".join("null" if each is NoneType else _write_type(each, has_null=True) for each in kinds)
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in inner)
    if annotation is Role:
        return "Role"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "string"
    return "Sighting" if annotation is ListedSighting else PLAIN[origin or annotation]


def put_in(path: Path, made: str, *, begin: str, end: str) -> str:
    """Return a file with the part from `begin` up to before `end` made anew."""
    text = path.read_text(encoding="utf-8")
    first = text.index(begin)
    last = text.index(end, first)
    return text[:first] + made + text[last:]


def make_page() -> str:
    return put_in(PAGE, make_table(), begin=HEAD, end="\nIn a team exercise every member")


def make_declarations() -> str:
    return put_in(DECLARATIONS, make_types(), begin=OPENING, end="\ninterface ViewPayloads {")


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
    DECLARATIONS.write_text(make_declarations(), encoding="utf-8")
