"""What a new drill takes is told by what builds on this machine really took."""

from pathlib import Path

import pytest

from sim.footage.video.sizes import USUAL_PEOPLE, compute_frames_s, estimate_needs_of
from sim.services.library.generate.speed import get_speed_path, load_frames_s, note_build


def note(
    data: Path,
    took_s: float,
    *,
    frames: int = 9600,
    people: int = USUAL_PEOPLE,
    processes: int = 2,
    computed_s: float = 0.0,
) -> None:
    note_build(data, frames=frames, people=people, processes=processes, took_s=took_s, computed_s=computed_s)


def foretell(data: Path, frames: int, people: int = USUAL_PEOPLE) -> float:
    frames_s = load_frames_s(data, people=people)
    needs = estimate_needs_of(frames=frames, size_wh=(1280, 720), processes=2, frames_s=frames_s)
    return needs.seconds


def test_the_next_build_like_the_last_takes_what_was_foretold(tmp_path: Path) -> None:
    note(tmp_path, 600.0)
    assert foretell(tmp_path, 9600) == pytest.approx(600.0, rel=0.01)
    assert 1 / 1.5 < foretell(tmp_path, 19_200) / 1200.0 < 1.5


def test_a_full_school_takes_longer_than_a_quiet_one_and_teaches_the_same(tmp_path: Path) -> None:
    note(tmp_path, 600.0, people=188)
    assert foretell(tmp_path, 9600, people=188) == pytest.approx(600.0, rel=0.01)
    quiet_s = foretell(tmp_path, 9600, people=30)
    assert quiet_s == pytest.approx(600.0 * compute_frames_s(188) / compute_frames_s(30), rel=0.01)
    assert 200 < quiet_s < 400


def test_a_busy_machine_spoils_no_estimate_and_one_odd_build_of_several_neither(tmp_path: Path) -> None:
    note(tmp_path, 2400.0, computed_s=960.0)
    assert foretell(tmp_path, 9600) == pytest.approx(600.0, rel=0.01)
    for took_s in (610.0, 590.0, 20_000.0):
        note(tmp_path, took_s)
    assert 1 / 1.5 < foretell(tmp_path, 9600) / 600.0 < 1.5


@pytest.mark.parametrize("spoiled", ["", "no: [yaml", "schema_version: 99\nmachines: {}", "machines: 3"])
def test_a_file_that_cannot_be_read_is_written_anew(tmp_path: Path, spoiled: str) -> None:
    get_speed_path(tmp_path).parent.mkdir(parents=True)
    get_speed_path(tmp_path).write_text(spoiled, encoding="utf-8")
    assert load_frames_s(tmp_path, people=188) == compute_frames_s(188)
    note(tmp_path, 600.0)
    assert foretell(tmp_path, 9600) == pytest.approx(600.0, rel=0.01)
