"""Registers the search console with Streamlit and draws it."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import streamlit as st

from sim.console.console_data import ConsoleView
from sim.errors import MachineError

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([a-z_]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_DECLARED = re.compile(r"^export (?:async function|function|class|const) (\w+)", re.MULTILINE)
_DOCUMENTATION = re.compile(r"^[ \t]*/\*\*(?:[^*]|\*(?!/))*\*/\n|/\*\* (?:[^*]|\*(?!/))*\*/ ?", re.MULTILINE)
_LEFTOVER = re.compile(r"^(import|export)\b(?! default)", re.MULTILINE)


def read_texts(folder: Path, *, suffix: str) -> dict[str, str]:
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob(f"*{suffix}"))}
    if not texts:
        raise MachineError(
            f"{folder} holds no {suffix} file", expected="the console's own files", todo="install Sightline again"
        )
    return texts


def make_icon_module(icons: Mapping[str, str]) -> str:
    """Return a module that exports `ICON_SHAPES`: what is inside each icon's `<svg>`, by file name without suffix."""
    shapes = {}
    for name, text in icons.items():
        found = re.search(r"<svg\b[^>]*>(.*)</svg>", text, re.DOTALL)
        if found is None:
            raise MachineError(f"{name} is no SVG picture", expected="an icon file", todo="install Sightline again")
        shapes[name.removesuffix(".svg")] = " ".join(found.group(1).split())
    return f"export const ICON_SHAPES = {json.dumps(shapes)};\n"


def join_styles(texts: Mapping[str, str], *, order: Sequence[str]) -> str:
    """Return one style sheet. The order is given, because later rules win."""
    if set(texts) != set(order):
        odd = ", ".join(sorted(set(texts) ^ set(order)))
        raise MachineError(f"the console's style sheets do not match: {odd}", todo="install Sightline again")
    return "\n".join(texts[name] for name in order)


def join_modules(texts: Mapping[str, str], *, entry: str) -> str:
    owners: dict[str, str] = {}
    joined: list[str] = []
    for name in _order(texts, entry):
        exported = _DECLARED.findall(texts[name])
        for export in exported:
            if export in owners:
                raise MachineError(f"{name} and {owners[export]} both export {export}", expected="names used once")
            owners[export] = name
        for names, source in _IMPORT.findall(texts[name]):
            for wanted in filter(None, (part.strip() for part in names.split(","))):
                if owners.get(wanted) != source:
                    raise MachineError(f"{name} imports {wanted} from {source}, which does not export it")
        body = _DOCUMENTATION.sub("", _EXPORT.sub("", _IMPORT.sub("", texts[name])))
        if leftover := _LEFTOVER.search(body):
            raise MachineError(f"{name} has an {leftover.group(1)} that cannot be joined", expected="a named one")
        joined.append(body if name == entry else _wrap(name, body, exported))
    return "\n".join(joined)


def _wrap(name: str, body: str, exported: list[str]) -> str:
    names = ", ".join(exported)
    return f"// {name}\nconst {{ {names} }} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();\n"


def _order(texts: Mapping[str, str], entry: str) -> list[str]:
    done: list[str] = []
    under_way: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        if name in under_way:
            raise MachineError(f"the modules {' and '.join(under_way)} import each other in a circle")
        if name not in texts:
            raise MachineError(f"the module {name} is missing", todo="install Sightline again")
        under_way.append(name)
        for _, source in _IMPORT.findall(texts[name]):
            visit(source)
        under_way.remove(name)
        done.append(name)

    visit(entry)
    return done


FOLDER = Path(__file__).parent
STYLE_ORDER = (
    "tokens.css",
    "layout.css",
    "stage.css",
    "similar.css",
    "wall.css",
    "plan.css",
    "found.css",
    "timeline.css",
    "sheets.css",
    "answers.css",
    "views.css",
    "calls.css",
    "forced.css",
)


@cache
def read_markup() -> str:
    return (FOLDER / "console.html").read_text(encoding="utf-8")


@cache
def read_style() -> str:
    return join_styles(read_texts(FOLDER / "css", suffix=".css"), order=STYLE_ORDER)


@cache
def read_script() -> str:
    modules = read_texts(FOLDER / "js", suffix=".js")
    icons = make_icon_module(read_texts(FOLDER / "icons", suffix=".svg"))
    return join_modules({**modules, "icon_shapes.js": icons}, entry="index.js")


_mount = st.components.v2.component(
    "sightline_console", html=read_markup(), css=read_style(), js=read_script(), isolate_styles=True
)


def draw_console(view: ConsoleView) -> None:
    """Draw the console of a running attempt.

    Call it on every run of the page, at the same place of a fixed skeleton: keyed by the attempt, the component
    survives reruns, lost connections and server restarts without touching its videos. The component only ever says
    that the attempt has ended on the server; that reruns the page, which then reads the state and shows what follows.
    """
    _mount(key=make_key(view.attempt_id), data=view.data, on_refresh_change=_note_refresh)


def draw_replay(view: ConsoleView) -> None:
    _mount(key=f"{make_key(view.attempt_id)}-replay", data=view.data, on_refresh_change=_note_refresh)


def make_key(attempt_id: str) -> str:
    """Return the component's key for an attempt, in hexadecimal: Streamlit refuses two underscores in a row."""
    return f"console-{attempt_id.encode().hex()}"


def _note_refresh() -> None:
    """Make `refresh` a trigger that reruns the page; the rerun itself is all that is wanted."""
