"""Every bench runs to its end in its smallest form, and bounds are told as kept or missed."""

import shutil

import pytest

from tools.bench.__main__ import IN_BROWSER, PARTS, make_parser, measure_part
from tools.bench.rig import BROWSERS, Figure
from tools.command import run_command


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_a_bench_still_runs(part: str) -> None:
    if part in IN_BROWSER and not any(shutil.which(name) for name in BROWSERS):
        pytest.skip("there is no Chromium here")
    figures = measure_part(part, on_step=lambda _: None, smallest=True)
    assert figures
    assert len({figure.name for figure in figures}) == len(figures)


@pytest.mark.parametrize(
    ("value", "most", "least", "is_missed"),
    [(1.0, None, None, False), (1.0, 1.0, None, False), (1.1, 1.0, None, True), (0.9, None, 1.0, True)],
)
def test_a_bound_is_kept_or_missed(value: float, most: float | None, least: float | None, is_missed: bool) -> None:
    figure = Figure(name="x", value=value, most=most, least=least)
    assert figure.is_missed is is_missed
    assert figure.write().endswith("MISSED") is is_missed


@pytest.mark.parametrize("words", [["nothing"], ["server", "--workers", "2"], ["server", "--workers", "0"]])
def test_what_cannot_be_measured_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(make_parser(), words) == 1
    assert capsys.readouterr().err.startswith("error: ")
