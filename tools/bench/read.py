"""How long a reloaded page waits for an attempt with as many events as one can have, and whether others wait for it."""

import threading
from collections.abc import Callable
from functools import partial
from uuid import uuid4

import numpy as np

from sim.services.app.wiring import App
from sim.services.attempt.intake import accept_events, describe_state
from sim.services.attempt.posts import MOST_EVENTS
from sim.truth.index import TruthIndex
from tools.bench.log import make_bench_log
from tools.bench.rig.figures import Figure, time_ms

SEED = 20
MARKS = 200
REPEATS, BEATS = 15, 60
TARGET_MS = 50.0


def measure_read(
    app: App, index: TruthIndex, *, store_log: Callable[..., str], used_s: float, on_step: Callable[[str], None]
) -> tuple[Figure, ...]:
    """Read the largest attempt there can be, again and again, while another drill sends heartbeats.

    Args:
        app: the services.
        index: truth that the marks of the log are on.
        store_log: stores a log as an attempt; see `tools.bench.large`.
        used_s: how long the attempt took, seconds.
        on_step: told what is measured.
    """
    on_step(f"reading an attempt of {MOST_EVENTS} events")
    rng = np.random.default_rng(SEED)
    log = make_bench_log(rng, index, target="P001", marks=MARKS, events=MOST_EVENTS, used_s=used_s)
    large, other = store_log(app, log), store_log(app, log[:1])
    read = partial(describe_state, app, large)
    beat = partial(accept_events, app, other, tab_id=str(uuid4()), events=())
    read_ms = time_ms(read, repeats=REPEATS, pick=min)
    alone_ms = time_ms(beat, repeats=BEATS)
    stop = threading.Event()

    def read_on() -> None:
        while not stop.is_set():
            read()

    reader = threading.Thread(target=read_on)
    reader.start()
    try:
        beside_ms = time_ms(beat, repeats=BEATS)
    finally:
        stop.set()
        reader.join()
    return (
        Figure(
            name=f"reading an attempt of {MOST_EVENTS} events and {MARKS} marks",
            value=read_ms,
            unit="ms",
            target=f"under {TARGET_MS:g} ms",
            met=read_ms < TARGET_MS,
            how=f"quickest of {REPEATS}",
        ),
        Figure(name="a heartbeat of another drill", value=alone_ms, unit="ms"),
        Figure(
            name="a heartbeat of another drill while such an attempt is read all the time / alone",
            value=beside_ms / alone_ms,
            unit="x",
        ),
    )
