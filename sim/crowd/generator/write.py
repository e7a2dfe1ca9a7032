"""A draft as the text of a scenario file: commented, one line a step, as a person would write it."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from sim.crowd.generator.draft import Draft

_BLOCKS = ("arrive", "steps")


def write_draft(draft: Draft, *, remarks: Sequence[str]) -> str:
    """Return the file's text; `remarks` are the comment lines it begins with."""
    lines = [f"# {remark}" for remark in remarks]
    lines += [f"{key}: {_write_value(value)}" for key, value in draft.head.items()]
    lines += ["", "days:"]
    for number, section in enumerate(draft.sections):
        if section.days:
            lines += ["", f"  # {section.remark}"] if number else [f"  # {section.remark}"]
        for day, remark in zip(section.days, section.remarks, strict=True):
            lines += _write_day(day, remark)
    for key, remark, rows in draft.tail:
        lines += ["", f"# {remark}", f"{key}:"]
        lines += [f"  - {_write_value(row)}" for row in rows]
    return "\n".join(lines) + "\n"


def _write_day(day: Mapping[str, Any], remark: str) -> list[str]:
    lines = [f"  # {remark}"] if remark else []
    for number, (key, value) in enumerate(day.items()):
        lead = "  - " if number == 0 else "    "
        if key in _BLOCKS and (key == "steps" or len(value) > 1):
            lines.append(f"{lead}{key}:")
            lines += [f"      - {_write_value(row)}" for row in value]
        else:
            lines.append(f"{lead}{key}: {_write_value(value)}")
    return lines


def _write_value(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_write_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_write_value(inner) for inner in value) + "]"
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")
