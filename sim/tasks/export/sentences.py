"""The result of an export task in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.scoring.clip_match import Stretch, compute_iou, shares_time
from sim.scoring.footage_use import Span
from sim.scoring.judged import Judged, PartView
from sim.scoring.moments import Boxed, BoxRole, Moment, MomentKind, Scene, sort_moments
from sim.scoring.person_in_frame import find_frame, find_in_frame
from sim.tasks.common.base import Task
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    advise_next,
    join_sentences,
    list_time_parts,
    make_part,
    write_missing,
    write_share,
)
from sim.tasks.export.judge import LEAST_IOU, PASS_MEAN_IOU, PASS_OUTSIDE_SHARE, SLACK, ExportCase
from sim.truth.index import TruthIndex

ENDS_OFF_S = 2.0
"""A clip whose in or out is off by more is told, though it agrees well enough to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipMoment(Moment):
    """A clip beside the appearance it should be of: spans of site time, None where there is none.

    Of a clip too many `true_s` is an appearance that it overlaps; of an appearance without a clip `cut_s` is one that
    overlaps it and belongs to another.
    """

    camera_id: str
    true_s: Span | None
    cut_s: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsMoment(Moment):
    """Things to note that were not noted, by their keys."""

    missing: tuple[str, ...]


def find_clip_moments(index: TruthIndex, case: ExportCase, *, target: str) -> tuple[Moment, ...]:
    """Return every appearance without a clip or with one whose ends are off, clips too many, and gaps in custody."""
    pairs = {pair.appearance: pair for pair in case.pairs}
    moments: list[Moment] = []
    for number, true in enumerate(case.appearances):
        pair = pairs.get(number)
        cut = None if pair is None else case.clips[pair.clip]
        if cut is None or pair is None or pair.iou < LEAST_IOU - SLACK or _measure_off_s(true, cut) > ENDS_OFF_S:
            moments.append(_describe_ends(index, case, true, cut, target=target))
    used = {pair.clip for pair in case.pairs}
    spare = [
        whole
        for number, (clip, whole) in enumerate(zip(case.clips, case.exported, strict=True))
        if number not in used and not _shows_glimpse(case, clip)
    ]
    moments.extend(_describe_spare(index, case, clip, target=target) for clip in spare)
    missing = tuple(key for key, values in case.custody.items() if case.choices.get(key) not in values)
    if missing:
        moments.append(FieldsMoment(kind=MomentKind.CUSTODY, t_s=None, missing=missing))
    return sort_moments(moments)


def _shows_glimpse(case: ExportCase, clip: Stretch) -> bool:
    """Return whether a clip is of a glimpse: nobody need cut it, and it is not too many either."""
    return any(shares_time(clip, glimpse) for glimpse in case.glimpses)


def _measure_off_s(true: Stretch, cut: Stretch) -> float:
    return max(abs(true.span_s[0] - cut.span_s[0]), abs(true.span_s[1] - cut.span_s[1]))


def _describe_ends(
    index: TruthIndex, case: ExportCase, true: Stretch, cut: Stretch | None, *, target: str
) -> ClipMoment:
    over = cut or next((clip for clip in case.clips if shares_time(clip, true)), None)
    return ClipMoment(
        kind=MomentKind.NOT_CUT if cut is None else MomentKind.BAD_ENDS,
        t_s=true.span_s[0],
        scenes=tuple(_make_scene(index, true.camera_id, t_s, target=target) for t_s in true.span_s),
        camera_id=true.camera_id,
        true_s=true.span_s,
        cut_s=None if over is None else over.span_s,
    )


def _describe_spare(index: TruthIndex, case: ExportCase, clip: Stretch, *, target: str) -> ClipMoment:
    same = [each.span_s for each in case.appearances if each.camera_id == clip.camera_id]
    overlapped = next((span for span in same if compute_iou(span, clip.span_s) > 0), None)
    return ClipMoment(
        kind=MomentKind.SURPLUS,
        t_s=clip.span_s[0],
        scenes=(_make_scene(index, clip.camera_id, sum(clip.span_s) / 2, target=target),),
        camera_id=clip.camera_id,
        true_s=overlapped,
        cut_s=clip.span_s,
    )


def _make_scene(index: TruthIndex, camera_id: str, t_s: float, *, target: str) -> Scene:
    frame = find_frame(index, t_s)
    sighting = find_in_frame(index, target, camera_id=camera_id, frame=frame)
    boxes = () if sighting is None else (Boxed(role=BoxRole.STUDENT, box_xyxy=sighting.box_xyxy),)
    return Scene(camera_id=camera_id, frame=frame, boxes=boxes)


_MISSING = {
    "custody_complete": "left questions about the export unanswered",
}

SAME_S = 0.5


class ExportWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        right = "Correct. Every appearance is clipped, little else is, and the export is documented."
        return write_missing(score.card, {**_list_failures(score), **_MISSING}) or right

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        values = score.card.values
        advice: list[Advice] = []
        if values.get("cut_share") != 1.0:
            advice.append(Advice("Find all appearances first, then step frame by frame to where each begins and ends."))
        if values.get("surplus_clips"):
            advice.append(Advice("Cut one clip for each appearance, and take away those that you no longer need."))
        if values.get("others_s"):
            advice.append(
                Advice("End a clip when the student has left: what follows shows people who are not part of it.")
            )
        if values.get("custody_complete") is False:
            advice.append(
                Advice("Fill in why, for whom and where to before you submit: without it a clip proves little.")
            )
        return tuple(advice[:2]) or advise_next(score.card, Advice("Try a student with more appearances."))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        match moment:
            case ClipMoment():
                return tell_clip(facts, moment)
            case FieldsMoment():
                return tell_fields(facts, moment)
            case _:
                return tell_search_moment(facts, moment)


EXPORT_WORDS = ExportWords()


def _list_failures(score: Judged) -> dict[str, str | None]:
    share, iou, outside = (score.card.values.get(key) for key in ("cut_share", "mean_iou", "outside_share"))
    beside = None if outside is None else write_share(outside, PASS_OUTSIDE_SHARE)
    outside_words = beside and f"{beside} footage without the student"
    return {
        "cut_share": f"clipped {write_share(share or 0.0, 1.0)} of the appearances well (goal: all)",
        "mean_iou": f"matched them by {write_share(iou or 0.0, PASS_MEAN_IOU)} on average (goal: {PASS_MEAN_IOU:.0%})",
        "outside_share": outside_words and f"included {outside_words} (goal: at most {PASS_OUTSIDE_SHARE:.0%})",
    }


def _list_parts(score: Judged) -> Iterator[PartView]:
    card = score.card
    values = card.values
    if (share := values.get("cut_share")) is not None:
        sentence = f"Share of the appearances with a clip that agrees with them by {LEAST_IOU:.0%} or more."
        yield make_part("cut_share", "Appearances cut out", write_share(share, 1.0), sentence, good=share == 1.0)
    if (iou := values.get("mean_iou")) is not None:
        sentence = "How well in and out agree with the appearances, on average; one without a clip counts as 0%."
        is_exact = iou >= PASS_MEAN_IOU - SLACK
        yield make_part("mean_iou", "In and out", write_share(iou, PASS_MEAN_IOU), sentence, good=is_exact)
    if (surplus := values.get("surplus_clips")) is not None:
        sentence = "Clips that belong to no appearance of the student, or to one that has its clip already."
        good = False if surplus else None if values.get("cut_share") == 0 else True
        yield make_part("surplus_clips", "Extra clips", str(surplus), sentence, good=good)
    if (outside := values.get("outside_share")) is not None:
        sentence = f"Share of the footage cut that is without the student; at most {PASS_OUTSIDE_SHARE:.0%} pass."
        good = outside <= PASS_OUTSIDE_SHARE + SLACK
        yield make_part(
            "outside_share",
            "Footage without the student",
            write_share(outside, PASS_OUTSIDE_SHARE),
            sentence,
            good=good,
        )
    if (others_s := values.get("others_s")) is not None:
        sentence = "Seconds of exported footage that show other people without the student."
        yield make_part("others_s", "Footage of others", f"{others_s:.0f} s", sentence, good=None)
    noted = bool(values.get("custody_complete"))
    sentence = (
        "You noted why it is exported, who asked for it and where it goes."
        if noted
        else "Why it is exported, who asked for it or where it goes was not noted."
    )
    yield make_part("custody_complete", "Custody", "noted" if noted else "not noted", sentence, good=noted)
    yield from list_time_parts(card)


def tell_clip(facts: MomentFacts, moment: ClipMoment) -> MomentText:
    """Return an appearance without a clip, a clip with wrong ends, or one too many."""
    if moment.true_s is None or moment.kind is MomentKind.SURPLUS:
        cut = "" if moment.cut_s is None else f"You cut {_write_span(facts, moment.cut_s)}."
        is_seen = any(scene.boxes for scene in moment.scenes)
        without = "The student can hardly be seen in it." if is_seen else "The student is not in it."
        why = without if moment.true_s is None else "Another clip fits this appearance better."
        return MomentText(title="an extra clip", text=join_sentences(cut, why))
    right = f"The student comes into view at {facts.write_clock(moment.true_s[0])} and leaves it at "
    right += f"{facts.write_clock(moment.true_s[1])}."
    if moment.cut_s is None:
        return MomentText(title="this appearance was not cut out", text=right)
    if moment.kind is MomentKind.NOT_CUT:
        over = f"Your clip {_write_span(facts, moment.cut_s)} runs over it, and belongs to another appearance."
        return MomentText(title="this appearance has no clip of its own", text=join_sentences(over, right))
    return MomentText(
        title=_name_ends(moment.true_s, moment.cut_s),
        text=f"You cut {_write_span(facts, moment.cut_s)}. {right}",
    )


def tell_fields(facts: MomentFacts, moment: FieldsMoment) -> MomentText:
    labels = [field.label for field in facts.form.fields if field.key in moment.missing]
    return MomentText(title="the export is not fully documented", text=f"Not answered: {' '.join(labels)}")


def _name_ends(true_s: Span, cut_s: Span) -> str:
    """Return what is wrong with a clip's ends in a few words: "the clip ends 4 s too early"."""
    said = []
    for verb, off_s in (("begins", cut_s[0] - true_s[0]), ("ends", cut_s[1] - true_s[1])):
        if abs(off_s) >= SAME_S:
            said.append(f"{verb} {abs(off_s):.0f} s too {'late' if off_s > 0 else 'early'}")
    return f"the clip {' and '.join(said)}" if said else "the clip fits badly"


def _write_span(facts: MomentFacts, span_s: Span) -> str:
    return f"{facts.write_clock(span_s[0])} to {facts.write_clock(span_s[1])}"
