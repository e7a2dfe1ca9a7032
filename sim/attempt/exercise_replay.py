"""Fold the logs of all members of an exercise into the one answer that is scored, and into what their measures need.

Pure: the same logs always give the same result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from sim.attempt.events import Ask, Entry, Event, Strike
from sim.attempt.replay import Replay, Replayed, order_events, replay_all
from sim.attempt.replay import replay as replay_part
from sim.attempt.team_exercise import Role
from sim.scoring.evidence import TimedMark
from sim.scoring.exercise_metrics import MemberScreens, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberMark:
    role: Role  # whose
    mark_id: str  # names it among that member's
    timed: TimedMark  # the mark; `kept` only if it is neither taken back nor left out by the lead
    struck: bool  # left out by the lead


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of the exercise's log, written at drill time `at_s`."""

    role: Role
    text: str
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseReplay:
    """One team exercise, folded."""

    merged: Replayed  # the exercise as if it were one person: what is scored
    parts: Mapping[Role, Replayed]  # each member's own
    marks: tuple[MemberMark, ...]  # every mark ever made, in the order they were made
    members: tuple[MemberScreens, ...]  # what each had on screen
    requests: tuple[Request, ...]  # in the order asked
    lines: tuple[LogLine, ...]


def replay_exercise(
    parts: Mapping[Role, Sequence[Event]], *, leading: Role, used_s: float, finished: bool, limit_s: float
) -> ExerciseReplay:
    """Fold the events that count of each member.

    All marks are kept side by side; those that the lead has left out, or their maker has taken back, are not
    scored. Place, answers to fields, clips and the wall are those of the lead. Openings and watches of all are put
    together by drill time; being away or waiting is nobody's but one member's and is left out.

    Args:
        parts: every member's events by role; late ones and what a role may not do left out by the caller.
        leading: who decides at the end.
        used_s: seconds from release to the hand-in, or the limit, by the server's clock.
        finished: handed in inside the limit.
        limit_s: the limit.
    """
    folded = {
        role: replay_part(events, used_s=used_s, finished=finished, limit_s=limit_s) for role, events in parts.items()
    }
    whole = {role: replay_all(events) for role, events in parts.items()}
    merged = _merge(parts)
    struck = {(each.act.role, each.act.mark_id): each.act.struck for _, each in merged if isinstance(each.act, Strike)}
    marks = _list_marks(whole, struck)
    decided = folded[leading]
    logs = [part.log for part in folded.values()]
    answer = replace(decided.answer, marks=tuple(mark.timed.mark for mark in marks if mark.timed.kept))
    log = replace(
        decided.log,
        marks=tuple(mark.timed for mark in marks),
        openings=tuple(sorted(chain.from_iterable(log.openings for log in logs), key=lambda each: each.at_s)),
        watches=tuple(sorted(chain.from_iterable(log.watches for log in logs), key=lambda each: each.began_s)),
        away=(),
        waits=(),
    )
    kept_ids = tuple(mark.mark_id for mark in marks if mark.timed.kept)
    return ExerciseReplay(
        merged=replace(decided, answer=answer, log=log, mark_ids=kept_ids),
        parts=folded,
        marks=marks,
        members=tuple(
            MemberScreens(role=role.value, screens=part.list_screens(used_s=used_s)) for role, part in whole.items()
        ),
        requests=tuple(
            Request(
                asker=role.value,
                camera_id=event.act.camera_id,
                site_s=event.act.at_site_s,
                asked_s=event.t_client_ms / 1000.0,
            )
            for role, event in merged
            if isinstance(event.act, Ask)
        ),
        lines=tuple(
            LogLine(role=role, text=event.act.text, at_s=event.t_client_ms / 1000.0)
            for role, event in merged
            if isinstance(event.act, Entry)
        ),
    )


def _list_marks(whole: Mapping[Role, Replay], struck: Mapping[tuple[Role, str], bool]) -> tuple[MemberMark, ...]:
    """Return the marks of all, `struck` saying which the lead has left out in the end; the last word counts."""
    found = []
    for role, part in whole.items():
        for logged in part.marks.values():
            is_struck = struck.get((role, logged.mark_id), False)
            timed = replace(logged.timed, kept=logged.timed.kept and not is_struck)
            found.append(MemberMark(role=role, mark_id=logged.mark_id, timed=timed, struck=is_struck))
    return tuple(sorted(found, key=lambda each: each.timed.at_s))


def _merge(parts: Mapping[Role, Sequence[Event]]) -> list[tuple[Role, Event]]:
    """Return all events by drill time, never against a tab's own order; at the same moment by role."""
    placed = [
        (event.t_client_ms, place, number, role, event)
        for place, (role, events) in enumerate(parts.items())
        for number, event in enumerate(order_events(events))
    ]
    return [(role, event) for *_, role, event in sorted(placed, key=lambda each: each[:3])]
