"""Why a server is full, said from what was measured."""

from pathlib import Path

import pytest

from tools.bench.server.measure import Step, explain
from tools.bench.server.traffic import Asked, Traffic, load_traffic, save_traffic


def make_step(
    *, server: float, load: float, post_p95: float = 200.0, footage_p95: float = 150.0, build: float | None = None
) -> Step:
    return Step(
        trainees=100,
        post_p50=20.0,
        post_p95=post_p95,
        first_ms=100.0,
        posts=100.0,
        footage_mbit=100.0,
        footage_p95=footage_p95,
        server_share=server,
        load_share=load,
        memory_mb=300.0,
        failures=(),
        build_share=build,
    )


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (make_step(server=1.02, load=0.4), "one Python process"),
        (make_step(server=0.85, load=1.0), "the machine"),
        (make_step(server=0.5, load=0.4, build=0.95), "recording 95% of a core"),
        (make_step(server=0.5, load=0.2, footage_p95=10.0), "the database"),
        (make_step(server=0.3, load=0.2), "else the machine did"),
    ],
)
def test_the_reason_follows_the_processor_time(step: Step, said: str) -> None:
    assert said in explain(step, cores=2)


def test_a_step_holds_in_time_and_without_failures_only() -> None:
    assert make_step(server=0.5, load=0.1, post_p95=99.0).is_held
    assert not make_step(server=0.5, load=0.1, post_p95=101.0).is_held


def test_recorded_traffic_comes_back_as_it_was_written(tmp_path: Path) -> None:
    asked = (Asked(at_s=0.0, route="footage-index", path="a.mp4", span=""),)
    asked += (Asked(at_s=1.5, route="footage", path="a.mp4", span="bytes=0-9"),)
    traffic = Traffic(lasted_s=60.0, asked=asked)
    save_traffic(traffic, tmp_path / "t.json")
    assert load_traffic(tmp_path / "t.json") == traffic
