"""The port that was served last is the one that `doctor` looks at."""

from pathlib import Path

from sim.services.operations.served_port import USUAL_PORT, find_served_port, note_served_port


def test_the_port_served_last_is_found_and_the_usual_one_without_it(tmp_path: Path) -> None:
    environ = {"SIGHTLINE_DATA": str(tmp_path)}
    assert find_served_port(environ) == USUAL_PORT
    note_served_port(tmp_path, 8621)
    assert find_served_port(environ) == 8621
    (tmp_path / "served-port").write_text("no port", encoding="ascii")
    assert find_served_port(environ) == USUAL_PORT
    note_served_port(tmp_path / "missing", 1)
