import pandas as pd

from sim.services.library.library import find_cover_frame


def make_rows(*seen: tuple[str, int, str]) -> pd.DataFrame:
    """Return truth-like rows of whole people, 100 px tall."""
    table = pd.DataFrame(seen, columns=["camera_id", "frame", "person_id"])
    return table.assign(visible=1.0, y1=0.0, y2=100.0)


def test_the_cover_never_shows_anybody_a_form_asks_for() -> None:
    rows = make_rows(("CAM-01", 3, "P001"), ("CAM-02", 5, "P001"), ("CAM-02", 5, "P002"))
    assert find_cover_frame(rows, hidden=frozenset({"P002"})) == ("CAM-01", 3)
    assert find_cover_frame(rows, hidden=frozenset({"P001"})) is None
