"""Fold an attempt's events into what is scored: the answer and the search log.

Pure: the same events always give the same score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.drill.event import Event, EventKind
from sim.drill.marks import AnswerFold, LoggedMark, MarkFold, read_number, read_text
from sim.scoring.evidence import Answer, Jump, Mark, Opening, SearchLog, TimedMark, Watch

Span = tuple[float, float]


@dataclass(slots=True, kw_only=True)
class PresenceFold:
    """Takes the events of a log in their order, see `sim.drill.replay.order_events`.

    The console is away from release until the first event, from `hidden` to `visible`, and from `close` to the next
    `open`. Only the tab that opened last is asked. A `stall` says how many seconds before it were waited.
    """

    waits: list[Span] = field(default_factory=list)  # spans of drill time, seconds since release, in the order reported
    _away: list[Span] = field(default_factory=list)
    _since_s: float | None = 0.0
    _leader: str | None = None

    def take(self, event: Event) -> None:
        """Take one event; kinds that say nothing about presence change nothing."""
        at_s = event.t_client_ms / 1000.0
        if event.kind is EventKind.OPEN or self._leader is None:
            self._leader = event.tab_id
            self._come_back(at_s)
        if event.tab_id != self._leader:
            return
        match event.kind:
            case EventKind.HIDDEN | EventKind.CLOSE:
                self._since_s = at_s if self._since_s is None else self._since_s
            case EventKind.VISIBLE:
                self._come_back(at_s)
            case EventKind.STALL:
                seconds = read_number(event.payload, "seconds")
                if seconds is not None and seconds > 0:
                    self.waits.append((at_s - seconds, at_s))
            case _:
                pass

    def list_away(self, *, used_s: float) -> tuple[Span, ...]:
        """Return the spans during which the console was away, up to the time used."""
        still = () if self._since_s is None else ((self._since_s, used_s),)
        return tuple(span for span in (*self._away, *still) if span[0] < span[1])

    def _come_back(self, at_s: float) -> None:
        if self._since_s is not None:
            self._away.append((self._since_s, at_s))
        self._since_s = None


JUMP_SLACK_S = 1.5
STEP_REACH_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    answer: Answer  # the marks kept to the end, in the order they were made, and what the submit said
    log: SearchLog  # how the search went
    note: str  # the trainee's note, "" for none
    mark_ids: tuple[str, ...]  # id of each mark in `answer.marks`


def replay(events: Iterable[Event], *, used_s: float, finished: bool, limit_s: float) -> Replay:
    """Fold the events that count (late ones left out by the caller), in any order.

    Within a tab the sequence number orders them; tabs are merged by browser time (ties: tab_id). What a payload lacks
    or garbles is left out; nothing is guessed. After a `submit` nothing changes.

    Args:
        events: all events of the attempt that count.
        used_s: seconds from release to submit, or the limit, by the server's clock.
        finished: submitted inside the limit.
        limit_s: the limit.
    """
    fold = _Fold()
    for event in order_events(events):
        fold.take(event)
        if event.kind is EventKind.SUBMIT:
            break
    made = [(mark.mark_id, make_timed_mark(mark)) for mark in fold.marks.made.values()]
    kept = [(mark_id, timed) for mark_id, timed in made if timed.kept]
    return Replay(
        answer=Answer(
            marks=tuple(timed.mark for _, timed in kept),
            final_zone=fold.final_zone,
            not_on_camera=fold.not_on_camera,
            choices=dict(fold.answers.choices),
            clips=tuple(fold.answers.clips.values()),
            view=fold.answers.view,
        ),
        log=SearchLog(
            used_s=used_s,
            finished=finished,
            limit_s=limit_s,
            marks=tuple(timed for _, timed in made),
            openings=tuple(fold.openings),
            watches=tuple(fold.watches),
            choices=tuple(fold.answers.made),
            away=fold.presence.list_away(used_s=used_s),
            waits=tuple(fold.presence.waits),
            jumps=tuple(fold.jumps),
        ),
        note=fold.note,
        mark_ids=tuple(mark_id for mark_id, _ in kept),
    )


def make_timed_mark(logged: LoggedMark) -> TimedMark:
    """Return a folded mark as scoring needs it."""
    mark = Mark(camera_id=logged.camera_id, t_s=logged.t_s, x=logged.x, y=logged.y)
    return TimedMark(mark=mark, at_s=logged.at_s, kept=logged.kept)


def order_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return events by browser time, never against the sequence within a tab, whatever order they came in."""
    by_tab: dict[str, list[Event]] = {}
    for event in events:
        by_tab.setdefault(event.tab_id, []).append(event)
    placed: list[tuple[float, str, int, Event]] = []
    for tab_id, own in by_tab.items():
        latest_ms = 0.0
        for event in sorted(own, key=lambda e: e.seq):
            latest_ms = max(latest_ms, event.t_client_ms)
            placed.append((latest_ms, tab_id, event.seq, event))
    return tuple(event for *_, event in sorted(placed, key=lambda p: p[:3]))


@dataclass(slots=True, kw_only=True)
class _Player:
    """What one tab shows: camera, site time, and since when it plays."""

    camera_id: str | None = None
    site_s: float | None = None
    at_s: float = 0.0
    speed: float = 1.0
    playing: bool = False
    hidden: bool = False


@dataclass(slots=True, kw_only=True)
class _Fold:
    marks: MarkFold = field(default_factory=MarkFold)
    answers: AnswerFold = field(default_factory=AnswerFold)
    presence: PresenceFold = field(default_factory=PresenceFold)
    openings: list[Opening] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    jumps: list[Jump] = field(default_factory=list)
    note: str = ""
    final_zone: str | None = None
    not_on_camera: bool = False
    players: dict[str, _Player] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        payload = event.payload
        at_s = event.t_client_ms / 1000.0
        player = self.players.get(event.tab_id)
        if player is None:
            player = self.players[event.tab_id] = _Player()
        if not self._tells_another_time(event):
            self._watch(event.kind, payload, at_s, player)
        if event.is_grid:
            player.camera_id = None
        self.marks.take(event)
        self.answers.take(event)
        self.presence.take(event)
        match event.kind:
            case EventKind.NOTE:
                self.note = read_text(payload, "text") or ""
            case EventKind.SUBMIT:
                self.final_zone = read_text(payload, "final_zone")
                self.not_on_camera = payload.get("not_on_camera") is True
                self.note = read_text(payload, "note") or self.note
            case _:
                pass

    def _tells_another_time(self, event: Event) -> bool:
        """Whether `t_s` is a moment noted earlier: of a bookmark, a fault, or a mark that is put back."""
        is_put_back = event.kind is EventKind.MARK and read_text(event.payload, "mark_id") in self.marks.made
        return is_put_back or event.kind in (EventKind.BOOKMARK, EventKind.FAULT)

    def _watch(self, kind: EventKind, payload: Mapping[str, Any], at_s: float, player: _Player) -> None:
        t_s = read_number(payload, "t_s")
        if kind is EventKind.OPEN:
            self.players = {tab: p for tab, p in self.players.items() if p is player}
            player.playing = player.hidden = False
            return
        shown_s = read_number(payload, "from_s") if kind is EventKind.SEEK else t_s
        if kind is EventKind.STEP:
            self._note_step(player, t_s, at_s)
        elif shown_s is not None:
            self._note_played(player, shown_s, at_s)
        if t_s is not None:
            player.site_s, player.at_s = t_s, at_s
        match kind:
            case EventKind.FOCUS:
                player.camera_id = read_text(payload, "camera_id")
                if player.camera_id is not None:
                    site_s = player.site_s if player.site_s is not None else 0.0
                    self.openings.append(Opening(camera_id=player.camera_id, at_s=at_s, site_s=site_s))
            case EventKind.SEEK if t_s is not None:
                self.jumps.append(Jump(camera_id=player.camera_id, at_s=at_s, site_s=t_s))
            case EventKind.PLAY | EventKind.SPEED:
                player.speed = read_number(payload, "speed") or player.speed
                player.playing = player.playing or kind is EventKind.PLAY
            case EventKind.PAUSE | EventKind.CLOSE | EventKind.STEP:
                player.playing = False
            case EventKind.HIDDEN | EventKind.VISIBLE:
                player.hidden = kind is EventKind.HIDDEN
            case _:
                pass

    def _note_played(self, player: _Player, t_s: float, at_s: float) -> None:
        if not player.playing or player.hidden or player.site_s is None:
            return
        moved, wall_s = t_s - player.site_s, at_s - player.at_s
        backwards = moved * player.speed < 0
        jumped = abs(moved) > abs(player.speed) * wall_s * JUMP_SLACK_S + JUMP_SLACK_S
        if wall_s <= 0 or backwards or jumped:
            return
        self._add_watch(player, t_s, began_s=player.at_s, wall_s=wall_s, speed=player.speed)

    def _note_step(self, player: _Player, t_s: float | None, at_s: float) -> None:
        if t_s is not None and player.site_s is not None and abs(t_s - player.site_s) <= STEP_REACH_S:
            self._add_watch(player, t_s, began_s=at_s, wall_s=0.0, speed=0.0)

    def _add_watch(self, player: _Player, t_s: float, *, began_s: float, wall_s: float, speed: float) -> None:
        start_s = t_s if player.site_s is None else player.site_s
        cameras: Sequence[str] = () if player.camera_id is None else (player.camera_id,)
        self.watches.append(
            Watch(
                cameras=tuple(cameras),
                site_from_s=min(start_s, t_s),
                site_to_s=max(start_s, t_s),
                began_s=began_s,
                wall_s=wall_s,
                speed=speed,
            )
        )
