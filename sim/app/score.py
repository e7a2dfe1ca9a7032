"""Score an answer file, or an attempt's events, against the truth of a recording."""

import json
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.attempt.events import Event, EventKind
from sim.attempt.replay import Replayed, sum_stalls_s
from sim.attempt.replay import replay as replay_events
from sim.checked import describe_first
from sim.errors import AnswerError, SimError, TaskError
from sim.footage.recording.open import Recording, load_events, load_people, load_silhouettes, load_truth, open_recording
from sim.scoring.case import make_trace_case
from sim.scoring.clip_match import find_clip_fault
from sim.scoring.evidence import Mark, SearchLog
from sim.scoring.interruption import TimedCall
from sim.scoring.mark import find_mark_fault
from sim.scoring.score_card import Judged, list_metrics
from sim.tasks import get_task_type
from sim.tasks.common.task import Marks, Task, check_start, parse_answer, parse_task_type
from sim.truth.events import make_event_table
from sim.truth.index import TruthIndex, keep_cameras, make_truth_index
from sim.truth.silhouettes import Silhouettes
from sim.truth.table import TruthTable
from sim.truth.window import check_window


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptScore(Judged):
    """An attempt, scored.

    Attributes:
        card, case, answer: see `Judged`.
        replay: its events, replayed; `replay.answer` still holds the marks that were refused.
        calls: what became of each call; () for a drill given without interruptions.
        refused: marks outside the picture, the recording or the window, which count nowhere.
        stall_s: how long playing waited for footage, seconds.
    """

    replay: Replayed
    calls: tuple[TimedCall, ...]
    refused: tuple[Mark, ...]
    stall_s: float


class _Later:
    """The silhouettes of a truth, read when somebody first asks; a failure is not kept."""

    def __init__(self, recording: Recording, truth: TruthTable) -> None:
        self._recording, self._truth = recording, truth
        self._lock = threading.Lock()
        self._read: tuple[Silhouettes | None] | None = None

    def __call__(self) -> Silhouettes | None:
        with self._lock:
            if self._read is None:
                self._read = (load_silhouettes(self._recording, self._truth),)
            return self._read[0]


def load_truth_index(recording: Recording, *, reads_silhouettes: bool = True) -> TruthIndex:
    """Read a recording's truth and lay it out; people whom no camera sees are known too.

    Silhouettes take four times as long to read as everything else, and as much memory. Without `reads_silhouettes` they
    are read when they are first asked for, which then raises what reading them raises.
    """
    people = load_people(recording)
    truth = load_truth(recording)
    return make_truth_index(
        truth,
        people_ids=frozenset(str(p) for p in people["person_id"]),
        events=make_event_table(load_events(recording)).find(),
        site=recording.site,
        silhouettes=load_silhouettes(recording, truth) if reads_silhouettes else _Later(recording, truth),
        knows_everybody=recording.manifest.staged is None,
    )


def score_attempt(
    task: Task,
    index: TruthIndex,
    events: Iterable[Event],
    *,
    used_s: float,
    finished: bool,
    limit_s: float,
    right_replies: Mapping[str, str] | None = None,
) -> AttemptScore:
    """Replay the events that count and score them; clips that may not be scored are left out, as marks are.

    The same events always give the same score. `right_replies` holds the right reply to every call of the drill; None
    for a drill given without interruptions.
    """
    events = tuple(events)
    folded = replay_events(events, used_s=used_s, finished=finished, limit_s=limit_s)
    return score_replay(task, index, folded, stall_s=sum_stalls_s(events), right_replies=right_replies)


def score_replay(
    task: Task, index: TruthIndex, folded: Replayed, *, stall_s: float, right_replies: Mapping[str, str] | None = None
) -> AttemptScore:
    """Score a replayed log; `stall_s` was waited for footage. Raises as `score_attempt`."""
    task_type = get_task_type(task.type)
    task_type.check_task(task, index)
    window_s = check_window(index, task.window_s)
    marks = folded.answer.marks
    is_refused = [find_mark_fault(index, mark, window_s) is not None for mark in marks]
    refused = tuple(compress(marks, is_refused))
    kept = tuple(mark for mark, is_out in zip(marks, is_refused, strict=True) if not is_out)
    clips = tuple(clip for clip in folded.answer.clips if find_clip_fault(index, clip) is None)
    answer = replace(folded.answer, marks=kept, clips=clips)
    card = task_type.score(task, answer, index, log=folded.log)
    calls: tuple[TimedCall, ...] = ()
    if right_replies is not None:
        calls = folded.list_calls(right_replies)
        card = card.add(list_metrics("calls"), calls)
    case = None
    if task.target is not None and task_type.make_answer_form(task).marks is Marks.PERSON:
        case = make_trace_case(index, target=task.target, window_s=window_s, answer=answer, log=folded.log)
    return AttemptScore(
        card=card, case=case, replay=folded, answer=answer, calls=calls, refused=refused, stall_s=stall_s
    )


def score_files(
    recording_folder: Path, task_path: Path, answer_path: Path, *, log_path: Path | None = None
) -> dict[str, Any]:
    task_text = _read_text(task_path, TaskError)
    task_type = get_task_type(parse_task_type(task_text, source=str(task_path)))
    task = task_type.parse_task(task_text, source=str(task_path))
    answer = parse_answer(_read_text(answer_path, AnswerError), source=str(answer_path))
    log = None if log_path is None else _read_log(log_path)
    index = keep_cameras(load_truth_index(open_recording(recording_folder)), task.cameras)
    check_start(task, index)
    task_type.check_task(task, index)
    return task_type.score(task, answer, index, log=log).as_data()


def format_score(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2, sort_keys=True, allow_nan=False)


class _LogEvent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    tab_id: str
    seq: int = Field(ge=1)
    t_client_ms: float = Field(ge=0, allow_inf_nan=False)
    kind: EventKind
    payload: dict[str, Any]


class _LogFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    used_s: float = Field(ge=0, allow_inf_nan=False)
    finished: bool
    limit_s: float = Field(gt=0, allow_inf_nan=False)
    events: tuple[_LogEvent, ...]


def _read_log(path: Path) -> SearchLog:
    try:
        file = _LogFile.model_validate_json(_read_text(path, AnswerError))
    except ValidationError as error:
        raise AnswerError(describe_first(error, source=str(path)), todo="correct the log and try again") from error
    events: list[Event] = []
    for number, each in enumerate(file.events):
        try:
            events.append(Event.read(**dict(each)))
        except ValidationError as error:
            source = f"{path}, events.{number}.payload"
            raise AnswerError(describe_first(error, source=source), todo="correct the log and try again") from error
    for (tab_id, seq), count in Counter((event.tab_id, event.seq) for event in events).items():
        if count > 1:
            raise AnswerError(
                f"{path}: the tab {tab_id!r} has {count} events with seq {seq}",
                expected="every number of a tab once",
                todo="take out the repeated events and try again",
            )
    return replay_events(events, used_s=file.used_s, finished=file.finished, limit_s=file.limit_s).log


def _read_text(path: Path, error_type: type[SimError]) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise error_type(f"{path} cannot be read: {error.strerror}", todo="check the path") from error
    except UnicodeDecodeError as error:
        raise error_type(f"{path} is not text in UTF-8", expected="a JSON file") from error
