"""Story beats, one file a kind. A new kind is a subclass of `Beat` in a file of its own and a line here."""

from sim.crowd.beats.bag_left import BagLeft
from sim.crowd.beats.base import Beat
from sim.crowd.beats.blind_detour import BlindDetour
from sim.crowd.beats.collapse import Collapse
from sim.crowd.beats.hand_over import HandOver
from sim.crowd.beats.jacket_swap import JacketSwap
from sim.crowd.beats.look_alike import LookAlike
from sim.crowd.beats.meeting import Meeting
from sim.crowd.beats.propped_door import ProppedDoor
from sim.crowd.beats.screening_alarm import ScreeningAlarm

BEAT_KINDS: dict[str, type[Beat]] = {
    "hand-over": HandOver,
    "jacket-swap": JacketSwap,
    "look-alike": LookAlike,
    "propped-door": ProppedDoor,
    "blind-detour": BlindDetour,
    "meeting": Meeting,
    "bag-left": BagLeft,
    "screening-alarm": ScreeningAlarm,
    "collapse": Collapse,
}
