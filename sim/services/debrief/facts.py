"""What the debrief's words are made from: names of cameras, places and doors, the clock, and what people wear."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from sim.services.app.wiring import App
from sim.services.attempt.kept_apart import list_measuring
from sim.services.debrief.ended_attempt import EndedAttempt
from sim.services.debrief.likeness_words import describe_likeness, describe_unlike
from sim.tasks import get_task_type
from sim.tasks.common.answer_form import AnswerForm
from sim.tasks.common.task_type import TaskType
from sim.tasks.common.task_words import STUDENT
from sim.text.times import write_clock
from sim.truth.index import TruthIndex
from sim.truth.worn_clothes import Worn, find_worn


@dataclass(frozen=True, kw_only=True)
class DebriefFacts:
    """Everything known about one recording, for words after the end of an attempt."""

    index: TruthIndex
    start: datetime  # clock of site time 0
    cameras: Mapping[str, str]  # right names by camera_id
    first_worn: Mapping[str, Worn]  # what everybody wears at first
    look_alikes: Callable[[str], Collection[str]]  # returns who is hard to tell from a person
    # returns where people leave each picture and who shows them next, as `sim.site.next_camera.describe_links`;
    # computed only when it is asked for
    get_links: Callable[[], Mapping[str, Any]]
    task_type: TaskType
    form: AnswerForm  # what the task asked for
    # people are measured on this recording: nothing is said of what anybody but the student wears, or the debrief of
    # one drill would describe whom the next one seeks
    is_guarded: bool = False

    def name_camera(self, camera_id: str) -> str:
        """Return "CAM-07 Stairs"."""
        return f"{camera_id} {self.cameras[camera_id]}" if camera_id in self.cameras else camera_id

    def name_place(self, zone_id: str) -> str:
        return self._places.get(zone_id, zone_id)

    def name_door(self, door_id: str) -> str:
        return self._doors.get(door_id, door_id)

    def write_clock(self, t_s: float) -> str:
        """Return site time as the cameras show it."""
        return write_clock(self.start, t_s)

    def compare(self, sought: str, marked: str, t_s: float, *, owner: str = STUDENT) -> str:
        """Return what two people have in common at a moment and what tells them apart; "" when one is not known.

        Where the recording measures, only that it is someone else, and where the student differs from them.
        """
        worn = [find_worn(self.first_worn, self.index.events, person, t_s) for person in (sought, marked)]
        first, second = worn
        if self.is_guarded:
            is_student = owner == STUDENT
            return "" if first is None or second is None or not is_student else describe_unlike(first, second)
        return "" if first is None or second is None else describe_likeness(first, second, owner=owner)

    def list_look_alikes(self, person_id: str) -> Collection[str]:
        """Return who is hard to tell from a person; nobody where the recording measures."""
        return () if self.is_guarded else self.look_alikes(person_id)

    @property
    def traces(self) -> bool:
        """Whether the task follows somebody and asks for every appearance, so that each leg has its line."""
        return self.task_type.follows is not None and self.form.most_marks != 1

    @cached_property
    def _places(self) -> dict[str, str]:
        return {} if self.index.site is None else {space.zone_id: space.name for space in self.index.site.spaces}

    @cached_property
    def _doors(self) -> dict[str, str]:
        return {} if self.index.site is None else {door.door_id: door.name for door in self.index.site.openings}


def load_facts(app: App, ended: EndedAttempt) -> DebriefFacts:
    """Gather the facts for an attempt. Raises TaskError and RecordingError."""
    recording_id, form = ended.row.recording_id, ended.form
    task_type = get_task_type(form.type)
    with app.store.read() as work:
        is_guarded = recording_id in list_measuring(app, work)
    return DebriefFacts(
        index=app.catalog.get_truth(recording_id, form.cameras),
        start=ended.start,
        cameras=ended.names,
        first_worn=app.catalog.get_first_worn(recording_id),
        look_alikes=partial(app.catalog.list_look_alikes, recording_id),
        get_links=partial(app.catalog.get_links, recording_id, form.cameras),
        task_type=task_type,
        form=task_type.make_answer_form(form.task),
        is_guarded=is_guarded,
    )
