"""What the words about a moment are made from."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from sim.tasks.common.answer_form import AnswerForm
from sim.truth.index import TruthIndex

STUDENT = "the student"


class MomentFacts(Protocol):
    """Names of cameras, places and doors, the clock, and what people wear, on one recording."""

    @property
    def form(self) -> AnswerForm:
        """What the task asked for."""
        ...

    @property
    def index(self) -> TruthIndex: ...

    @property
    def get_links(self) -> Callable[[], Mapping[str, Any]]:
        """What gives where people leave each picture and who shows them next, see `sim.site.next_camera`."""
        ...

    def name_camera(self, camera_id: str) -> str:
        """Return "CAM-07 Stairs"."""
        ...

    def name_place(self, zone_id: str) -> str: ...

    def name_door(self, door_id: str) -> str: ...

    def write_clock(self, t_s: float) -> str:
        """Return site time, seconds, as the cameras show it."""
        ...

    def compare(self, sought: str, marked: str, t_s: float, *, owner: str = STUDENT) -> str:
        """Return what tells two people apart at a moment; "" when it is not known or must not be told."""
        ...

    def list_look_alikes(self, person_id: str) -> Collection[str]:
        """Return who is hard to tell from a person; nobody where it must not be told."""
        ...


def join_cameras(facts: MomentFacts, cameras: Sequence[str]) -> str:
    """Return "CAM-01 Lobby, CAM-02 Hall and CAM-03 Stairs", "no camera" for none."""
    names = [facts.name_camera(camera) for camera in cameras]
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names) or "no camera"
