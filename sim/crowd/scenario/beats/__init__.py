"""Story beats, one file a kind. A new kind is a subclass of `Beat` in a file of its own and a line here."""

from sim.crowd.scenario.beats.bag_left import BagHandover, BagLeft
from sim.crowd.scenario.beats.base import Beat
from sim.crowd.scenario.beats.collapse import Collapse, ScreeningAlarm
from sim.crowd.scenario.beats.jacket_swap import JacketSwap, LookAlike, Meeting
from sim.crowd.scenario.beats.propped_door import BlindDetour, ProppedDoor

BEAT_KINDS: dict[str, type[Beat]] = {
    "hand-over": BagHandover,
    "jacket-swap": JacketSwap,
    "look-alike": LookAlike,
    "propped-door": ProppedDoor,
    "blind-detour": BlindDetour,
    "meeting": Meeting,
    "bag-left": BagLeft,
    "screening-alarm": ScreeningAlarm,
    "collapse": Collapse,
}
