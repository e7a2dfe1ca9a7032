"""No two folders of `sim` import each other, a folder and one inside it included, and none is crowded."""

from collections import Counter
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

SIM = Path(__file__).resolve().parents[2] / "sim"
MOST_FILES = 40


def get_home(module: str, graph: grimp.ImportGraph) -> str:
    """Return the folder that a module lies in, dotted; a package's own file lies in the package."""
    return module if graph.find_children(module) else module.rpartition(".")[0]


def list_arrows(graph: grimp.ImportGraph) -> dict[str, set[str]]:
    """Return the folders that each folder imports from."""
    arrows: dict[str, set[str]] = {}
    for module in graph.modules:
        home = get_home(module, graph)
        wanted = {get_home(each, graph) for each in graph.find_modules_directly_imported_by(module)}
        arrows.setdefault(home, set()).update(wanted - {home})
    return arrows


def find_circle(arrows: Mapping[str, set[str]]) -> list[str]:
    """Return folders of which each imports from the next and the last is the first, empty when there are none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_no_two_folders_import_each_other() -> None:
    arrows = list_arrows(grimp.build_graph("sim", cache_dir=None))
    assert len(arrows) > 50
    assert find_circle(arrows) == []


@pytest.mark.parametrize("back", ["sim.a", "sim.a.inner"])
def test_a_circle_is_found(back: str) -> None:
    arrows = {"sim.a": {"sim.a.inner"}, "sim.a.inner": {"sim.b"}, "sim.b": set[str]()}
    assert find_circle(arrows) == []
    circle = find_circle({**arrows, "sim.b": {back}})
    assert circle[0] == circle[-1]
    assert {back, "sim.b"} <= set(circle)


def test_no_folder_is_crowded() -> None:
    counted = Counter(file.parent for file in SIM.rglob("*.py"))
    assert {str(folder): count for folder, count in counted.items() if count > MOST_FILES} == {}
