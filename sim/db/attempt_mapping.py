"""Attempts as rows of the table, and back."""

import json
from datetime import datetime

from sqlalchemy.engine import RowMapping

from sim.db import tables
from sim.db.rows import AttemptRow
from sim.drill.arrivals import Pause
from sim.drill.attempt import Attempt, AttemptState, ElapsedMark, Mode, Phase
from sim.drill.device import Device
from sim.drill.instant import Instant
from sim.drill.options import read_options, write_options
from sim.drill.profile import ProfileName

_ATTEMPT = tables.attempt.c
NO_PAUSES = "[]"
MARK = ("mark_wall", "mark_steady_s", "mark_epoch", "mark_elapsed_s")


def to_values(row: AttemptRow) -> dict[str, object]:
    timing = row.timing
    return {
        "attempt_id": timing.attempt_id,
        "person_id": row.person_id,
        "form_id": row.form_id,
        "form_version": row.form_version,
        "recording_id": row.recording_id,
        "truth_sha256": row.truth_sha256,
        "mode": row.mode.value,
        "phase": row.phase.value if row.phase else None,
        "profile": row.profile.value,
        "options": write_options(row.options),
        "is_demo": row.is_demo,
        "state": timing.state.value,
        "limit_s": timing.limit_s,
        "created_at": timing.created_at,
        "briefed_at": timing.briefed_at,
        "released_at": timing.released_at,
        "ended_at": timing.ended_at,
        **to_mark_values(timing.mark),
        "used_s": timing.used_s,
        "sealed": timing.sealed,
        "paused_at": timing.paused_at,
        "paused_s": timing.paused_s,
        "ended_pauses": json.dumps([[each.at_s, each.stood_s] for each in timing.ended_pauses]),
        "leader_tab": row.leader_tab,
        "score_json": row.score_json,
        "metric_versions": row.metric_versions,
        "stall_s": row.stall_s,
        "step_id": row.step_id,
        "extra_time": row.extra_time,
        "device": row.device.value if row.device else None,
        "unheard_s": row.unheard_s,
        "late_events": row.late_events,
        "mark_tabs": row.mark_tabs,
        "known_by": row.known_by,
        "paused_actions": row.paused_actions,
        **_read_measures(row.score_json),
    }


def to_mark_values(mark: ElapsedMark | None) -> dict[str, object]:
    """Return the latest known elapsed time as the values of its columns, `MARK`."""
    if mark is None:
        return dict.fromkeys(MARK)
    return dict(zip(MARK, (mark.at.wall, mark.at.steady_s, mark.at.epoch, mark.elapsed_s), strict=True))


def _read_measures(score_json: str | None) -> dict[str, object]:
    score = json.loads(score_json) if score_json is not None else {}
    return {name: score.get(name) for name in MEASURES}


def to_row(found: RowMapping) -> AttemptRow:
    timing = Attempt(
        attempt_id=found[_ATTEMPT.attempt_id],
        state=AttemptState(found[_ATTEMPT.state]),
        limit_s=found[_ATTEMPT.limit_s],
        created_at=found[_ATTEMPT.created_at],
        briefed_at=found[_ATTEMPT.briefed_at],
        released_at=found[_ATTEMPT.released_at],
        ended_at=found[_ATTEMPT.ended_at],
        mark=_to_mark(
            wall=found[_ATTEMPT.mark_wall],
            steady_s=found[_ATTEMPT.mark_steady_s],
            epoch=found[_ATTEMPT.mark_epoch],
            elapsed_s=found[_ATTEMPT.mark_elapsed_s],
        ),
        used_s=found[_ATTEMPT.used_s],
        sealed=found[_ATTEMPT.sealed],
        paused_at=found[_ATTEMPT.paused_at],
        paused_s=found[_ATTEMPT.paused_s],
        ended_pauses=_read_pauses(found[_ATTEMPT.ended_pauses]),
    )
    phase = found[_ATTEMPT.phase]
    return AttemptRow(
        timing=timing,
        person_id=found[_ATTEMPT.person_id],
        form_id=found[_ATTEMPT.form_id],
        form_version=found[_ATTEMPT.form_version],
        recording_id=found[_ATTEMPT.recording_id],
        truth_sha256=found[_ATTEMPT.truth_sha256],
        mode=Mode(found[_ATTEMPT.mode]),
        phase=Phase(phase) if phase is not None else None,
        profile=ProfileName(found[_ATTEMPT.profile]),
        options=read_options(found[_ATTEMPT.options].split()),
        is_demo=found[_ATTEMPT.is_demo],
        leader_tab=found[_ATTEMPT.leader_tab],
        score_json=found[_ATTEMPT.score_json],
        metric_versions=found[_ATTEMPT.metric_versions],
        stall_s=found[_ATTEMPT.stall_s],
        step_id=found[_ATTEMPT.step_id],
        extra_time=found[_ATTEMPT.extra_time],
        device=Device(found[_ATTEMPT.device]) if found[_ATTEMPT.device] is not None else None,
        unheard_s=found[_ATTEMPT.unheard_s],
        late_events=found[_ATTEMPT.late_events],
        mark_tabs=found[_ATTEMPT.mark_tabs],
        known_by=found[_ATTEMPT.known_by],
        paused_actions=found[_ATTEMPT.paused_actions],
    )


def _read_pauses(text: str) -> tuple[Pause, ...]:
    return () if text == NO_PAUSES else tuple(Pause(at_s=at_s, stood_s=stood_s) for at_s, stood_s in json.loads(text))


def _to_mark(
    *, wall: datetime | None, steady_s: float | None, epoch: str | None, elapsed_s: float | None
) -> ElapsedMark | None:
    if wall is None or steady_s is None or epoch is None or elapsed_s is None:
        return None
    return ElapsedMark(at=Instant(wall=wall, steady_s=steady_s, epoch=epoch), elapsed_s=elapsed_s)


MEASURES = ("idf1", "appearance_recall", "appearance_precision", "wrong_person_s")
