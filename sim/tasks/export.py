"""Task type `export`: cut the evidence, one clip for each appearance of a person, and note its custody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.errors import TaskError
from sim.scoring.clip_match import (
    HANDLE_S,
    Pair,
    check_clips,
    compute_iou,
    match_clips,
    shares_time,
    sum_inside_s,
    sum_outside_s,
    sum_strangers_s,
)
from sim.scoring.evidence import Answer, Clip, SearchLog
from sim.scoring.mark import check_marks
from sim.scoring.moments import Boxed, BoxRole, Moment, MomentKind, Scene, find_frame, find_in_frame, sort_moments
from sim.scoring.score_card import SLACK, Better, Judged, PartView, divide, list_metrics, metric
from sim.scoring.use_metrics import Span, list_stretches
from sim.tasks.common.simulated_user import Flaw, SimulatedUser, pick_other
from sim.tasks.common.task import AnswerForm, Field, FieldKind, Marks, Name, Option, Task, TaskFile
from sim.tasks.common.task_type import TIME_COUNTS, TaskType
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    Trains,
    join_sentences,
    make_part,
    read_number,
    write_missing,
    write_share,
)
from sim.truth.appearance import is_over
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, check_window, cut_window

LEAST_IOU = 0.5
"""A clip that agrees with an appearance at least this well cuts it out."""
PASS_MEAN_IOU = 0.6
PASS_OUTSIDE_SHARE = 0.25
MOST_SURPLUS = 2
"""So many more clips may be of no appearance than appearances are cut out."""


def _make_field(key: str, label: str, options: Mapping[str, str]) -> Field:
    made = tuple(Option(value=value, label=words) for value, words in options.items())
    return Field(key=key, kind=FieldKind.CHOICE, label=label, options=made)


CUSTODY_FIELDS = (
    _make_field(
        "reason",
        "Why is this footage exported?",
        {
            "injury": "Injury or medical emergency",
            "fight": "Fight or assault",
            "threat": "Threat assessment",
            "weapon": "Weapon or suspected weapon",
            "bullying": "Bullying or harassment",
            "theft-damage": "Theft or damage",
            "missing-student": "Missing student",
            "other": "Another reason, said in the note",
        },
    ),
    _make_field(
        "requested-by",
        "Who asked for it?",
        {
            "administration": "Principal or assistant principal",
            "resource-officer": "School resource officer",
            "district-safety": "District safety office",
            "police": "Police, with a case number",
            "court": "Court order or subpoena",
            "records-request": "Parent or public records request, through the records office",
        },
    ),
    _make_field(
        "goes-to",
        "Where does it go?",
        {
            "district-store": "District evidence store",
            "incident-file": "Incident file of the school",
            "police-portal": "Police evidence portal",
            "legal-counsel": "Legal counsel of the district",
            "records-office": "Records office, to blur others before release",
        },
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCase:
    # the target's in the window but the glimpses, each from its first row there to its last; single rows are left out,
    # because they last no time
    appearances: tuple[Clip, ...]
    # the target's glimpses in the window: nobody need cut them, and anyone who does shows nobody else
    glimpses: tuple[Clip, ...]
    seen: tuple[Clip, ...]  # all of the target's appearances and glimpses, whole, whatever the window
    others: tuple[Clip, ...]  # the same of everybody else
    exported: tuple[Clip, ...]  # the clips as handed in
    clips: tuple[Clip, ...]  # the same, each cut to the window; one wholly outside has no length
    pairs: tuple[Pair, ...]  # clips matched to appearances, see `sim.scoring.clip_match.match_clips`
    choices: Mapping[str, str]  # what was noted
    log: SearchLog | None  # how it went, or None when only the answer is known


def make_export_case(
    index: TruthIndex, *, target: str, window_s: Span, answer: Answer, log: SearchLog | None = None
) -> ExportCase:
    window = cut_window(index, window_s)
    legs = window.find_target(target)
    check_clips(index, answer.clips)
    check_marks(index, answer.marks, window.window_s)
    whole = cut_window(index, (0.0, index.table.duration_s))
    shown = np.flatnonzero(whole.rows > 0).tolist()
    own = [n for n in shown if index.appearances[n].person_id == target]
    strangers = [n for n in shown if index.appearances[n].person_id != target]
    clips = tuple(_cut(clip, window.window_s) for clip in answer.clips)
    appearances = _list_lasting(window, legs)
    return ExportCase(
        appearances=appearances,
        glimpses=_list_lasting(window, window.find_glimpses(target)),
        seen=_list_lasting(whole, own),
        others=_list_lasting(whole, strangers),
        exported=answer.clips,
        clips=clips,
        pairs=match_clips(appearances, clips),
        choices=answer.choices,
        log=log,
    )


def _list_lasting(window: TruthWindow, numbers: Iterable[int]) -> tuple[Clip, ...]:
    return tuple(each for each in list_stretches(window, numbers) if each.from_s < each.to_s)


def _cut(clip: Clip, window_s: Span) -> Clip:
    from_s = max(clip.from_s, window_s[0])
    return replace(clip, from_s=from_s, to_s=max(from_s, min(clip.to_s, window_s[1])))


def list_spare(case: ExportCase) -> list[Clip]:
    matched = {pair.clip for pair in case.pairs}
    return [
        whole
        for number, (clip, whole) in enumerate(zip(case.clips, case.exported, strict=True))
        if number not in matched and not any(shares_time(clip, glimpse) for glimpse in case.glimpses)
    ]


def list_unnoted(case: ExportCase) -> tuple[str, ...]:
    noted = case.choices
    return tuple(f.key for f in CUSTODY_FIELDS if noted.get(f.key) not in {option.value for option in f.options})


@metric("export", "mean_iou", "In and out", version=4, unit="ratio")
def compute_mean_iou(case: ExportCase) -> float | None:
    """Return the temporal IoU of each appearance with its clip, 0 without one, on average, 0..1; None without one.

    Appearances of 10 s and 8 s, the first cut 2 s too long (10/12), the second not cut: 0.4167.
    """
    return divide(sum(pair.iou for pair in case.pairs), len(case.appearances))


@metric("export", "cut_share", "Appearances cut out", version=4, unit="ratio")
def compute_cut_share(case: ExportCase) -> float | None:
    """Return the share of appearances with a clip of IoU >= 0.5 - 1e-9, 0..1; None without one (above: 0.5)."""
    return divide(count_cut(case), len(case.appearances))


def count_cut(case: ExportCase) -> int:
    return sum(pair.iou >= LEAST_IOU - SLACK for pair in case.pairs)


@metric("export", "surplus_clips", "Extra clips", version=4, unit="clips", better=Better.LOWER)
def count_surplus(case: ExportCase) -> int:
    """Return the clips matched to no appearance, but those that show a glimpse (two clips of one appearance: 1)."""
    return len(list_spare(case))


@metric("export", "others_s", "Footage of others", version=4, unit="s", better=Better.LOWER)
def compute_others_s(case: ExportCase) -> float:
    """Return seconds of exported footage that show somebody else and not the target.

    A clip that runs on for 5 s after the target has left, somebody else in view for 3 s of them: 3.
    """
    return sum_strangers_s(case.exported, case.seen, case.others)


@metric("export", "outside_share", "Footage without the student", version=3, unit="ratio", better=Better.LOWER)
def compute_outside_share(case: ExportCase) -> float | None:
    """Return the share of the seconds cut that lie outside the target's appearances, 0..1; None when nothing was cut.

    Handles of 2.0 s count on neither side. A clip of 20 s that begins with 12 s of the target: 6 / (12 + 6) = 0.3333.
    Clips and appearances are taken whole: what is cut outside the window counts too.
    """
    outside_s = sum_outside_s(case.exported, case.seen)
    return divide(outside_s, outside_s + sum_inside_s(case.exported, case.seen))


@metric("export", "custody_complete", "Custody", version=1)
def judge_custody(case: ExportCase) -> bool:
    return not list_unnoted(case)


LEAST_KEPT, MOST_KEPT = 0.3, 0.8
"""Share of an appearance that a clip has whose end was set carelessly."""
LEAST_CLIPS = 2
LEAST_SPAN_S = 2.0
"""Shorter appearances cannot be cut by hand well enough to be judged by their ends."""
ENDS_OFF_S = HANDLE_S
"""A clip whose in or out is off by more is told, though it agrees well enough to count."""
SAME_S = 0.5


class ExportTaskFile(TaskFile):
    target: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipMoment(Moment):
    """A clip beside the appearance it should be of: spans of site time, None where there is none.

    Of a clip too many `true_s` is an appearance that it overlaps; of an appearance without a clip `cut_s` is one that
    overlaps it and belongs to another.
    """

    true_s: Span | None
    cut_s: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsMoment(Moment):
    missing: tuple[str, ...]


class ExportType(TaskType):
    name = "export"
    title = practice_title = "Cut the evidence"
    counts = (
        "That every appearance of the student is in a clip. Glimpses don't count.",
        f"That the clips begin and end with them; {HANDLE_S:.0f} seconds more at each end are free.",
        f"That at most {MOST_SURPLUS} more clips are extra than appearances are cut.",
        "That you say why, for whom, and where to.",
        TIME_COUNTS,
    )
    pass_rule = (
        f"Pass: every appearance cut, clips matching by {PASS_MEAN_IOU:.0%}, at most "
        f"{PASS_OUTSIDE_SHARE:.0%} without the student, every question answered."
    )
    metrics = list_metrics("export", "time")
    trains = ((Trains.LOOK_ALIKES, 10.0),)
    file = ExportTaskFile
    harder = Advice("Try a student with more appearances.")

    def make_question(self, task: Task) -> str:
        return "Cut one clip each time a camera shows this student. Submit with why, for whom, and where it goes."

    def make_answer_form(self, task: Task) -> AnswerForm:
        return AnswerForm(marks=Marks.NONE, clips=True, fields=CUSTODY_FIELDS, list_name="Clips")

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        window = cut_window(index, window_s)
        tasks = []
        for person in index.person_ids:
            legs = list(window.find_target(person))
            spans_s = window.last_s[legs] - window.first_s[legs]
            if len(legs) >= LEAST_CLIPS and spans_s.min() >= LEAST_SPAN_S:
                tasks.append(Task(type=self.name, target=person, window_s=window_s))
        return tuple(tasks)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        check_window(index, task.window_s)
        if not self.make_case(task, Answer(), index).appearances:
            raise TaskError(
                f"person {task.person!r} is on no camera between {task.window_s[0]:g} and {task.window_s[1]:g} s",
                expected="someone to cut out",
                todo="name another person, or another window",
            )

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> ExportCase:
        return make_export_case(index, target=task.person, window_s=task.window_s, answer=answer, log=log)

    def judge(self, case: ExportCase) -> dict[str, bool | None]:
        mean_iou, outside = compute_mean_iou(case), compute_outside_share(case)
        return {
            "cut_share": compute_cut_share(case) == 1.0,
            "mean_iou": mean_iou is not None and mean_iou >= PASS_MEAN_IOU - SLACK,
            "outside_share": outside is not None and outside <= PASS_OUTSIDE_SHARE + SLACK,
            "few_surplus_clips": count_surplus(case) <= count_cut(case) + MOST_SURPLUS,
            "custody_complete": judge_custody(case),
        }

    def list_moments(self, case: ExportCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        def show(camera_id: str, t_s: float) -> Scene:
            frame = find_frame(index, t_s)
            sighting = find_in_frame(index, task.person, camera_id=camera_id, frame=frame)
            boxes = () if sighting is None else (Boxed(role=BoxRole.STUDENT, box_xyxy=sighting.box_xyxy),)
            return Scene(camera_id=camera_id, frame=frame, boxes=boxes)

        pairs = {pair.appearance: pair for pair in case.pairs}
        moments: list[Moment] = []
        for number, true in enumerate(case.appearances):
            pair = pairs.get(number)
            cut = None if pair is None else case.clips[pair.clip]
            off_s = np.inf if cut is None else max(abs(true.from_s - cut.from_s), abs(true.to_s - cut.to_s))
            if pair is not None and pair.iou >= LEAST_IOU - SLACK and not is_over(off_s, ENDS_OFF_S):
                continue
            over = cut or next((clip for clip in case.clips if shares_time(clip, true)), None)
            moments.append(
                ClipMoment(
                    kind=MomentKind.NOT_CUT if cut is None else MomentKind.BAD_ENDS,
                    t_s=true.from_s,
                    scenes=tuple(show(true.camera_id, t_s) for t_s in true.span_s),
                    true_s=true.span_s,
                    cut_s=None if over is None else over.span_s,
                )
            )
        for clip in list_spare(case):
            same = (each.span_s for each in case.appearances if each.camera_id == clip.camera_id)
            moments.append(
                ClipMoment(
                    kind=MomentKind.SURPLUS,
                    t_s=clip.from_s,
                    scenes=(show(clip.camera_id, sum(clip.span_s) / 2),),
                    true_s=next((span for span in same if compute_iou(span, clip.span_s) > 0), None),
                    cut_s=clip.span_s,
                )
            )
        missing = list_unnoted(case)
        if missing:
            moments.append(FieldsMoment(kind=MomentKind.CUSTODY, t_s=None, missing=missing))
        return sort_moments(moments)

    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        values = score.card.values
        if (share := values.get("cut_share")) is not None:
            sentence = f"Share of the appearances with a clip that agrees with them by {LEAST_IOU:.0%} or more."
            yield make_part("cut_share", write_share(share, 1.0), sentence, good=share == 1.0)
        if (iou := values.get("mean_iou")) is not None:
            sentence = "How well in and out agree with the appearances, on average; one without a clip counts as 0%."
            is_exact = iou >= PASS_MEAN_IOU - SLACK
            yield make_part("mean_iou", write_share(iou, PASS_MEAN_IOU), sentence, good=is_exact)
        if (surplus := values.get("surplus_clips")) is not None:
            sentence = "Clips that belong to no appearance of the student, or to one that has its clip already."
            good = False if surplus else None if values.get("cut_share") == 0 else True
            yield make_part("surplus_clips", str(surplus), sentence, good=good)
        if (outside := values.get("outside_share")) is not None:
            sentence = f"Share of the footage cut beyond {HANDLE_S:.0f} seconds from the student; at most "
            sentence += f"{PASS_OUTSIDE_SHARE:.0%} pass."
            good = outside <= PASS_OUTSIDE_SHARE + SLACK
            yield make_part("outside_share", write_share(outside, PASS_OUTSIDE_SHARE), sentence, good=good)
        if (others_s := values.get("others_s")) is not None:
            sentence = "Seconds of exported footage that show other people without the student."
            yield make_part("others_s", f"{others_s:.0f} s", sentence, good=None)
        noted, sentence = "not noted", "Why it is exported, who asked for it or where it goes was not noted."
        if values.get("custody_complete"):
            noted, sentence = "noted", "You noted why it is exported, who asked for it and where it goes."
        yield make_part("custody_complete", noted, sentence, good=noted == "noted")

    def write_verdict(self, score: Judged, task: Task) -> str:
        share, iou, outside = (score.card.values.get(key) for key in ("cut_share", "mean_iou", "outside_share"))
        matched, without = write_share(iou or 0.0, PASS_MEAN_IOU), None
        if outside is not None:
            footage = f"{write_share(outside, PASS_OUTSIDE_SHARE)} footage without the student"
            without = f"included {footage} (goal: at most {PASS_OUTSIDE_SHARE:.0%})"
        failures = {
            "cut_share": f"clipped {write_share(share or 0.0, 1.0)} of the appearances (goal: all)",
            "mean_iou": f"matched {matched} (goal: {PASS_MEAN_IOU:.0%})",
            "outside_share": without,
            "few_surplus_clips": f"made {round(read_number(score.card.values.get('surplus_clips')))} extra clips",
            "custody_complete": "left questions unanswered",
        }
        right = "Correct. Every appearance is clipped, little else is, and the export is documented."
        return write_missing(score.card, failures) or right

    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        values = score.card.values
        if values.get("cut_share") != 1.0:
            yield Advice("First find all appearances, then clip each.")
        if values.get("surplus_clips"):
            yield Advice("Cut one clip for each appearance, and remove the others.")
        if values.get("outside_share"):
            yield Advice("End a clip when the student has left: what follows shows others.")
        if values.get("custody_complete") is False:
            yield Advice("Fill in why, for whom, and where to: without it a clip proves little.")

    def tell_moment(self, facts: MomentFacts, moment: ClipMoment | FieldsMoment) -> MomentText:
        if isinstance(moment, ClipMoment):
            return _tell_clip(facts, moment)
        labels = [field.label for field in facts.form.fields if field.key in moment.missing]
        return MomentText(title="the export is not fully documented", text=f"Not answered: {' '.join(labels)}")

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        choices = {field.key: field.options[0].value for field in CUSTODY_FIELDS}
        return Answer(clips=self.make_case(task, Answer(), index).appearances, choices=choices)

    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        perfect = self.answer_perfectly(task, index)
        if not perfect.clips:
            return
        first, *rest = perfect.clips
        yield Flaw("an appearance not cut", replace(perfect, clips=tuple(rest)), {"mean_iou", "cut_share"})
        short = replace(first, to_s=first.from_s + 0.4 * (first.to_s - first.from_s))
        yield Flaw("a clip cut short", replace(perfect, clips=(short, *rest)), {"mean_iou", "cut_share"})
        for stranger in self.make_case(task, Answer(), index).others[:1]:
            answer = replace(perfect, clips=(*perfect.clips, stranger))
            yield Flaw("someone else cut out", answer, {"surplus_clips", "others_s", "outside_share"})
        choices = dict(list(perfect.choices.items())[1:])
        yield Flaw("custody not noted", replace(perfect, choices=choices), {"custody_complete"})

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Cut out the person leg by leg, and note custody.

        `miss_share`: a leg is not cut. `follow_share`: somebody near is cut out instead. `place_share`: a clip is cut
        with the right ends, else it ends too early; and each field of custody is filled in, else left empty.
        """
        rng, skill = user.rng, user.skill
        window = cut_window(index, task.window_s)
        for leg in window.find_target(task.person):
            user.stray(index.camera_ids, window, around_s=float(window.first_s[leg]))
            if rng.random() < skill.miss_share:
                continue
            other = (
                pick_other(window, leg, task.person, look_alikes, rng) if rng.random() < skill.follow_share else None
            )
            number = leg if other is None else other
            from_s, to_s = float(window.first_s[number]), float(window.last_s[number])
            if rng.random() >= skill.place_share:
                to_s = from_s + (to_s - from_s) * float(rng.uniform(LEAST_KEPT, MOST_KEPT))
            if from_s < to_s:
                user.cut(Clip(camera_id=index.appearances[number].camera_id, from_s=from_s, to_s=to_s))
        for field in CUSTODY_FIELDS:
            if rng.random() < skill.place_share:
                user.choose(field.key, field.options[0].value)
        user.submit()


def _tell_clip(facts: MomentFacts, moment: ClipMoment) -> MomentText:
    true_s, cut_s = moment.true_s, moment.cut_s
    cut = "" if cut_s is None else f"{facts.write_clock(cut_s[0])} to {facts.write_clock(cut_s[1])}"
    if true_s is None or moment.kind is MomentKind.SURPLUS:
        why = "The student is not in it."
        if true_s is not None:
            why = "Another clip fits this appearance better."
        elif any(scene.boxes for scene in moment.scenes):
            why = "The student can hardly be seen in it."
        return MomentText(title="an extra clip", text=join_sentences(cut and f"You cut {cut}.", why))
    begins, ends = (facts.write_clock(t_s) for t_s in true_s)
    right = f"The student comes into view at {begins} and leaves it at {ends}."
    if cut_s is None:
        return MomentText(title="this appearance was not cut out", text=right)
    if moment.kind is MomentKind.NOT_CUT:
        over = f"Your clip {cut} runs over it, and belongs to another appearance."
        return MomentText(title="this appearance has no clip of its own", text=join_sentences(over, right))
    said = []
    for verb, off_s in (("begins", cut_s[0] - true_s[0]), ("ends", cut_s[1] - true_s[1])):
        if abs(off_s) >= SAME_S:
            said.append(f"{verb} {abs(off_s):.0f} s too {'late' if off_s > 0 else 'early'}")
    title = f"the clip {' and '.join(said)}" if said else "the clip fits badly"
    return MomentText(title=title, text=f"You cut {cut}. {right}")
