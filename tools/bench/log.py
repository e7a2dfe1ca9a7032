"""A made-up event log of a set size, seeded, for the bench: marks on people, and playing, seeking, opening between."""

import numpy as np

from sim.drill.event import Event, EventKind
from sim.truth.index import TruthIndex

ON_TARGET = 0.6
TICK_S = 5.0


def make_bench_log(
    rng: np.random.Generator, index: TruthIndex, *, target: str, marks: int, events: int, used_s: float
) -> tuple[Event, ...]:
    """Return one tab's log: so many `marks`, most of them on the target, and as many events in all as asked for.

    Before each mark a camera is opened, a moment sought and some footage played, with a tick every 5 s of it.
    """
    rows = index.table.rows
    own = np.flatnonzero((rows["person_id"] == target).to_numpy())
    is_own = rng.random(marks) < ON_TARGET
    chosen = np.where(is_own, rng.choice(own, marks), rng.integers(0, len(rows), marks))
    ticks = (events - 2) // marks - 5
    acts: list[tuple[EventKind, dict[str, object]]] = [(EventKind.OPEN, {"width": 1366, "height": 768, "touch": False})]
    picked = rows.iloc[chosen]
    columns = zip(*(picked[name].tolist() for name in ("camera_id", "t_s", "x1", "y1", "x2", "y2")), strict=True)
    for number, (camera, t_s, x1, y1, x2, y2) in enumerate(columns):
        width, height = index.table.picture_wh[camera]
        from_s = max(0.0, t_s - ticks * TICK_S)
        acts.append((EventKind.FOCUS, {"camera_id": camera, "t_s": t_s}))
        acts.append((EventKind.SEEK, {"from_s": t_s, "t_s": from_s}))
        acts.append((EventKind.PLAY, {"t_s": from_s, "speed": 1.0}))
        acts += [
            (EventKind.PLAY, {"t_s": min(t_s, from_s + TICK_S * tick), "speed": 1.0, "tick": True})
            for tick in range(1, ticks + 1)
        ]
        acts.append((EventKind.PAUSE, {"t_s": t_s}))
        mark = {"mark_id": f"mark-{number}", "camera_id": camera, "frame": round(t_s * index.table.fps), "t_s": t_s}
        x, y = (x1 + x2) / 2 / width, (y1 + y2) / 2 / height
        acts.append((EventKind.MARK, {**mark, "x": min(x, 1.0), "y": y}))
    fill = events - len(acts) - 1
    acts += [(EventKind.KEY, {"name": "play"})] * fill
    acts.append((EventKind.SUBMIT, {"final_zone": "hall", "not_on_camera": False, "note": ""}))
    times_ms = np.sort(rng.uniform(0.0, used_s * 1000.0, len(acts))).tolist()
    return tuple(
        Event(tab_id="bench", seq=seq, t_client_ms=at_ms, kind=kind, payload=payload)
        for seq, (at_ms, (kind, payload)) in enumerate(zip(times_ms, acts, strict=True), start=1)
    )
