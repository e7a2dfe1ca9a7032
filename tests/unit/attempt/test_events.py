"""A payload is decoded once: checked where something is made of it, and left out where it only tells of the screen."""

import pytest
from pydantic import ValidationError

from sim.attempt.events import ACTS, Event, EventKind, Similar, View, read_act

MARK = {"mark_id": "a", "camera_id": "CAM-01", "frame": 3, "t_s": 0.3, "x": 0.5, "y": 1}


def test_every_kind_has_one_class() -> None:
    assert set(ACTS) == set(EventKind)
    assert len(set(ACTS.values())) == len(EventKind)


@pytest.mark.parametrize("value", [None, "1.0", True, float("nan"), float("inf"), [1.0], 10**400])
def test_what_is_scored_is_refused_and_what_is_not_is_left_out(value: object) -> None:
    with pytest.raises(ValidationError):
        read_act(EventKind.MARK, {**MARK, "x": value})
    removed = read_act(EventKind.UNMARK, {"mark_id": "a", "t_s": value})
    assert removed.t_s is None
    shown = read_act(EventKind.VIEW, {"name": "timeline", "from_s": value, "to_s": 4, "cameras": ["CAM-01", value]})
    assert isinstance(shown, View)
    assert (shown.name, shown.from_s, shown.to_s) == ("timeline", None, 4.0)
    assert shown.cameras is None or value == "1.0"


def test_a_list_that_is_garbled_is_no_list() -> None:
    entry = {"camera_id": "CAM-01", "frame": 3, "t_s": 0.3, "crop": [1, 2, 3, 4]}
    for results, is_left_out in (([entry], False), ([entry, {**entry, "crop": [1]}], True), ("none", True)):
        found = read_act(EventKind.SIMILAR, {"number": 1, "results": results})
        assert isinstance(found, Similar)
        assert (found.results is None) is is_left_out


def test_what_was_sent_stays_beside_what_is_read() -> None:
    sent = {**MARK, "colour": "blue", "x": 1}
    event = Event.read(tab_id="t", seq=1, t_client_ms=5.0, kind=EventKind.MARK, payload=sent)
    assert event.payload == sent
    assert (event.kind, event.act) == (EventKind.MARK, read_act(EventKind.MARK, {**MARK, "x": 1.0}))
