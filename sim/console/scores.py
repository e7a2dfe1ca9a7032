"""An attempt that has ended: its score, computed from its stored log, what was unusual about it, and its replay."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sim.app.score import AttemptScore, score_attempt
from sim.app.wiring import App
from sim.attempt.arrivals import sum_unheard_s
from sim.attempt.attempt import ENDED, UNSCORED, AttemptState, Mode, tick
from sim.attempt.events import Event, EventKind, Open
from sim.attempt.options import DrillOption
from sim.attempt.replay import list_given, order_events
from sim.console.console_data import ConsoleView, list_right_replies, make_console_data
from sim.console.footage_access import is_shut, make_links
from sim.console.intake import clamp_events
from sim.console.questions import count_unsent
from sim.db.attempts import AttemptRow, SilenceRow, StoredEvent, TabRow
from sim.db.store import Transaction
from sim.errors import AttemptError, SimError
from sim.expert.hands import Caption
from sim.ledger.record import note_result
from sim.scoring.score_card import ScoreCard, list_metrics

SCORED = frozenset({AttemptState.SUBMITTED, AttemptState.TIMED_OUT})


def compute_score(app: App, row: AttemptRow) -> AttemptScore:
    """Score an ended attempt from its log. Raises AttemptError: not ended, other truth; TaskError, RecordingError."""
    timing = row.timing
    if timing.state not in SCORED or timing.used_s is None:
        raise AttemptError(
            f"there is no result: the attempt is {timing.state.replace('_', ' ')}",
            expected="an attempt that was submitted or ran out of time",
            todo="finish the drill first",
        )
    if row.mode is Mode.FAMILIARIZATION:
        raise AttemptError(
            "there is no result: getting to know the console is not scored",
            expected="a practice drill or an assessment",
            todo="do a practice drill",
        )
    if row.mode is Mode.TEAM_EXERCISE:
        raise AttemptError(
            "there is no result of one person: this was a team exercise",
            expected="a drill done alone",
            todo="open the team's debrief by the link of the drill",
        )
    check_truth(app, row)
    with app.store.read() as work:
        log = work.events.list_all(timing.attempt_id)
    form = app.catalog.get_form(row.form_id).form
    score = score_attempt(
        form.task,
        app.catalog.get_truth(row.recording_id, form.cameras),
        clamp_events(log),
        used_s=timing.used_s,
        finished=timing.state is AttemptState.SUBMITTED,
        limit_s=timing.limit_s,
        right_replies=list_right_replies(app, row),
    )
    if DrillOption.HINTS not in row.options:
        return score
    hints = [hint.name or "" for hint in list_given(stored.event for stored in log)]
    return replace(score, card=score.card.add(list_metrics("hints"), hints))


def check_truth(app: App, row: AttemptRow) -> None:
    if not app.catalog.has_recording(row.recording_id):
        raise AttemptError(
            f"the recording {row.recording_id} of this drill is not on this computer, so there is no debrief; its "
            "stored score stays",
            todo="copy the recording's folder into `recordings` of the data folder, and its form file into `forms` "
            "there. A version of Sightline that came with it has them in `sample_footage` and `scenarios/forms`",
        )
    if app.catalog.get_truth_sha256(row.recording_id) != row.truth_sha256:
        raise AttemptError(
            f"the recording {row.recording_id} was rebuilt since this attempt",
            expected="the recording it was made on",
            todo="restore that recording to see this debrief; the stored score stays",
        )


def settle_row(app: App, row: AttemptRow) -> AttemptRow:
    """Return an attempt as it is now, scored; one whose drill or recording is gone waits, and no other with it."""
    is_done = row.timing.state in ENDED and row.timing.sealed
    if is_done and (row.score_json is not None or not _is_to_score(row)):
        return row
    try:
        return settle(app, row.timing.attempt_id)
    except SimError:
        return bring_up(app, row.timing.attempt_id)


def _is_to_score(row: AttemptRow) -> bool:
    return row.mode not in UNSCORED and row.timing.state in SCORED


def settle(app: App, attempt_id: str, *, score: AttemptScore | None = None) -> AttemptRow:
    """Bring an attempt up to now; keep its score once ended, `score` if just computed. Raises as `compute_score`."""
    app = app.unrestricted(AttemptRow, attempt_id)
    row = bring_up(app, attempt_id)
    if row.score_json is not None or not _is_to_score(row):
        return row
    return _keep(app, row, score or compute_score(app, row))


def settle_all(app: App) -> dict[str, SimError]:
    """Bring every open attempt up to now, in one server process; return why some wait, by id. Raises StoreError."""
    app = app.unrestricted()
    failures: dict[str, SimError] = {}
    with app.store.hold("settle", waits=False) as is_ours:
        if not is_ours:
            return failures
        now = app.clock.read()
        with app.store.read() as work:
            rows = work.attempts.find_all(work.attempts.list_unsettled())
        # of those that go on running there is nothing to keep, and they are the most
        waiting = [each for each, row in rows.items() if tick(row.timing, now).state is not AttemptState.RUNNING]
        for attempt_id in waiting:
            try:
                settle(app, attempt_id)
            except SimError as error:
                failures[attempt_id] = error
    return failures


def bring_up(app: App, attempt_id: str) -> AttemptRow:
    """Return an attempt as it is now; of a running one, which may be another process's, nothing is written."""
    app = app.unrestricted(AttemptRow, attempt_id)
    now = app.clock.read()
    with app.store.read() as work:
        before = work.attempts.get(attempt_id)
    row = replace(before, timing=tick(before.timing, now))
    if row == before or row.timing.state is AttemptState.RUNNING:
        return row
    with app.store.write() as work:
        before = work.attempts.get(attempt_id)
        row = replace(before, timing=tick(before.timing, now))
        if row != before:
            work.save_row(row)
    return row


def write_score(card: ScoreCard) -> str:
    return json.dumps(card.as_data(), sort_keys=True, allow_nan=False)


def _count_mark_tabs(work: Transaction, attempt_id: str) -> int:
    """Return from how many tabs at once marks came, devices added up; a page loaded again is the same tab."""
    is_mark = (StoredEvent.attempt_id == attempt_id, StoredEvent.counted, StoredEvent.kind == EventKind.MARK)
    columns = (StoredEvent.tab_id, StoredEvent.t_client_ms)
    spans: dict[str, list[float]] = {}
    for tab_id, ms in work.list_columns(columns, *is_mark, order_by=(StoredEvent.t_client_ms,)):
        spans.setdefault(tab_id, []).append(ms)
    tabs: dict[object, list[float]] = {}  # of each device the time until which each of its tabs was used
    for tab_id, times_ms in spans.items():
        is_opening = (StoredEvent.tab_id == tab_id, StoredEvent.kind == EventKind.OPEN)
        opened = (each.event.act for each in work.events.list_all(attempt_id, *is_opening))
        device = next(((act.screen, act.touch) for act in opened if isinstance(act, Open)), None)
        until_ms = tabs.setdefault(device, [])
        left = next((n for n, ms in enumerate(until_ms) if ms < times_ms[0]), len(until_ms))
        until_ms[left : left + 1] = [times_ms[-1]]
    return sum(map(len, tabs.values()))


def _keep(app: App, row: AttemptRow, score: AttemptScore) -> AttemptRow:
    marks, opened = score.replay.answer.marks, {opening.camera_id for opening in score.replay.log.openings}
    unsent = count_unsent(app, row, marks)
    with app.store.write() as work:
        silences = [each.silence for each in work.list_rows(SilenceRow, SilenceRow.attempt_id == row.timing.attempt_id)]
        tabs = work.list_rows(TabRow, TabRow.attempt_id == row.timing.attempt_id)
        heard = [row.timing.pauses.to_drill_s(tab.heard.heard_s) for tab in tabs if tab.heard is not None]
        scored = replace(
            row,
            stall_s=score.stall_s,
            unheard_s=sum_unheard_s(
                silences, heard_s=max(heard, default=None), used_s=score.replay.log.used_s, away=score.replay.log.away
            ),
            late_events=sum(silence.late for silence in silences),
            mark_tabs=_count_mark_tabs(work, row.timing.attempt_id),
            unopened_marks=sum(mark.camera_id not in opened for mark in marks),
            unsent_marks=unsent,
            score_json=write_score(score.card),
            metric_versions=json.dumps(dict(score.card.versions), sort_keys=True),
        )
        if work.attempts.get(row.timing.attempt_id) == row:
            work.save_row(scored)
            note_result(work, scored, at=app.clock.read().wall, title=app.catalog.get_form(row.form_id).form.title)
    return scored


@dataclass(frozen=True, slots=True, kw_only=True)
class BackLink:
    query: str
    label: str
    is_next: bool = False


def get_replay(app: App, attempt_id: str) -> ConsoleView:
    """Return what the console draws, as for a running attempt, with the log beside it under `replay`.

    `replay` holds used_ms, limit_ms, captions (none), back {href, label, is_next}, and events [{t_ms, kind, payload}]:
    those that count, in order, t_ms since release.

    Raises:
        AttemptError: unknown, without a result, or others are still measured on its footage.
        TaskError, RecordingError: the form or the recording is not to be had.
    """
    row = open_replay(app, attempt_id)
    with app.store.read() as work:
        log = work.events.list_all(attempt_id)
    return make_replay(app, row, clamp_events(log), used_ms=(row.timing.used_s or 0.0) * 1000.0)


def open_replay(app: App, attempt_id: str) -> AttemptRow:
    row = settle(app, attempt_id)
    timing = row.timing
    if timing.state not in SCORED or timing.used_s is None:
        raise AttemptError(
            f"the search cannot be watched again: the attempt is {timing.state.replace('_', ' ')}",
            expected="an attempt that was submitted or whose time was up",
            todo="finish the drill first",
        )
    with app.store.read() as work:
        if is_shut(app, work, row.recording_id):
            raise AttemptError(
                "the search cannot be watched again yet: others are still measured on this footage",
                todo="look at the debrief; the search opens when the program is closed",
            )
    return row


def make_replay(
    app: App,
    row: AttemptRow,
    events: Sequence[Event],
    *,
    used_ms: float,
    captions: Sequence[Caption] = (),
    back: BackLink | None = None,
) -> ConsoleView:
    back = back or BackLink(query=urlencode({"attempt": row.timing.attempt_id}), label="Back to debrief")
    replay = {
        "events": [
            {"t_ms": event.t_client_ms, "kind": event.kind.value, "payload": dict(event.payload)}
            for event in order_events(events)
            if event.t_client_ms <= used_ms
        ],
        "used_ms": used_ms,
        "limit_ms": row.timing.limit_s * 1000.0,
        "captions": [{"t_ms": caption.at_s * 1000.0, "text": caption.text} for caption in captions],
        "ghost": None,
        "back": {"href": f"?{back.query}", "label": back.label, "is_next": back.is_next},
    }
    data = {**make_console_data(app, row, make_links(app, row)), "replay": replay}
    return ConsoleView(attempt_id=row.timing.attempt_id, state=row.timing.state.value, data=data)
