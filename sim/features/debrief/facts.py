"""What the debrief says: names, places, the clock, what people wear; and the moments told in these words."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from sim.app.score import AttemptScore
from sim.app.wiring import App
from sim.console.footage_access import list_measuring
from sim.db.attempts import AttemptRow
from sim.footage.recording.open import Recording
from sim.footage.video.still import StillBox, draw_boxes, load_still
from sim.forms.difficulty import OUTFIT_WEIGHTS
from sim.forms.forms import Form
from sim.scoring.moments import Boxed, BoxRole, Moment, Scene
from sim.tasks import get_task_type
from sim.tasks.common.task import AnswerForm
from sim.tasks.common.task_type import TaskType
from sim.tasks.common.task_words import STUDENT, join_sentences
from sim.text.times import write_clock
from sim.truth.events import FaultKind
from sim.truth.index import TruthIndex
from sim.truth.worn_clothes import Item, Worn, find_worn

MOST_OTHER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    weight: float
    same: str | None
    other: str | None


def describe_likeness(sought: Worn, marked: Worn, *, owner: str = STUDENT) -> str:
    """Return "Same grey hoodie, other shoes (white, the student's are black).": most telling first, or ""."""
    parts = sorted(_compare(sought, marked, owner), key=lambda part: -part.weight)
    same = [part.same for part in parts if part.same][:2]
    other = [part.other for part in parts if part.other][:MOST_OTHER]
    said = [f"same {' and '.join(same)}"] if same else []
    said += other
    if sought.has_changed:
        said.append(f"{owner} had changed tops by then")
    sentence = ", ".join(said)
    is_staff = marked.role == "staff" != sought.role
    role = "This is a member of staff, not a student." if is_staff else ""
    return join_sentences(role, f"{sentence[0].upper()}{sentence[1:]}." if sentence else "")


def describe_unlike(sought: Worn, marked: Worn) -> str:
    parts = [
        (_weigh(name), text)
        for name, text, is_known, is_same in (
            ("top", _name_piece(sought.top), bool(sought.top and marked.top), sought.top == marked.top),
            ("bottom", _name_piece(sought.bottom), True, sought.bottom == marked.bottom),
            ("bag", _name_piece(sought.bag), bool(sought.bag and marked.bag), sought.bag == marked.bag),
            ("shoe", f"{sought.shoes} shoes", True, sought.shoes == marked.shoes),
            ("hair", f"{sought.hair} hair", bool(sought.hair and marked.hair), sought.hair == marked.hair),
        )
        if is_known and not is_same
    ]
    unlike = [text for _, text in sorted(parts, key=lambda part: -part[0])][:MOST_OTHER]
    return join_sentences("Someone else.", f"The student has {', '.join(unlike)}." if unlike else "")


def _name_piece(item: Item | None) -> str:
    return "" if item is None else "no bag" if item.is_none else _name(item)


def _compare(sought: Worn, marked: Worn, owner: str) -> Iterator[_Part]:
    if sought.top and marked.top:
        yield _compare_items("top", sought.top, marked.top, owner, _weigh("top"))
    yield _compare_items("legwear", sought.bottom, marked.bottom, owner, _weigh("bottom"))
    if sought.bag and marked.bag:
        yield _compare_bags(sought.bag, marked.bag, owner)
    yield _compare_colours("shoes", sought.shoes, marked.shoes, f"{owner}'s are", _weigh("shoe"))
    if sought.hair and marked.hair:
        yield _compare_colours("hair", sought.hair, marked.hair, f"{owner}'s is", _weigh("hair"))
    yield _Part(weight=0.0, same=None, other=_compare_extras(sought.extras, marked.extras, owner))


def _weigh(part: str) -> float:
    weights: Mapping[str, float] = OUTFIT_WEIGHTS
    return sum(weight for trait, weight in weights.items() if trait.startswith(f"{part}_"))


def _compare_items(name: str, sought: Item, marked: Item, owner: str, weight: float) -> _Part:
    if sought == marked:
        return _Part(weight=weight, same=str(sought), other=None)
    if sought.kind == marked.kind:
        be = "are" if _is_plural(sought) else "is"
        colours = f"{marked.colour}, {owner}'s {be} {sought.colour}"
        return _Part(weight=weight, same=None, other=f"other {sought.kind} ({colours})")
    verb = "has" if name == "bag" else "wears"
    return _Part(weight=weight, same=None, other=f"other {name} ({marked}, {owner} {verb} {_name(sought)})")


def _is_plural(item: Item) -> bool:
    return item.kind.endswith("s") and not item.kind.endswith("ss")


def _compare_bags(sought: Item, marked: Item, owner: str) -> _Part:
    weight = _weigh("bag")
    if sought.is_none and marked.is_none:
        return _Part(weight=0.0, same=None, other=None)
    if marked.is_none:
        return _Part(weight=weight, same=None, other=f"no bag ({owner} has {_name(sought)})")
    if sought.is_none:
        return _Part(weight=weight, same=None, other=f"{_name(marked)} ({owner} has no bag)")
    return _compare_items("bag", sought, marked, owner, weight)


def _compare_colours(name: str, sought: str, marked: str, belongs: str, weight: float) -> _Part:
    if sought == marked:
        return _Part(weight=weight, same=f"{sought} {name}", other=None)
    return _Part(weight=weight, same=None, other=f"other {name} ({marked}, {belongs} {sought})")


def _compare_extras(sought: tuple[str, ...], marked: tuple[str, ...], owner: str) -> str | None:
    more = " and ".join(_add_article(word) for word in marked if word not in sought)
    less = " and ".join(_add_article(word) for word in sought if word not in marked)
    if more and less:
        return f"{more} ({owner} has {less})"
    return more or (f"{owner} has {less}" if less else None)


def _name(item: Item) -> str:
    return str(item) if _is_plural(item) else _add_article(str(item))


def _add_article(word: str) -> str:
    return word if word == "glasses" or word.endswith(" up") else f"a{'n' if word[0] in 'aeiou' else ''} {word}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedAttempt:
    row: AttemptRow  # as stored, with its score settled
    form: Form  # what was asked
    recording: Recording  # what was searched
    score: AttemptScore  # its log folded, scored and, where somebody was sought, looked up in truth
    names: dict[str, str]  # the right name of each camera by its camera_id, see `write_right_names`

    @property
    def start(self) -> datetime:
        return self.recording.manifest.start_time

    def name_camera(self, camera_id: str) -> str:
        return self.names.get(camera_id, camera_id)

    def write_clock(self, t_s: float) -> str:
        return write_clock(self.start, t_s)


@dataclass(frozen=True, kw_only=True)
class DebriefFacts:
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
        return f"{camera_id} {self.cameras[camera_id]}" if camera_id in self.cameras else camera_id

    def name_place(self, zone_id: str) -> str:
        return self._places.get(zone_id, zone_id)

    def name_door(self, door_id: str) -> str:
        return self._doors.get(door_id, door_id)

    def write_clock(self, t_s: float) -> str:
        return write_clock(self.start, t_s)

    def write_place(self, camera_id: str, t_s: float) -> str:
        """Return "CAM-07 Stairs, 8:02:40 AM", with what the camera's own clock shows where that is another time."""
        place = f"{self.name_camera(camera_id)}, {self.write_clock(t_s)}"
        for event in self.index.events:
            is_here = event.kind == FaultKind.CLOCK_OFFSET and event.camera_id == camera_id
            if is_here and event.start_s <= t_s <= event.end_s:
                place += f" (its own clock shows {self.write_clock(t_s + float(str(event.detail['offset_s'])))})"
        return place

    def compare(self, sought: str, marked: str, t_s: float, *, owner: str = STUDENT) -> str:
        """Return what two people share and what differs; "" for unknown ones, the student's alone where it measures."""
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


TARGET_RGB = (46, 160, 67)
MARKED_RGB = (214, 93, 14)
"""Green for what is right and orange for what was marked; the marked one is dashed and both bear their words."""

BOX_WORDS: Mapping[BoxRole, str] = {
    BoxRole.STUDENT: "The student",
    BoxRole.MARKED: "You marked",
    BoxRole.POINT: "You marked here",
    BoxRole.OTHER: "The other person",
    BoxRole.EVENT: "Here",
    BoxRole.CHECK: "The check",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StillView:
    caption: str
    boxed: tuple[str, ...]
    jpeg: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    place: str  # camera and time, "CAM-05 B Hall, 8:02:40 AM"; "" where it belongs to neither
    title: str  # what happened, begins small
    text: str  # sentences, "" for none
    is_good: bool  # to be kept up; else to be looked at
    scenes: tuple[Scene, ...]  # frames to be loaded by `load_stills` when the moment is opened
    captions: tuple[str, ...]  # of each frame its camera and time


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentsView:
    """All moments of an attempt on one recording; `is_as_worked`: in the order worked, not of the footage or a list."""

    recording_id: str
    moments: tuple[MomentView, ...]
    is_as_worked: bool


def make_moments_view(facts: DebriefFacts, moments: Sequence[Moment], *, recording_id: str) -> MomentsView:
    return MomentsView(
        recording_id=recording_id,
        moments=tuple(_describe(facts, moment) for moment in moments),
        is_as_worked=any(moment.worked is not None for moment in moments),
    )


def load_stills(app: App, view: MomentsView, moment: MomentView) -> tuple[StillView, ...]:
    recording = app.catalog.get_recording(view.recording_id)
    stills = []
    for scene, caption in zip(moment.scenes, moment.captions, strict=True):
        boxes = [_make_box(boxed) for boxed in scene.boxes]
        stills.append(
            StillView(
                caption=caption,
                boxed=tuple(box.label for box in boxes),
                jpeg=draw_boxes(load_still(recording, scene.camera_id, scene.frame), boxes),
            )
        )
    return tuple(stills)


def _describe(facts: DebriefFacts, moment: Moment) -> MomentView:
    told = facts.task_type.tell_moment(facts, moment)
    camera_id, place = _find_camera(moment), ""
    if moment.t_s is not None:
        place = facts.write_place(camera_id, moment.t_s) if camera_id else facts.write_clock(moment.t_s)
    return MomentView(
        place=place,
        title=told.title,
        text=told.text,
        is_good=moment.is_good,
        scenes=moment.scenes,
        captions=tuple(facts.write_place(each.camera_id, each.frame / facts.index.table.fps) for each in moment.scenes),
    )


def _find_camera(moment: Moment) -> str:
    own = getattr(moment, "camera_id", None)
    if isinstance(own, str):
        return own
    return moment.scenes[0].camera_id if moment.scenes else ""


def _make_box(boxed: Boxed) -> StillBox:
    is_marked = boxed.role in (BoxRole.MARKED, BoxRole.POINT)
    return StillBox(
        box_xyxy=boxed.box_xyxy,
        label=BOX_WORDS[boxed.role],
        rgb=MARKED_RGB if is_marked else TARGET_RGB,
        is_dashed=is_marked,
    )
