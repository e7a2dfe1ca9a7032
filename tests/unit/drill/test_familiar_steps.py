"""The steps of getting to know the console: the same here as in the console's guide, each counted once."""

import re
from pathlib import Path
from typing import Any

import sim.ui.console
from sim.drill.event import Event, EventKind
from sim.drill.familiar_steps import FAR_S, STEPS, count_steps, list_steps
from sim.drill.profile import ProfileName

GUIDE = Path(sim.ui.console.__file__).parent / "js" / "guide_steps.js"


def make_log(*kinds: tuple[EventKind, dict[str, Any]]) -> list[Event]:
    return [
        Event(tab_id="t", seq=seq, t_client_ms=float(seq), kind=kind, payload=payload)
        for seq, (kind, payload) in enumerate(kinds, start=1)
    ]


def test_the_guide_in_the_console_has_the_same_steps_in_the_same_order() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert tuple(re.findall(r'\{ name: "(\w+)", parts', text)) == tuple(STEPS)
    assert f"FAR_S = {FAR_S:g};" in text
    for name, kind in re.findall(r'name: "(\w+)".*isDone: by\("(\w+)"\)', text):
        assert STEPS[name](EventKind(kind), {}), name


def test_consoles_without_a_control_have_fewer_steps() -> None:
    assert len(list_steps(ProfileName.CLASSIC)) == 19
    assert set(list_steps(ProfileName.CLASSIC)) - set(list_steps(ProfileName.MINIMAL)) == {"plan", "link"}
    assert "backwards" not in list_steps(ProfileName.CLOUD)


def test_each_step_is_counted_once_and_one_event_does_one_step() -> None:
    assert count_steps([], ProfileName.CLASSIC) == 0
    log = make_log(
        (EventKind.FOCUS, {}),
        (EventKind.FOCUS, {}),
        (EventKind.PLAY, {"speed": 1.0, "tick": True}),
        (EventKind.PLAY, {"speed": -1.0}),
        (EventKind.PLAY, {"speed": -1.0}),
        (EventKind.SEEK, {"from_s": 0.0, "t_s": 100.0}),
        (EventKind.SEEK, {"from_s": 0.0, "t_s": 10.0}),
        (EventKind.SEEK, {"from_s": 0.0, "t_s": 100.0}),
        (EventKind.ZOOM, {"scale": 1.0}),
        (EventKind.VIEW, {"name": "grid"}),
    )
    # camera, play, backwards, jump, time
    assert count_steps(log, ProfileName.CLASSIC) == 5
