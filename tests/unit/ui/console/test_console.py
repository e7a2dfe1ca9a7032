"""The console: its files joined into one module and one sheet, its key, and what the check of its types believes."""

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sim.drill.event import EventKind
from sim.services.attempt.event_payloads import PAYLOADS
from sim.ui.console import component
from sim.ui.console.component import FOLDER, make_key, read_markup


def test_the_real_files_join() -> None:
    script = component.read_script()
    assert script.count("export default function mount") == 1
    assert "\nimport " not in script
    assert "@param" not in script
    assert ".console {" in component.read_style()
    assert 'data-part="console"' in component.read_markup()


def test_every_icon_has_a_file_and_every_file_is_an_icon() -> None:
    folder = component.FOLDER
    named = dict(
        re.findall(r'^  (\w+): "([\w-]+)",$', (folder / "js/icons.js").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert {path.stem for path in (folder / "icons").glob("*.svg")} == set(named.values())
    script, markup = component.read_script(), component.read_markup()
    asked = set(re.findall(r'makeIcon\("(\w+)"\)', script)) | set(re.findall(r'\bicon: "(\w+)"', script))
    assert asked | set(re.findall(r'data-icon="(\w+)"', markup)) <= set(named)


def test_no_key_is_given_to_two_actions() -> None:
    table = (component.FOLDER / "js" / "keys.js").read_text(encoding="utf-8")
    rows = re.findall(r'\{ keys: \[([^\]]*"|"\]")\], words: .*, action: "(\w+)" \}', table)
    keys = Counter(key for names, _ in rows for key in re.findall(r'"([^"]+)"', names))
    assert len(rows) > 30
    assert len({action for _, action in rows}) == len(rows)
    assert [key for key, count in keys.items() if count > 1] == []


IDS = st.text(alphabet="aA0_-", min_size=1, max_size=6)


@given(IDS, IDS)
def test_every_attempt_has_a_key_of_its_own_that_streamlit_takes(one: str, other: str) -> None:
    assert "_" not in make_key(one)
    assert (make_key(one) == make_key(other)) == (one == other)


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
