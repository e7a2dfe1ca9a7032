"""The same events, cut, repeated and shuffled in any way, leave the same attempt behind, as after time offline."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.app.wiring import App
from sim.attempt.events import Event
from sim.console.console_data import describe_state
from sim.console.intake import accept_events
from sim.console.scores import settle
from sim.expert.run import simulate
from sim.tasks.common.simulated_user import NOVICE
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_practice
from tests.support.tiny_app import make_tiny_app


def post_all(app: App, clock: FakeClock, attempt_id: str, batches: Sequence[Sequence[Event]]) -> dict[str, object]:
    clock.pass_s(100.0)
    waiting = sum(len(batch) for batch in batches)
    for batch in batches:
        waiting -= len(batch)
        accept_events(app, attempt_id, tab_id=batch[0].tab_id, events=batch, waiting=waiting)
    clock.pass_s(60.0)
    row = settle(app, attempt_id)
    state = describe_state(app, attempt_id)
    return {**state, "score": row.score_json, "used_s": row.timing.used_s}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 5), order=st.randoms(use_true_random=False))
def test_any_order_any_cut_any_repeat(tmp_path: Path, tiny_library: Path, seed: int, order: random.Random) -> None:
    clock = FakeClock()
    app = make_tiny_app(tmp_path / "data", tiny_library, clock)
    try:
        form = app.catalog.get_form("tiny-practice-1").form
        truth, rng = app.catalog.get_truth(form.recording_id), np.random.default_rng(seed)
        whole = simulate(form.task, truth, rng=rng, skill=NOVICE, limit_s=form.limit_s)
        log = [event for event in whole if event.t_client_ms < 100_000]
        expected = post_all(app, clock, begin_practice(app, "tiny-practice-1"), [log])
        cuts = sorted(order.sample(range(1, len(log)), k=min(5, len(log) - 1)))
        batches = [log[low:high] for low, high in zip([0, *cuts], [*cuts, len(log)], strict=True)]
        shuffled = [list(batch) for batch in (*batches, *order.choices(batches, k=3))]
        for batch in shuffled:
            order.shuffle(batch)
        order.shuffle(shuffled)
        assert post_all(app, clock, begin_practice(app, "tiny-practice-1"), shuffled) == expected
    finally:
        app.close()
