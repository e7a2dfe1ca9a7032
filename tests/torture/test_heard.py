"""What a page was told, held against the log: what is lost, doubled, missing or out of order is counted."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sim.db.rows import StoredEvent
from sim.drill.event import Event, EventKind
from tests.support.fake_clock import NOON
from tools.torture.rig.heard import Heard, judge_heard
from tools.torture.rig.outcome import Outcome

KINDS = (EventKind.MARK, EventKind.STEP, EventKind.BOOKMARK, EventKind.MARK)
PAYLOADS: tuple[Mapping[str, Any], ...] = (
    {"mark_id": "a", "x": 0.5},
    {"t_s": 1.0},
    {"bookmark_id": "b"},
    {"mark_id": "c", "x": 0.2},
)
DONE = ("a", "b", "c")


def make_log() -> list[StoredEvent]:
    return [
        StoredEvent(
            event=Event(tab_id="t", seq=seq, t_client_ms=seq * 10.0, kind=kind, payload=payload),
            arrived_at=NOON,
            arrived_s=1.0,
            counted=True,
        )
        for seq, (kind, payload) in enumerate(zip(KINDS, PAYLOADS, strict=True), start=1)
    ]


def listen(*, ack: int) -> Heard:
    heard = Heard()
    events = [
        {"seq": seq, "kind": kind.value, "payload": payload}
        for seq, (kind, payload) in enumerate(zip(KINDS, PAYLOADS, strict=True), start=1)
    ]
    heard.take(json.dumps({"tab": "t", "events": events[:2]}), '{"ack": 2}')
    heard.take(json.dumps({"tab": "t", "events": events}), json.dumps({"ack": ack}))
    heard.take(json.dumps({"tab": "t", "events": []}), '{"ack": 1}')
    return heard


def judge(log: list[StoredEvent], *, ack: int = 4) -> Outcome:
    return judge_heard(listen(ack=ack), DONE, log, saw="", wrong=())


def test_all_is_there_once_and_in_order() -> None:
    outcome = judge(make_log())
    assert outcome.is_good
    assert outcome.acknowledged == 4


def test_what_was_acknowledged_and_is_gone_or_changed_is_lost() -> None:
    log = make_log()
    assert judge(log[:1] + log[2:]).lost == 1
    changed = replace(log[3], event=replace(log[3].event, payload={"mark_id": "c", "x": 0.3}))
    assert judge([*log[:3], changed]).lost == 1


def test_what_was_done_and_never_arrived_is_wrong_though_nobody_promised_it() -> None:
    outcome = judge(make_log()[:3], ack=3)
    assert (outcome.acknowledged, outcome.lost) == (3, 0)
    assert outcome.wrong == ("1 of 3 marks and bookmarks are not in the database",)


def test_what_is_there_twice_or_out_of_order_is_seen() -> None:
    log = make_log()
    again = replace(log[0], event=replace(log[0].event, seq=5))
    assert judge([*log, again]).doubled == 1
    assert not judge(log[::-1]).is_good
