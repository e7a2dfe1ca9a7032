"""Evidence cut out of the footage: one clip for each appearance of a person, and what custody asks to be noted."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from sim.scoring.clip_match import (
    Pair,
    Stretch,
    check_clips,
    join_as_cut,
    match_clips,
    shares_time,
    sum_cut_s,
    sum_outside_s,
    sum_strangers_s,
)
from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.footage_use import Span
from sim.scoring.mark import check_marks
from sim.scoring.metric import Better, Metric, divide
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card
from sim.tasks.common.answer_form import Field, FieldKind, Option
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, cut_window

LEAST_IOU = 0.5
"""A clip that agrees with an appearance at least this well cuts it out."""
PASS_MEAN_IOU = 0.6
PASS_OUTSIDE_SHARE = 0.25
JOINED_GAP_S = 5.0
"""Appearances of one camera this near to each other may be cut as one: the student was hidden, or just out of view."""
SLACK = 1e-9
"""Shares are compared with this slack, because frame / fps is not exact in binary: half of an appearance is 0.5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCase:
    # the target's in the window but the glimpses, each from its first row there to its last, those joined that were cut
    # as one; single rows are left out, because they last no time
    appearances: tuple[Stretch, ...]
    # the target's glimpses in the window: nobody need cut them, and anyone who does shows nobody else
    glimpses: tuple[Stretch, ...]
    seen: tuple[Stretch, ...]  # all of the target's appearances and glimpses, whole, whatever the window
    others: tuple[Stretch, ...]  # the same of everybody else
    exported: tuple[Stretch, ...]  # the clips as handed in
    clips: tuple[Stretch, ...]  # the same, each cut to the window; one wholly outside has no length
    pairs: tuple[Pair, ...]  # clips matched to appearances, see `sim.scoring.clip_match.match_clips`
    custody: Mapping[str, Collection[str]]  # what must be noted, and the values each may have
    choices: Mapping[str, str]  # what was noted
    log: SearchLog | None  # how it went, or None when only the answer is known


def make_export_case(
    index: TruthIndex,
    *,
    target: str,
    window_s: tuple[float, float],
    custody: Mapping[str, Collection[str]],
    answer: Answer,
    log: SearchLog | None = None,
) -> ExportCase:
    """Look clips up in truth."""
    window = cut_window(index, window_s)
    legs = window.find_target(target)
    check_clips(index, answer.clips)
    check_marks(index, answer.marks, window.window_s)
    whole = cut_window(index, (0.0, index.table.duration_s))
    shown = [int(n) for n in np.flatnonzero(whole.rows > 0)]
    own = [n for n in shown if index.appearances[n].person_id == target]
    strangers = [n for n in shown if index.appearances[n].person_id != target]
    exported = tuple(Stretch(camera_id=clip.camera_id, span_s=(clip.from_s, clip.to_s)) for clip in answer.clips)
    clips = tuple(replace(clip, span_s=_cut(clip.span_s, window.window_s)) for clip in exported)
    appearances = join_as_cut(tuple(_list_stretches(window, legs)), clips, gap_s=JOINED_GAP_S)
    return ExportCase(
        appearances=appearances,
        glimpses=tuple(_list_stretches(window, window.find_glimpses(target))),
        seen=tuple(_list_stretches(whole, own)),
        others=tuple(_list_stretches(whole, strangers)),
        exported=exported,
        clips=clips,
        pairs=match_clips(appearances, clips),
        custody=custody,
        choices=answer.choices,
        log=log,
    )


def compute_mean_iou(case: ExportCase) -> float | None:
    """Return the temporal IoU of each appearance with its clip, 0 without one, on average, 0..1; None without one.

    Appearances of 10 s and 8 s, the first cut 2 s too long (10/12), the second not cut: 0.4167.
    """
    return divide(sum(pair.iou for pair in case.pairs), len(case.appearances))


def compute_cut_share(case: ExportCase) -> float | None:
    """Return the share of appearances with a clip of IoU >= 0.5 - 1e-9, 0..1; None without one (above: 0.5)."""
    return divide(sum(pair.iou >= LEAST_IOU - SLACK for pair in case.pairs), len(case.appearances))


def count_surplus(case: ExportCase) -> int:
    """Return the clips matched to no appearance, but those that show a glimpse (two clips of one appearance: 1)."""
    matched = {pair.clip for pair in case.pairs}
    left = (clip for number, clip in enumerate(case.clips) if number not in matched)
    return sum(not any(shares_time(clip, glimpse) for glimpse in case.glimpses) for clip in left)


def compute_others_s(case: ExportCase) -> float:
    """Return seconds of exported footage that show somebody else and not the target.

    A clip that runs on for 5 s after the target has left, somebody else in view for 3 s of them: 3.
    """
    return sum_strangers_s(case.exported, case.seen, case.others)


def compute_outside_share(case: ExportCase) -> float | None:
    """Return the share of the seconds cut that lie outside the target's appearances, 0..1; None when nothing was cut.

    A clip of 20 s with the target in view for 15 s of it: 0.25. Clips and appearances are taken whole: what is cut
    outside the window counts too.
    """
    return divide(sum_outside_s(case.exported, case.seen), sum_cut_s(case.exported))


def judge_custody(case: ExportCase) -> bool:
    """Return whether everything that custody asks for was noted, each with one of its values."""
    return all(case.choices.get(key) in values for key, values in case.custody.items())


EXPORT_METRICS: tuple[Metric[ExportCase], ...] = (
    Metric(key="mean_iou", version=3, unit="ratio", better=Better.HIGHER, compute=compute_mean_iou),
    Metric(key="cut_share", version=3, unit="ratio", better=Better.HIGHER, compute=compute_cut_share),
    Metric(key="surplus_clips", version=3, unit="clips", better=Better.LOWER, compute=count_surplus),
    Metric(key="others_s", version=3, unit="s", better=Better.LOWER, compute=compute_others_s),
    Metric(key="outside_share", version=2, unit="ratio", better=Better.LOWER, compute=compute_outside_share),
    Metric(key="custody_complete", version=1, better=Better.HIGHER, compute=judge_custody),
    COMPLETION,
    FINISHED,
)


def make_export_card(case: ExportCase) -> ScoreCard:
    """Compute every metric that the case allows.

    Passed: every appearance with IoU >= 0.5, mean IoU >= 0.6, at most 25 % of the seconds cut outside the target's
    appearances, custody complete, inside the limit.
    """
    mean_iou, outside = compute_mean_iou(case), compute_outside_share(case)
    return make_score_card(
        case,
        EXPORT_METRICS,
        criteria=(
            Criterion(key="cut_share", met=compute_cut_share(case) == 1.0),
            Criterion(key="mean_iou", met=mean_iou is not None and mean_iou >= PASS_MEAN_IOU - SLACK),
            Criterion(key="outside_share", met=outside is not None and outside <= PASS_OUTSIDE_SHARE + SLACK),
            Criterion(key="custody_complete", met=judge_custody(case)),
        ),
    )


def _list_stretches(window: TruthWindow, numbers: Collection[int]) -> Iterator[Stretch]:
    for n in numbers:
        span_s = (float(window.first_s[n]), float(window.last_s[n]))
        if span_s[0] < span_s[1]:
            yield Stretch(camera_id=window.index.appearances[n].camera_id, span_s=span_s)


def _cut(span_s: Span, window_s: Span) -> Span:
    low, high = max(span_s[0], window_s[0]), min(span_s[1], window_s[1])
    return (low, max(low, high))


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
CUSTODY: Mapping[str, frozenset[str]] = MappingProxyType(
    {field.key: frozenset(option.value for option in field.options) for field in CUSTODY_FIELDS}
)
"""The values that each field may have."""
