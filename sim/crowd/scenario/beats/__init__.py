"""Story beats, one file a kind. A new kind is a subclass of `Beat` in a file of its own and a line here."""

from sim.crowd.scenario.beats.bag_left import BagLeft
from sim.crowd.scenario.beats.base import Beat
from sim.crowd.scenario.beats.blind_detour import BlindDetour
from sim.crowd.scenario.beats.collapse import Collapse
from sim.crowd.scenario.beats.hand_over import BagHandover
from sim.crowd.scenario.beats.jacket_swap import JacketSwap
from sim.crowd.scenario.beats.look_alike import LookAlike
from sim.crowd.scenario.beats.meeting import Meeting
from sim.crowd.scenario.beats.propped_door import ProppedDoor
from sim.crowd.scenario.beats.screening_alarm import ScreeningAlarm

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
