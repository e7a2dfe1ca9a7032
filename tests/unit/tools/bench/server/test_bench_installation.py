"""What is said of a whole installation's bench: what held, what filled it, which bounds count."""

import pytest

from sim.errors import MachineError
from tools.bench.rig.installation import APP, DATABASE, PROXY
from tools.bench.server.several import PROMISED, Step, explain, list_figures, make_step

FOUND_LOAD = 0.2
FOUND = {
    "post_ms": [float(each) for each in range(1, 101)],
    "footage_ms": [5.0] * 20,
    "footage_bytes": 10_000_000,
    "failures": [],
    "lasted_s": 10.0,
    "cpu_share": FOUND_LOAD,
}


def make(
    trainees: int = PROMISED,
    *,
    p95: float = 50.0,
    app: float = 0.5,
    database: float = 0.1,
    busiest: float = 0.3,
    others: float = 0.0,
) -> Step:
    found = FOUND | {"post_ms": [1.0] * 90 + [p95] * 10}
    shares = {APP: app, PROXY: 0.1, DATABASE: database}
    busy = sum(shares.values()) + FOUND_LOAD + others
    who = f"{trainees} trainees"
    return make_step(who, trainees, found, shares=shares, busy=busy, busiest=busiest, memory_mb=900.0, failures=())


def test_a_step_is_what_was_heard() -> None:
    step = make_step("4 trainees", 4, FOUND, shares={}, busy=0.0, busiest=0.1, memory_mb=1.0, failures=("one",))
    assert (step.post_p50, step.posts, step.footage_mbit) == (50.5, 10.0, 8.0)
    assert step.failures == ("one",)
    assert not step.is_held
    alone = make_step("4", 4, FOUND | {"footage_ms": []}, shares={}, busy=0.0, busiest=0.1, memory_mb=1.0, failures=())
    assert alone.footage_p95 is None
    with pytest.raises(MachineError, match="did nothing"):
        make_step(
            "4 trainees", 4, FOUND | {"post_ms": []}, shares={}, busy=0.0, busiest=0.1, memory_mb=1.0, failures=()
        )


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (make(app=1.5, database=0.2, busiest=0.8), "the machine: app processes 150%"),
        (make(app=1.0, busiest=0.95), "one app process"),
        (make(p95=300.0), "the database"),
        (make(p95=8.0), "the installation had room"),
        (make(app=1.0, others=0.5), "what else the machine did: 50% of a core"),
    ],
)
def test_the_reason_follows_the_processor_time(step: Step, said: str) -> None:
    assert said in explain(step, cores=2)


@pytest.mark.parametrize(
    ("p95", "lost", "paint_s", "missed"),
    [
        (100.0, 0, 2.0, []),
        (101.0, 0, 1.0, ["200 trainees: event post, 95 of 100 are faster", "trainees held"]),
        (50.0, 1, 1.0, ["acknowledged events that the database lacks"]),
        (50.0, 0, 2.1, ["200 trainees: Home's first paint in Chromium, slowest of three"]),
    ],
)
def test_bounds_are_those_of_the_promise(p95: float, lost: int, paint_s: float, missed: list[str]) -> None:
    steps = [make(150), make(PROMISED, p95=p95), make(300, p95=900.0)]
    figures = list_figures(steps, make(), {150: 9.0, PROMISED: paint_s}, acked=100, lost=lost)
    names = [figure.name.partition(";")[0] for figure in figures if figure.met is False]
    assert names == missed
