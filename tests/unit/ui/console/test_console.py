import re

from hypothesis import given
from hypothesis import strategies as st

from sim.ui.console import component
from sim.ui.console.component import FOLDER, make_key, read_markup
from tools.event_docs import DECLARATIONS, PAGE, make_declarations, make_page


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


def test_parts_are_the_elements_of_the_page() -> None:
    found = re.finditer(r'<([a-z0-9]+)\b[^>]*?\bdata-part="([a-zA-Z]+)"', read_markup())
    page = {match[2]: TYPES.get(match[1], "HTMLElement") for match in found}
    groups = re.findall(r"Record<([^>]*),\s+(\w+)\s*>", (FOLDER / "js" / "parts.d.ts").read_text(encoding="utf-8"))
    declared = [(name, kind) for names, kind in groups for name in re.findall(r'"(\w+)"', names)]
    assert sorted(declared) == sorted(page.items())


def test_events_are_those_that_the_server_reads() -> None:
    assert PAGE.read_text(encoding="utf-8") == make_page()
    assert DECLARATIONS.read_text(encoding="utf-8") == make_declarations()
