"""Interruptions of a drill: how many calls were answered, how fast, and how soon the search went on.

They are measured only where a drill is given with interruptions, and play no part in the pass rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.scoring.case import MarkOutcome, TraceCase
from sim.scoring.score_card import Better, metric
from sim.truth.appearance import is_countable
from sim.truth.index import TruthIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedCall:
    """One call that came; drill times in seconds since release."""

    call_id: str
    came_s: float  # when it came on screen
    ended_s: float | None  # when it was answered or rang off; None where the drill ended before
    value: str | None  # the reply; None where there was none
    is_right: bool  # the reply is the right one
    # the first searching action after `ended_s`, see docs/scoring.md; None where there was none
    resumed_s: float | None

    @property
    def answer_s(self) -> float | None:
        """Seconds from the call to its answer; None without an answer."""
        return None if self.value is None or self.ended_s is None else self.ended_s - self.came_s

    @property
    def recovery_s(self) -> float | None:
        """Seconds from the call's end to the search going on; None where it did not."""
        return None if self.resumed_s is None or self.ended_s is None else self.resumed_s - self.ended_s


Calls = Sequence[TimedCall]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


@metric("calls", "calls", version=1, unit="rows", better=Better.NEITHER, needs_log=True)
def count_calls(calls: Calls) -> int:
    """Return how many calls came before the hand-in."""
    return len(calls)


@metric("calls", "calls_answered", version=1, unit="rows", needs_log=True)
def count_answered(calls: Calls) -> int:
    """Return how many of them were answered."""
    return sum(call.value is not None for call in calls)


@metric("calls", "calls_right", "Correct calls", version=1, unit="rows", needs_log=True)
def count_right(calls: Calls) -> int:
    """Return how many were answered rightly."""
    return sum(call.is_right for call in calls)


@metric("calls", "answer_time_s", "Time to answer", version=1, unit="s", better=Better.LOWER, needs_log=True)
def compute_answer_time(calls: Calls) -> float | None:
    """Return the mean seconds from call to answer, over calls answered; None when there is none.

    Example:
        A call at 40 s answered at 46.5 s, one at 120 s that rang off: 6.5.
    """
    return _mean([seconds for call in calls if (seconds := call.answer_s) is not None])


@metric("calls", "recovery_time_s", "Back to the search", version=1, unit="s", better=Better.LOWER, needs_log=True)
def compute_recovery_time(calls: Calls) -> float | None:
    """Return the mean seconds from a call's end to the next searching action; None where there is none.

    Example:
        Calls that ended at 46.5 and 180 s, next actions at 49 and 183 s: (2.5 + 3) / 2 = 2.75.
    """
    return _mean([seconds for call in calls if (seconds := call.recovery_s) is not None])


class NextCamera(StrEnum):
    """What can be said about where the student goes.

    FIRST: nothing is found yet, and here the search begins. THERE: next. NO_MORE: the last one is marked. NOWHERE: no
    camera has the student.
    """

    FIRST = "first"
    THERE = "there"
    NO_MORE = "no-more"
    NOWHERE = "nowhere"


def find_next_camera(case: TraceCase, *, is_backwards: bool) -> tuple[NextCamera, str | None]:
    """Return the camera of the target's next appearance after the last one that is marked, for FIRST and THERE.

    The last one is the latest in site time, for a search backwards the earliest; the next one is then the one before.
    With appearances on cameras 1, 2 and 3, of which the first is marked: camera 2; with none marked, camera 1.
    """
    legs = tuple(reversed(case.legs)) if is_backwards else case.legs
    if not legs:
        return NextCamera.NOWHERE, None
    place = max((legs.index(number) for number in case.claims.target), default=-1)
    if place + 1 == len(legs):
        return NextCamera.NO_MORE, None
    (camera_id,) = case.find_cameras([legs[place + 1]])
    return NextCamera.FIRST if place < 0 else NextCamera.THERE, camera_id


def check_still_there(case: TraceCase, *, camera_id: str | None, t_s: float) -> tuple[bool, bool | None]:
    """Return whether the target can be seen on a camera at a moment, and whether the answer's last mark is right.

    Nobody is in the picture before a camera is chosen. Seen is what belongs to an appearance: a quarter visible and
    24 px high of 540 lines. A mark on the target outside every appearance is right too; without a mark that is None.

    Raises:
        TaskError: the recording has no such camera.
    """
    outcomes = case.claims.outcome
    is_right = bool(outcomes[-1] in (MarkOutcome.TARGET, MarkOutcome.IGNORED)) if len(outcomes) else None
    return camera_id is not None and _is_seen(case.index, case.target, camera_id, t_s), is_right


def _is_seen(index: TruthIndex, person_id: str, camera_id: str, t_s: float) -> bool:
    key = index.get_camera_code(camera_id) * index.stride + int(np.floor(t_s * index.table.fps + 0.5))
    rows = index.frame_rows
    here = slice(np.searchsorted(rows.key, key, side="left"), np.searchsorted(rows.key, key, side="right"))
    is_own = rows.person[here] == index.get_person_code(person_id)
    box, row = rows.box_xyxy[here][is_own], rows.table_row[here][is_own]
    visible = index.table.rows["visible"].to_numpy(dtype=np.float64)[row]
    return bool(is_countable(visible, box[:, 3] - box[:, 1], lines=index.table.picture_wh[camera_id][1]).any())


@metric("hints", "hints", version=1, unit="rows", better=Better.LOWER, needs_log=True)
def count_hints(names: Sequence[str]) -> int:
    """Return how many hints were given."""
    return len(names)
