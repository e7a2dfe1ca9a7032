"""Evidence cut out of the footage: one clip for each appearance of a person, and what custody asks to be noted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.scoring.clip_match import (
    Pair,
    check_clips,
    match_clips,
    shares_time,
    sum_inside_s,
    sum_outside_s,
    sum_strangers_s,
)
from sim.scoring.evidence import Answer, Clip, SearchLog
from sim.scoring.mark import check_marks
from sim.scoring.metric import SLACK, Better, divide, metric
from sim.scoring.time_budget import list_stretches
from sim.scoring.use_metrics import Span
from sim.tasks.common.task import Field, FieldKind, Option
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, cut_window

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
