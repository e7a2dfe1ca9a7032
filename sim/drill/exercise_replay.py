"""Fold the logs of all members of an exercise into the one answer that is scored, and into what their measures need.

Pure: the same logs always give the same result.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from sim.drill.event import Event, EventKind
from sim.drill.marks import MarkFold, read_number, read_text
from sim.drill.replay import JUMP_SLACK_S, Replay, make_timed_mark, order_events
from sim.drill.replay import replay as replay_part
from sim.drill.team_exercise import Role
from sim.scoring.evidence import TimedMark
from sim.scoring.team_exercise.evidence import MemberScreens, Request, Screen

_NOTES_A_MOMENT = frozenset({EventKind.MARK, EventKind.BOOKMARK, EventKind.FAULT})
"""Kinds whose `t_s` is a moment that was noted, possibly long ago, and not what is on screen."""
_SHORTEST_S = 1e-3


def list_screens(events: Iterable[Event], *, used_s: float) -> tuple[Screen, ...]:
    """Return the stretches during which a camera was the main picture, up to the end, ascending, none overlapping.

    Only the tab that opened last shows anything, and nothing while the page is hidden or closed. Between two events a
    picture that plays moves evenly from the site time of the one to that of the other; where that is further than
    playing can have brought it, it is taken as still, as is one that does not play.
    """
    fold = _Fold()
    for event in order_events(events):
        fold.take(event)
    fold.close(used_s, None)
    return tuple(screen for screen in fold.screens if screen.to_s - screen.from_s >= _SHORTEST_S)


@dataclass(slots=True, kw_only=True)
class _Fold:
    screens: list[Screen] = field(default_factory=list)
    tab: str | None = None
    camera_id: str | None = None
    site_s: float | None = None
    at_s: float = 0.0
    speed: float = 1.0
    playing: bool = False
    hidden: bool = False

    def take(self, event: Event) -> None:
        at_s, payload = event.t_client_ms / 1000.0, event.payload
        if event.kind is EventKind.OPEN or self.tab is None:
            if event.tab_id != self.tab:
                self.close(at_s, None)
                self.camera_id = None
            self.tab, self.playing, self.hidden = event.tab_id, False, False
        if event.tab_id != self.tab:
            return
        t_s = None if event.kind in _NOTES_A_MOMENT else read_number(payload, "t_s")
        self.close(at_s, read_number(payload, "from_s") if event.kind is EventKind.SEEK else t_s)
        self.site_s = self.site_s if t_s is None else t_s
        match event.kind:
            case EventKind.FOCUS:
                self.camera_id = read_text(payload, "camera_id")
            case EventKind.VIEW if event.is_grid:
                self.camera_id = None
            case EventKind.PLAY | EventKind.SPEED:
                self.speed = read_number(payload, "speed") or self.speed
                self.playing = self.playing or event.kind is EventKind.PLAY
            case EventKind.PAUSE | EventKind.STEP:
                self.playing = False
            case EventKind.CLOSE | EventKind.HIDDEN | EventKind.VISIBLE:
                self.hidden = event.kind is not EventKind.VISIBLE
                self.playing = self.playing and event.kind is not EventKind.CLOSE
            case _:
                pass

    def close(self, at_s: float, shown_s: float | None) -> None:
        """End the stretch that runs, at a site time or where it stood."""
        if self.camera_id is not None and self.site_s is not None and not self.hidden and at_s > self.at_s:
            site_to_s = self._reach(at_s, shown_s)
            self.screens.append(
                Screen(
                    camera_id=self.camera_id,
                    from_s=self.at_s,
                    to_s=at_s,
                    site_from_s=self.site_s,
                    site_to_s=site_to_s,
                )
            )
            self.site_s = site_to_s
        self.at_s = max(self.at_s, at_s)

    def _reach(self, at_s: float, shown_s: float | None) -> float:
        here_s = self.site_s or 0.0
        if not self.playing or shown_s is None:
            return here_s
        moved_s = shown_s - here_s
        is_jump = abs(moved_s) > abs(self.speed) * (at_s - self.at_s) * JUMP_SLACK_S + JUMP_SLACK_S
        return here_s if is_jump or moved_s * self.speed < 0 else shown_s


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

    merged: Replay  # the exercise as if it were one person: what is scored
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
    struck = _fold_struck(parts)
    marks = _list_marks(parts, struck)
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
        marks=marks,
        members=tuple(
            MemberScreens(role=role.value, screens=list_screens(events, used_s=used_s))
            for role, events in parts.items()
        ),
        requests=_list_requests(parts),
        lines=_list_lines(parts),
    )


def _list_marks(
    parts: Mapping[Role, Sequence[Event]], struck: Mapping[tuple[str, str], bool]
) -> tuple[MemberMark, ...]:
    found = []
    for role, events in parts.items():
        fold = MarkFold()
        for event in order_events(events):
            fold.take(event)
        for mark in fold.made.values():
            is_struck = struck.get((role.value, mark.mark_id), False)
            timed = make_timed_mark(mark)
            timed = replace(timed, kept=timed.kept and not is_struck)
            found.append(MemberMark(role=role, mark_id=mark.mark_id, timed=timed, struck=is_struck))
    return tuple(sorted(found, key=lambda each: each.timed.at_s))


def _fold_struck(parts: Mapping[Role, Sequence[Event]]) -> dict[tuple[str, str], bool]:
    """Return which marks are left out in the end, by role and id; the last word counts."""
    return {
        (str(event.payload.get("role")), str(event.payload.get("mark_id"))): event.payload.get("struck") is True
        for _, event in _merge(parts)
        if event.kind is EventKind.STRIKE
    }


def _list_requests(parts: Mapping[Role, Sequence[Event]]) -> tuple[Request, ...]:
    found = []
    for role, event in _merge(parts):
        camera_id, site_s = read_text(event.payload, "camera_id"), read_number(event.payload, "at_site_s")
        if event.kind is not EventKind.ASK or camera_id is None or site_s is None:
            continue
        found.append(Request(asker=role.value, camera_id=camera_id, site_s=site_s, asked_s=event.t_client_ms / 1000.0))
    return tuple(found)


def _list_lines(parts: Mapping[Role, Sequence[Event]]) -> tuple[LogLine, ...]:
    return tuple(
        LogLine(role=role, text=text, at_s=event.t_client_ms / 1000.0)
        for role, event in _merge(parts)
        if event.kind is EventKind.ENTRY and (text := read_text(event.payload, "text")) is not None
    )


def _merge(parts: Mapping[Role, Sequence[Event]]) -> list[tuple[Role, Event]]:
    """Return all events by drill time, never against a tab's own order; at the same moment by role."""
    placed = [
        (event.t_client_ms, place, number, role, event)
        for place, (role, events) in enumerate(parts.items())
        for number, event in enumerate(order_events(events))
    ]
    return [(role, event) for *_, role, event in sorted(placed, key=lambda each: each[:3])]
