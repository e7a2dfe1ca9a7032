"""Who is sought in the shipped recordings is described in the words of screens, whatever the recordings keep."""

import pytest

from sim.services.app.catalog import Catalog
from sim.services.app.wiring import PROJECT
from tests.architecture.test_words import PATTERN

SHIPPED = PROJECT / "sample_footage"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(recording_folders=[SHIPPED], form_folders=[])


@pytest.mark.parametrize("recording_id", ["birch-afternoon-bell", "maple-ridge-first-bell"])
def test_clothes_are_named_as_screens_name_them(recording_id: str, catalog: Catalog) -> None:
    worn = catalog.get_first_worn(recording_id)
    said = {
        person: f"{catalog.get_descriptor(recording_id, person)}; {each.top}, {each.bottom}, {each.bag}, "
        f"{each.shoes}, {each.hair}, {', '.join(each.extras)}"
        for person, each in worn.items()
    }
    assert any("gray" in text and "pants" in text for text in said.values())
    assert {person: text for person, text in said.items() if PATTERN.search(text)} == {}
