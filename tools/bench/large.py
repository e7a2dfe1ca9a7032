"""The large case: a school with 32 cameras and 300 people for 20 minutes, and attempts with very many events."""

import secrets
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import psutil

from sim.db.engine import make_sqlite_url
from sim.db.rows import AttemptRow, StoredEvent
from sim.drill.attempt import Attempt, AttemptState, Mode
from sim.drill.event import Event
from sim.drill.forms import Form
from sim.drill.profile import ProfileName
from sim.services.app.catalog import Cameras, Catalog
from sim.services.app.form_files import KnownForm
from sim.services.app.score import AttemptScore, score_attempt
from sim.services.app.wiring import App, open_app, read_settings, system_clock
from sim.services.attempt.scores import compute_score, settle
from sim.truth.index import TruthIndex, keep_cameras, make_truth_index
from tools.bench.log import make_bench_log
from tools.bench.rig.figures import Figure, time_ms
from tools.bench.truth import make_bench_truth

SEED = 32
CAMERAS, PEOPLE, DURATION_S = 32, 300, 1200.0
MARKS, EVENTS = 200, 5_000
USERS = 10
REPEATS = 15
USED_S = 1_800.0
TARGET_MS = 100.0
RECORDING, TRUTH_SHA256 = "large-school", "0" * 64
FORM = Form(
    form_id="large-trace",
    recording_id=RECORDING,
    title="Large",
    use="practice",
    type="trace",
    target="P001",
    window_s=(0.0, DURATION_S),
    limit_s=3_600.0,
)


class _LargeSchool(Catalog):
    """A catalog of one recording, whose truth is made up when it is first asked for, and then kept as any other."""

    def __init__(self) -> None:
        super().__init__(recording_folders=(), form_folders=())
        self.times_made = 0

    def get_form(self, form_id: str) -> KnownForm:
        return KnownForm(form=FORM, recording_id=RECORDING, version="1")

    def get_truth_sha256(self, recording_id: str) -> str:
        return TRUTH_SHA256

    def get_truth(self, recording_id: str, cameras: Cameras = None) -> TruthIndex:
        return self.keep(("truth", recording_id, cameras), lambda: keep_cameras(self._make(), cameras))

    def _make(self) -> TruthIndex:
        self.times_made += 1
        rng = np.random.default_rng(SEED)
        return make_truth_index(make_bench_truth(rng, cameras=CAMERAS, people=PEOPLE, duration_s=DURATION_S))


def measure_large(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Score attempts from memory and from the database, for ten users at once, and see what is held."""
    catalog, process = _LargeSchool(), psutil.Process()
    before_mb = process.memory_info().rss / 1e6
    on_step(f"truth of {CAMERAS} cameras, {PEOPLE} people, {DURATION_S / 60:.0f} minutes, for {USERS} users at once")
    with ThreadPoolExecutor(USERS) as pool:
        held = list(pool.map(lambda _: catalog.get_truth(RECORDING), range(USERS)))
    index = held[0]
    truth_mb = process.memory_info().rss / 1e6 - before_mb
    index_ms = time_ms(lambda: make_truth_index(index.table), repeats=3)
    logs = [
        make_bench_log(
            np.random.default_rng([SEED, user]), index, target="P001", marks=MARKS, events=EVENTS, used_s=USED_S
        )
        for user in range(USERS)
    ]
    on_step(f"an attempt of {MARKS} marks and {EVENTS} events")
    score_ms = time_ms(lambda: _score(index, logs[0]), repeats=REPEATS, pick=min)
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        app = _open(Path(folder), catalog)
        try:
            attempts = [_store(app, log) for log in logs]
            on_step(f"the same from the database, for {USERS} users")
            hand_in_ms = min(time_ms(partial(settle, app, attempt), repeats=1) for attempt in attempts)
            stored_ms = time_ms(lambda: _compute(app, attempts[0]), repeats=REPEATS, pick=min)
            before_mb = process.memory_info().rss / 1e6
            with ThreadPoolExecutor(USERS) as pool:
                results = list(pool.map(lambda attempt: _compute(app, attempt), attempts))
            users_mb = process.memory_info().rss / 1e6 - before_mb
        finally:
            app.close()
    objects = {id(each) for each in (*held, *(result.case.index for result in results if result.case))}
    return (
        Figure(name="large: truth rows", value=float(len(index.table.rows)), unit="rows"),
        Figure(name="large: laying truth out, once a recording", value=index_ms, unit="ms"),
        Figure(
            name=f"large: scoring {MARKS} marks and {EVENTS} events",
            value=score_ms,
            unit="ms",
            target=f"under {TARGET_MS:g} ms",
            met=score_ms < TARGET_MS,
            how=f"quickest of {REPEATS}",
        ),
        Figure(name="large: the same, its log read from the database", value=stored_ms, unit="ms"),
        Figure(name="large: hand-in of such an attempt, score stored", value=hand_in_ms, unit="ms"),
        Figure(
            name=f"large: truths held for {USERS} users",
            value=float(len(objects)),
            unit="",
            target="1",
            met=len(objects) == catalog.times_made == 1,
        ),
        Figure(name="large: memory of truth", value=truth_mb, unit="MB"),
        Figure(name=f"large: memory of {USERS} scored attempts besides", value=users_mb, unit="MB"),
    )


def _score(index: TruthIndex, log: Sequence[Event]) -> AttemptScore:
    return score_attempt(FORM.task, index, log, used_s=USED_S, finished=True, limit_s=FORM.limit_s)


def _open(folder: Path, catalog: Catalog) -> App:
    settings = replace(read_settings({}), data=folder, database_url=make_sqlite_url(folder / "sightline.db"))
    return replace(open_app(settings, system_clock()), catalog=catalog)


def _store(app: App, log: Sequence[Event]) -> str:
    """Store an attempt that was handed in, with its log, and no score yet; return its id."""
    now = app.clock.read()
    timing = Attempt(
        attempt_id=secrets.token_urlsafe(18),
        state=AttemptState.SUBMITTED,
        limit_s=FORM.limit_s,
        created_at=now.wall,
        used_s=USED_S,
    )
    row = AttemptRow(
        timing=timing,
        person_id=None,
        form_id=FORM.form_id,
        form_version="1",
        recording_id=RECORDING,
        truth_sha256=TRUTH_SHA256,
        mode=Mode.PRACTICE,
        phase=None,
        profile=ProfileName.CLASSIC,
        is_demo=False,
    )
    with app.store.write() as work:
        work.attempts.add(row)
        work.events.append(
            timing.attempt_id,
            [StoredEvent(event=event, arrived_at=now.wall, arrived_s=USED_S, counted=True) for event in log],
        )
    return timing.attempt_id


def _compute(app: App, attempt_id: str) -> AttemptScore:
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    return compute_score(app, row)
