"""What a reloaded console goes on from is the same, read from what still matters of a log and from all of it."""

import random
from dataclasses import replace

import pytest

from sim.drill.event import Event, EventKind
from sim.drill.resume import LASTING, fold_console_state
from sim.drill.similar_log import fold_similar
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.intake import accept_events, clamp_events
from tests.support.driven_drill import OTHER_TAB, TAB
from tests.support.fake_clock import FakeClock

CAMERAS = ("CAM-01", "CAM-02", "CAM-03")


def make_event(rng: random.Random, tab: str, seq: int, at_s: float) -> Event:
    name, camera, t_s = f"n{rng.randrange(6)}", rng.choice(CAMERAS), round(rng.uniform(0, 15), 1)
    kinds: dict[EventKind, dict[str, object]] = {
        EventKind.PLAY: {"t_s": t_s, "speed": rng.choice((1, 2, -1)), "tick": True},
        EventKind.SPEED: {"t_s": t_s, "speed": rng.choice((1, 4))},
        EventKind.PAUSE: {"t_s": t_s},
        EventKind.SEEK: {"from_s": 0.0, "t_s": t_s},
        EventKind.FOCUS: {"camera_id": camera, "t_s": t_s},
        EventKind.PIN: {"camera_id": camera, "t_s": t_s, "wall_s": 2.0},
        EventKind.SYNC: {"t_s": t_s, "to": "wall"},
        EventKind.NOTE: {"text": f"note {seq}", "t_s": t_s},
        EventKind.KEY: {"name": "play", "t_s": t_s},
        EventKind.VIEW: {"name": "timeline", "from_s": 0.0, "to_s": t_s + 1, "t_s": t_s},
        EventKind.MARK: {"mark_id": name, "camera_id": camera, "frame": 3, "t_s": t_s, "x": 0.5, "y": 0.5},
        EventKind.UNMARK: {"mark_id": name, "t_s": t_s},
        EventKind.BOOKMARK: {"bookmark_id": name, "camera_id": camera, "t_s": t_s, "text": ""},
        EventKind.CHOICE: {"key": name, "value": rng.choice(("a", "")), "t_s": t_s},
        EventKind.CLIP: {"clip_id": name, "camera_id": camera, "from_s": 0.0, "to_s": t_s + 1, "t_s": t_s},
        EventKind.SUGGESTION: {"number": 1, "rank": 1, "t_s": t_s},
        EventKind.CALL: {"call_id": name, "t_s": t_s},
        EventKind.REPLY: {"call_id": name, "value": "yes", "t_s": t_s},
    }
    kind = rng.choice(list(kinds))
    return Event(tab_id=tab, seq=seq, t_client_ms=at_s * 1000.0, kind=kind, payload=kinds[kind])


@pytest.mark.parametrize("seed", range(5))
def test_the_state_is_that_of_the_whole_log(drill_app: App, clock: FakeClock, seed: int) -> None:
    rng = random.Random(seed)
    attempt_id = attempts.create_sample(drill_app)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    seqs = {TAB: 0, OTHER_TAB: 0}
    for second in range(1, 40):
        clock.pass_s(1.0)
        tab = rng.choice((TAB, TAB, OTHER_TAB))
        batch = []
        for part in range(rng.randrange(6)):
            seqs[tab] += 1
            batch.append(make_event(rng, tab, seqs[tab], second - 0.9 + part / 10.0))
        accept_events(drill_app, attempt_id, tab_id=tab, events=batch)
    with drill_app.store.read() as work:
        whole = clamp_events(work.events.list_all(attempt_id))
        standing = clamp_events(work.events.list_standing(attempt_id, lasting=LASTING))
    assert len(standing) < len(whole)
    part, full = fold_console_state(standing), fold_console_state(whole)
    assert replace(part, calls={}) == replace(full, calls={})
    assert {name: (call.came_s, call.ended_s) for name, call in part.calls.items()} == {
        name: (call.came_s, call.ended_s) for name, call in full.calls.items()
    }
    assert fold_similar(standing) == fold_similar(whole)
