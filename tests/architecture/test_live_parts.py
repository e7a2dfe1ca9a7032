"""Parts of a page that draw themselves again: what a button in one could not do stays to be read."""

import ast
from collections.abc import Iterator

from sim.app.settings import PROJECT

DRAWN = [*(PROJECT / "sim" / "ui").rglob("*.py"), *(PROJECT / "sim").rglob("page*.py")]
OURS = PROJECT / "sim" / "ui" / "parts" / "actions.py"
"""The one place that may use Streamlit's own: it puts failures into words."""


def is_live(function: ast.FunctionDef) -> bool:
    calls = [each for each in function.decorator_list if isinstance(each, ast.Call)]
    return any(keyword.arg == "run_every" for call in calls for keyword in call.keywords)


def list_calls(function: ast.FunctionDef) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def list_forgotten(source: str) -> list[int]:
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    reached, waiting = set[str](), [name for name, function in functions.items() if is_live(function)]
    lines = []
    while waiting:
        name = waiting.pop()
        if name in reached or name not in functions:
            continue
        reached.add(name)
        for called, call in list_calls(functions[name]):
            waiting.append(called)
            if called == "run_and_redraw" and not any(keyword.arg == "is_live" for keyword in call.keywords):
                lines.append(call.lineno)
    return lines


def test_what_failed_in_a_part_that_draws_itself_again_is_not_wiped_away() -> None:
    found = {path.name: list_forgotten(path.read_text(encoding="utf-8")) for path in sorted(DRAWN)}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_forgotten_word_is_found_also_where_a_live_part_calls_it() -> None:
    source = """
@fragment(run_every=2.0)
def _watch():
    _draw()

def _draw():
    run_and_redraw(act)

def _elsewhere():
    run_and_redraw(act)
"""
    assert list_forgotten(source) == [7]
    assert list_forgotten(source.replace("run_and_redraw(act)", "run_and_redraw(act, is_live=True)")) == []


def list_bare(source: str) -> list[int]:
    named = {"fragment", "dialog", "experimental_fragment", "experimental_dialog"}
    lines = []
    for node in ast.walk(ast.parse(source)):
        is_member = isinstance(node, ast.Attribute) and node.attr in named
        is_taken = (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").partition(".")[0] == "streamlit"
            and any(each.name in named for each in node.names)
        )
        if is_member or is_taken:
            lines.append(node.lineno)
    return lines


def test_every_part_that_draws_itself_alone_puts_its_failures_into_our_words() -> None:
    files = [*sorted(DRAWN), PROJECT / "app.py"]
    found = {path.name: list_bare(path.read_text(encoding="utf-8")) for path in files if path != OURS}
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert list_bare(OURS.read_text(encoding="utf-8")), "the look sees them where they are"
    for source in ("from streamlit import fragment as part", "from streamlit.runtime.fragment import fragment"):
        assert list_bare(source) == [1]
