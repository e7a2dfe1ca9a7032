"""Evidence cut out of the footage: one clip for each appearance of a person, and what custody asks to be noted."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.scoring.clip_match import Pair, Stretch, check_clips, match_clips, sum_strangers_s
from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.fix import check_fixes
from sim.scoring.footage_use import Span
from sim.scoring.metric import Better, Metric, divide
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, cut_window

LEAST_IOU = 0.5
"""A clip that agrees with an appearance at least this well cuts it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCase:
    """Clips with the appearances they were matched to.

    Attributes:
        appearances: the target's in the window, each from its first row there to its last; single rows are left out,
            because they last no time.
        others: the same of everybody else.
        clips: as handed in, each cut to the window; one wholly outside has no length.
        pairs: clips matched to appearances, see `sim.scoring.clip_match.match_clips`.
        custody: what must be noted, and the values each may have.
        choices: what was noted.
        log: how it went, or None when only the answer is known.
    """

    appearances: tuple[Stretch, ...]
    others: tuple[Stretch, ...]
    clips: tuple[Stretch, ...]
    pairs: tuple[Pair, ...]
    custody: Mapping[str, Collection[str]]
    choices: Mapping[str, str]
    log: SearchLog | None


def make_export_case(
    index: TruthIndex,
    *,
    target: str,
    window_s: tuple[float, float],
    custody: Mapping[str, Collection[str]],
    answer: Answer,
    log: SearchLog | None = None,
) -> ExportCase:
    """Look clips up in truth.

    Raises:
        TaskError: unknown target, or a window outside the recording.
        AnswerError: a clip that is not finite, reversed, of no camera or outside the recording; a fix as in a trace.
    """
    window = cut_window(index, window_s)
    legs = window.find_target(target)
    check_clips(index, answer.clips)
    check_fixes(index, answer.fixes, window.window_s)
    appearances = tuple(_list_stretches(window, legs))
    strangers = [int(n) for n in np.flatnonzero(window.rows > 0) if index.appearances[n].person_id != target]
    clips = tuple(
        Stretch(camera_id=clip.camera_id, span_s=_cut((clip.from_s, clip.to_s), window.window_s))
        for clip in answer.clips
    )
    return ExportCase(
        appearances=appearances,
        others=tuple(_list_stretches(window, strangers)),
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
    """Return the share of appearances with a clip of IoU >= 0.5, 0..1; None without one (above: 0.5)."""
    return divide(sum(pair.iou >= LEAST_IOU for pair in case.pairs), len(case.appearances))


def count_surplus(case: ExportCase) -> int:
    """Return the clips that are matched to no appearance (two clips of one appearance: 1)."""
    return len(case.clips) - len(case.pairs)


def compute_others_s(case: ExportCase) -> float:
    """Return seconds of exported footage that show somebody else and not the target.

    A clip that runs on for 5 s after the target has left, somebody else in view for 3 s of them: 3.
    """
    return sum_strangers_s(case.clips, case.appearances, case.others)


def judge_custody(case: ExportCase) -> bool:
    """Return whether everything that custody asks for was noted, each with one of its values."""
    return all(case.choices.get(key) in values for key, values in case.custody.items())


EXPORT_METRICS: tuple[Metric[ExportCase], ...] = (
    Metric(key="mean_iou", version=1, unit="ratio", better=Better.HIGHER, needs_log=False, compute=compute_mean_iou),
    Metric(key="cut_share", version=1, unit="ratio", better=Better.HIGHER, needs_log=False, compute=compute_cut_share),
    Metric(key="surplus_clips", version=1, unit="clips", better=Better.LOWER, needs_log=False, compute=count_surplus),
    Metric(key="others_s", version=1, unit="s", better=Better.LOWER, needs_log=False, compute=compute_others_s),
    Metric(key="custody_complete", version=1, unit="", better=Better.HIGHER, needs_log=False, compute=judge_custody),
    COMPLETION,
    FINISHED,
)


def make_export_card(case: ExportCase) -> ScoreCard:
    """Compute every metric that the case allows.

    Passed: every appearance with IoU >= 0.5, no surplus clip, custody complete, inside the limit.
    """
    return make_score_card(
        case,
        EXPORT_METRICS,
        criteria=(
            Criterion(key="cut_share", met=compute_cut_share(case) == 1.0),
            Criterion(key="surplus_clips", met=count_surplus(case) == 0),
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
