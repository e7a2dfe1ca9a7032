"""What the type check of the JavaScript believes of the page and of events is so."""

import re

from sim.drill.event import EventKind
from sim.services.attempt.event_payloads import PAYLOADS
from sim.ui.console.component import FOLDER, read_markup

TYPES = {
    "button": "HTMLButtonElement",
    "canvas": "HTMLCanvasElement",
    "dialog": "HTMLDialogElement",
    "img": "HTMLImageElement",
    "input": "HTMLInputElement",
    "label": "HTMLLabelElement",
    "ol": "HTMLOListElement",
    "p": "HTMLParagraphElement",
    "select": "HTMLSelectElement",
    "textarea": "HTMLTextAreaElement",
    "ul": "HTMLUListElement",
    "video": "HTMLVideoElement",
}


def read_block(file: str, opening: str) -> str:
    """Return what stands between an opening line of a declaration file and the closing brace at the line's start."""
    text = (FOLDER / "js" / file).read_text(encoding="utf-8")
    return text.split(f"{opening}\n", 1)[1].split("\n}", 1)[0]


def test_parts_are_the_elements_of_the_page() -> None:
    found = re.finditer(r'<([a-z0-9]+)\b[^>]*?\bdata-part="([a-zA-Z]+)"', read_markup())
    page = {match[2]: TYPES.get(match[1], "HTMLElement") for match in found}
    declared = dict(re.findall(r"^  (\w+): (\w+);$", read_block("parts.d.ts", "type PageParts = {"), re.MULTILINE))
    assert declared == page


def test_events_are_those_that_the_server_knows() -> None:
    block = read_block("events.d.ts", "interface EventPayloads {")
    only_in_old_logs = {EventKind.KEY.value}
    assert set(re.findall(r"^  (\w+): ", block, re.MULTILINE)) == {kind.value for kind in EventKind} - only_in_old_logs


def test_payloads_have_what_the_server_asks_of_them() -> None:
    block = read_block("events.d.ts", "interface EventPayloads {")
    inline = dict(re.findall(r"^  (\w+): \{ (.*) \};$", block, re.MULTILINE))
    checked = 0
    for kind, payload in PAYLOADS.items():
        if kind.value not in inline:
            continue
        wanted = {field.alias or name for name, field in payload.model_fields.items() if field.is_required()}
        assert wanted <= set(re.findall(r"(\w+): ", inline[kind.value])), kind
        checked += 1
    assert checked > 20
