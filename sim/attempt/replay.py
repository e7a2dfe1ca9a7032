"""A log replayed, event by event: what a trainee has so far, how the search went, and what was on screen.

Pure: the same events always give the same state. A console that is opened again, the score, the debrief, a team
exercise and the appearance search all read it here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter, itemgetter

from sim.attempt import events as acts
from sim.attempt.events import SERVER_TAB, Act, Event, EventKind
from sim.attempt.similar_people import SimilarQuery
from sim.scoring.evidence import Answer, Clip, Jump, Mark, Opening, SearchLog, TimedChoice, TimedMark, Watch
from sim.scoring.exercise_metrics import Screen
from sim.scoring.interruption import TimedCall
from sim.truth.appearance import is_over

Span = tuple[float, float]

JUMP_SLACK_S = 1.5
STEP_REACH_S = 5.0
SHORTEST_S = 1e-3
NOTED_EARLIER = frozenset({acts.MarkMade, acts.Bookmark, acts.FaultReport})
"""What has a `t_s` that was noted, possibly long ago, and need not be on screen."""
SHOWING = frozenset({acts.Play, acts.Speed, acts.Focus, acts.View, acts.Pin, acts.Sync})
SEARCHING = frozenset(
    {
        acts.Focus, acts.Play, acts.Seek, acts.Step, acts.Speed, acts.View, acts.Map, acts.Link, acts.Find,
        acts.MarkMade, acts.MarkRemoved, acts.Choice, acts.ClipCut, acts.ClipRemoved, acts.Bookmark, acts.FaultReport,
        acts.Pin, acts.Sync, acts.Zoom, acts.Similar, acts.Suggestion,
    }
)  # fmt: skip
"""By these a search goes on after a call. A `play` that only says that playing goes on is none."""
LASTING = frozenset(
    {
        EventKind.MARK, EventKind.UNMARK, EventKind.CHOICE, EventKind.CLIP, EventKind.UNCLIP, EventKind.BOOKMARK,
        EventKind.UNBOOKMARK, EventKind.FAULT, EventKind.UNFAULT, EventKind.VIEW, EventKind.SIMILAR,
        EventKind.SUGGESTION, EventKind.HINT, EventKind.CALL, EventKind.REPLY, EventKind.MISSED, EventKind.SUBMIT,
    }
)  # fmt: skip
"""Kinds of which every event may matter for where the search stands; of all others the last one of each tab does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedMark:
    """A mark by its id in the log, with the frame on screen; the id of one taken back puts back the same."""

    mark_id: str
    frame: int
    timed: TimedMark

    @property
    def mark(self) -> Mark:
        return self.timed.mark


@dataclass(slots=True, kw_only=True)
class CallState:
    """One call as far as the log goes: when it came, how and when it ended; drill time, seconds."""

    came_s: float
    ended_s: float | None = None
    value: str | None = None
    resumed_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSimilar:
    number: int  # counts the questions of the attempt, from 1
    query: SimilarQuery  # the box
    recognized: bool  # the box was on a person
    results: tuple[acts.ListedSighting, ...]  # best first
    opened: tuple[int, ...] = ()  # ranks of those that were opened, ascending, from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    answer: Answer  # the marks kept to the end, in the order they were made, and what the submit said
    log: SearchLog  # how the search went
    note: str  # the trainee's note, "" for none
    mark_ids: tuple[str, ...]  # id of each mark in `answer.marks`
    calls: Mapping[str, CallState]  # those that came, by call_id

    def list_calls(self, right: Mapping[str, str]) -> tuple[TimedCall, ...]:
        """Return what became of each call that came, in the order they came; `right` has the right reply to each."""
        return tuple(
            TimedCall(
                call_id=call_id,
                came_s=call.came_s,
                ended_s=call.ended_s,
                value=call.value,
                is_right=call.value == right[call_id],
                resumed_s=call.resumed_s,
            )
            for call_id, call in sorted(self.calls.items(), key=lambda item: item[1].came_s)
            if call_id in right
        )


def replay(events: Iterable[Event], *, used_s: float, finished: bool, limit_s: float) -> Replayed:
    """Replay the events that count (late ones left out by the caller), in any order; after a `submit` nothing changes.

    Within a tab the sequence number orders them; tabs are merged by browser time (ties: tab_id).

    Args:
        events: all events of the attempt that count.
        used_s: seconds from release to submit, or the limit, by the server's clock.
        finished: submitted inside the limit.
        limit_s: the limit.
    """
    return replay_all(events, to_submit=True).finish(used_s=used_s, finished=finished, limit_s=limit_s)


def replay_all(events: Iterable[Event], *, to_submit: bool = False) -> "Replay":
    """Apply events, in whatever order they come; `to_submit`: up to the hand-in and not beyond."""
    whole = Replay()
    for event in order_events(events):
        whole.apply(event)
        if to_submit and type(event.act) is acts.Submit:
            break
    return whole


def order_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return events by browser time, never against the sequence within a tab, whatever order they came in."""
    by_tab: dict[str, list[Event]] = {}
    for event in events:
        by_tab.setdefault(event.tab_id, []).append(event)
    if len(by_tab) == 1:
        return tuple(sorted(*by_tab.values(), key=attrgetter("seq")))
    placed: list[tuple[float, str, int, Event]] = []
    for tab_id, own in by_tab.items():
        latest_ms = 0.0
        for event in sorted(own, key=attrgetter("seq")):
            latest_ms = max(latest_ms, event.t_client_ms)
            placed.append((latest_ms, tab_id, event.seq, event))
    return tuple(event for *_, event in sorted(placed, key=itemgetter(0, 1, 2)))


def list_given(events: Iterable[Event]) -> tuple[acts.Hint, ...]:
    """Return the hints that the server gave, in the order of the events."""
    return tuple(each.act for each in events if isinstance(each.act, acts.Hint) and each.tab_id == SERVER_TAB)


def sum_stalls_s(events: Iterable[Event]) -> float:
    """Return the seconds that were waited for footage, as reported. Stalls of 0.7 and 2.1 s give 2.8."""
    return sum(event.act.seconds for event in events if isinstance(event.act, acts.Stall))


@dataclass(slots=True, kw_only=True)
class _Player:
    """What one tab shows: camera, site time, and since when it plays."""

    camera_id: str | None = None
    site_s: float | None = None
    at_s: float = 0.0
    speed: float = 1.0
    playing: bool = False
    hidden: bool = False
    wall: tuple[str, ...] = ()  # cameras on screen as the stretch began


@dataclass(slots=True, kw_only=True)
class Replay:
    """Where a log stands after the events that it was given, in order; see `order_events`. Times as in the log.

    The console is away from release until the first event, from `hidden` to `visible`, and from `close` to the next
    `open`; only the tab that opened last, the leader, is asked, and only its main picture is on screen.
    """

    # what is made: by id, in the order first made
    marks: dict[str, LoggedMark] = field(default_factory=dict)
    clips: dict[str, Clip] = field(default_factory=dict)
    bookmarks: dict[str, acts.Bookmark] = field(default_factory=dict)
    faults: dict[str, acts.FaultReport] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)  # the value each key has now
    chosen: list[TimedChoice] = field(default_factory=list)  # every choice, those taken back with value ""
    wall: tuple[str, ...] = ()  # cameras of the wall as it was arranged last
    own_view: tuple[str, ...] = ()  # cameras of the person's own view that the wall showed last; () while there is none
    note: str = ""
    final_zone: str | None = None
    not_on_camera: bool = False

    calls: dict[str, CallState] = field(default_factory=dict)  # those that came, by call_id
    _asked: dict[int, AskedSimilar] = field(default_factory=dict)  # by number; the server writes them
    _opened: dict[int, set[int]] = field(default_factory=dict)  # ranks by number; the browser's clock may be before

    # what is on screen now: any tab's newest
    camera_id: str | None = None
    t_s: float | None = None  # site time, None when nothing was shown yet
    speed: float = 1.0
    wall_s: float | None = None  # site time at which the wall stands while the main picture has its own
    timeline_s: Span | None = None  # first and last second that the timeline shows; None for all

    # how the search went, in its order
    openings: list[Opening] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    jumps: list[Jump] = field(default_factory=list)
    waits: list[Span] = field(default_factory=list)  # spans of drill time in which playing waited for footage
    _count: int = 0  # events taken
    _players: dict[str, _Player] = field(default_factory=dict)
    _on: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # cameras on screen by tab, of its last event with any
    _leader: str | None = None
    _away: list[Span] = field(default_factory=list)
    _away_since_s: float | None = 0.0
    _main: _Player = field(default_factory=_Player)  # the main picture of the leader
    _screens: list[tuple[str, float, float, float, float]] = field(default_factory=list)  # the fields of a `Screen`

    def apply(self, event: Event) -> None:
        act, at_s, tab_id = event.act, event.t_client_ms / 1000.0, event.tab_id
        kind = type(act)
        self._count += 1
        is_noted = kind in NOTED_EARLIER
        if kind is acts.Open or self._leader is None:
            self._let_lead(tab_id, at_s)
        if tab_id == self._leader:
            self._see_leader(act, at_s, None if is_noted else act.t_s)
        if "on" in act.model_fields_set:
            self._on[tab_id] = tuple(act.on)
        player = self._players.get(tab_id)
        if player is None:
            player = self._players[tab_id] = _Player()
        if not is_noted or (isinstance(act, acts.MarkMade) and act.mark_id not in self.marks):
            self._watch(act, at_s, player, on=self._on.get(tab_id, ()))
        if act.t_s is not None and not is_noted:
            self.t_s = act.t_s
        if self.calls and kind in SEARCHING and not (isinstance(act, acts.Play) and act.tick):
            for call in self.calls.values():
                if call.ended_s is not None and call.resumed_s is None:
                    call.resumed_s = at_s
        if kind in SHOWING:
            self._show(act)
        else:
            self._make(act, at_s)

    def finish(self, *, used_s: float, finished: bool, limit_s: float) -> Replayed:
        """Return what is scored, as of `replay`."""
        kept = [mark for mark in self.marks.values() if mark.timed.kept]
        return Replayed(
            answer=Answer(
                marks=tuple(logged.mark for logged in kept),
                final_zone=self.final_zone,
                not_on_camera=self.not_on_camera,
                choices=dict(self.choices),
                clips=tuple(self.clips.values()),
                view=self.view,
            ),
            log=SearchLog(
                used_s=used_s,
                finished=finished,
                limit_s=limit_s,
                marks=tuple(logged.timed for logged in self.marks.values()),
                openings=tuple(self.openings),
                watches=tuple(self.watches),
                choices=tuple(self.chosen),
                away=self._list_away(used_s),
                waits=tuple(self.waits),
                jumps=tuple(self.jumps),
            ),
            note=self.note,
            mark_ids=tuple(logged.mark_id for logged in kept),
            calls=self.calls,
        )

    @property
    def view(self) -> tuple[str, ...]:
        """What is handed in as a view: their own, whatever they looked at after it; else the wall as it is."""
        return self.own_view or self.wall

    def list_similar(self) -> tuple[AskedSimilar, ...]:
        """Return every question of the appearance search in the order of its number, with what of it was opened."""
        return tuple(
            replace(
                asked, opened=tuple(rank for rank in sorted(self._opened.get(number, ())) if rank <= len(asked.results))
            )
            for number, asked in sorted(self._asked.items())
        )

    def list_screens(self, *, used_s: float) -> tuple[Screen, ...]:
        """Return the stretches during which a camera was the main picture, up to the end, ascending, none overlapping.

        Only the leader shows anything, and nothing while the page is hidden or closed. Between two events a picture
        that plays moves evenly from the site time of the one to that of the other; where that is further than playing
        can have brought it, it is taken as still, as is one that does not play.
        """
        main, screens = self._main, self._screens
        if main.camera_id is not None and main.site_s is not None and not main.hidden and used_s > main.at_s:
            screens = [*screens, (main.camera_id, main.at_s, used_s, main.site_s, main.site_s)]
        return tuple(
            Screen(camera_id=camera_id, from_s=from_s, to_s=to_s, site_from_s=site_from_s, site_to_s=site_to_s)
            for camera_id, from_s, to_s, site_from_s, site_to_s in screens
            if to_s - from_s >= SHORTEST_S
        )

    def _show(self, act: Act) -> None:
        match act:
            case acts.Play() | acts.Speed():
                self.speed = act.speed
            case acts.Focus():
                self.camera_id = act.camera_id
            case acts.Pin():
                self.wall_s = act.wall_s
            case acts.Sync():
                self.wall_s = None
            case acts.View(name="wall", cameras=tuple(cameras)):
                self.wall = cameras
            case acts.View(name="own", cameras=tuple(cameras)):
                self.own_view = cameras
            case acts.View(name="grid"):
                self.camera_id = None
            case acts.View(name="timeline", from_s=float(from_s), to_s=float(to_s)):
                self.timeline_s = (from_s, to_s)
            case _:
                pass

    def _make(self, act: Act, at_s: float) -> None:
        match act:
            case acts.MarkMade():
                self._mark(act, at_s)
            case acts.MarkRemoved() if act.mark_id in self.marks:
                self._set_kept(act.mark_id, kept=False)
            case acts.Choice():
                self.chosen.append(TimedChoice(key=act.key, value=act.value, at_s=at_s))
                self.choices[act.key] = act.value
                if not act.value:
                    del self.choices[act.key]
            case acts.ClipCut() if act.from_s < act.to_s:
                self.clips[act.clip_id] = Clip(camera_id=act.camera_id, from_s=act.from_s, to_s=act.to_s)
            case acts.ClipRemoved():
                self.clips.pop(act.clip_id, None)
            case acts.Bookmark():
                self.bookmarks[act.bookmark_id] = act
            case acts.BookmarkRemoved():
                self.bookmarks.pop(act.bookmark_id, None)
            case acts.FaultReport():
                self.faults[act.fault_id] = act
            case acts.FaultRemoved():
                self.faults.pop(act.fault_id, None)
            case acts.Note() | acts.Submit():
                self._write(act)
            case _:
                self._answer(act, at_s)

    def _write(self, act: acts.Note | acts.Submit) -> None:
        if isinstance(act, acts.Note):
            self.note = act.text
        else:
            self.final_zone, self.not_on_camera = act.final_zone, act.not_on_camera
            self.note = act.note or self.note

    def _answer(self, act: Act, at_s: float) -> None:
        match act:
            case acts.CallCame():
                self.calls.setdefault(act.call_id, CallState(came_s=at_s))
            case acts.CallAnswered() | acts.CallMissed():
                call = self.calls.get(act.call_id)
                if call is not None and call.ended_s is None:
                    call.ended_s = at_s
                    call.value = act.value if isinstance(act, acts.CallAnswered) else None
            case acts.Similar():
                self._ask_similar(act)
            case acts.Suggestion():
                self._opened.setdefault(act.number, set()).add(act.rank)
            case _:
                pass

    def _mark(self, act: acts.MarkMade, at_s: float) -> None:
        if act.mark_id in self.marks:
            self._set_kept(act.mark_id, kept=True)
            return
        mark = Mark(camera_id=act.camera_id, t_s=act.t_s, x=act.x, y=act.y)
        timed = TimedMark(mark=mark, at_s=at_s, kept=True, order=self._count)
        self.marks[act.mark_id] = LoggedMark(mark_id=act.mark_id, frame=act.frame, timed=timed)

    def _set_kept(self, mark_id: str, *, kept: bool) -> None:
        before = self.marks[mark_id]
        self.marks[mark_id] = replace(before, timed=replace(before.timed, kept=kept))

    def _ask_similar(self, act: acts.Similar) -> None:
        number, camera_id, frame, box, results = act.number, act.camera_id, act.frame, act.box, act.results
        if number is None or camera_id is None or frame is None or box is None or results is None:
            return
        query = SimilarQuery(camera_id=camera_id, frame=frame, box=box)
        asked = AskedSimilar(number=number, query=query, recognized=act.recognized is True, results=results)
        self._asked.setdefault(number, asked)

    def _watch(self, act: Act, at_s: float, player: _Player, *, on: tuple[str, ...]) -> None:
        if isinstance(act, acts.Open):
            self._players = {tab: each for tab, each in self._players.items() if each is player}
            player.playing = player.hidden = False
            return
        t_s = act.t_s
        shown_s = act.from_s if isinstance(act, acts.Seek) else t_s
        if isinstance(act, acts.Step):
            is_near = player.site_s is not None and not is_over(abs(act.t_s - player.site_s), STEP_REACH_S)
            if is_near and not player.hidden:
                self._add_watch(player, act.t_s, began_s=at_s, wall_s=0.0, speed=0.0)
        elif shown_s is not None:
            self._note_played(player, shown_s, at_s)
        if t_s is not None:
            player.site_s, player.at_s, player.wall = t_s, at_s, on
        match act:
            case acts.Play() | acts.Speed():
                player.speed = act.speed or player.speed
                player.playing = player.playing or isinstance(act, acts.Play)
            case acts.Focus():
                player.camera_id = act.camera_id
                self.openings.append(Opening(camera_id=act.camera_id, at_s=at_s, site_s=act.t_s, order=self._count))
            case acts.Seek():
                self.jumps.append(Jump(camera_id=player.camera_id, at_s=at_s, site_s=act.t_s))
            case acts.Halt() | acts.Close() | acts.Step():
                player.playing = False
            case acts.View(name="grid"):
                player.camera_id = None
            case acts.Hidden() | acts.Visible():
                player.hidden = isinstance(act, acts.Hidden)
            case _:
                pass

    def _note_played(self, player: _Player, t_s: float, at_s: float) -> None:
        if not player.playing or player.hidden or player.site_s is None:
            return
        wall_s = at_s - player.at_s
        if wall_s > 0 and not _is_jump(t_s - player.site_s, speed=player.speed, wall_s=wall_s):
            self._add_watch(player, t_s, began_s=player.at_s, wall_s=wall_s, speed=player.speed)

    def _add_watch(self, player: _Player, t_s: float, *, began_s: float, wall_s: float, speed: float) -> None:
        start_s = t_s if player.site_s is None else player.site_s
        self.watches.append(
            Watch(
                cameras=() if player.camera_id is None else (player.camera_id,),
                wall=player.wall if wall_s > 0 else (),
                site_from_s=min(start_s, t_s),
                site_to_s=max(start_s, t_s),
                began_s=began_s,
                wall_s=wall_s,
                speed=speed,
            )
        )

    def _let_lead(self, tab_id: str, at_s: float) -> None:
        self._come_back(at_s)
        if tab_id != self._leader:
            self._end_screen(at_s, None)
            self._main.camera_id = None
        self._leader = tab_id
        self._main.playing = self._main.hidden = False

    def _come_back(self, at_s: float) -> None:
        if self._away_since_s is not None:
            self._away.append((self._away_since_s, at_s))
        self._away_since_s = None

    def _list_away(self, used_s: float) -> tuple[Span, ...]:
        still = () if self._away_since_s is None else ((self._away_since_s, used_s),)
        return tuple(span for span in (*self._away, *still) if span[0] < span[1])

    def _see_leader(self, act: Act, at_s: float, t_s: float | None) -> None:
        """Note whether the leader is there, and what it shows; `t_s` is of the picture on screen."""
        main = self._main
        self._end_screen(at_s, act.from_s if isinstance(act, acts.Seek) else t_s)
        if t_s is not None:
            main.site_s = t_s
        match act:
            case acts.Play() | acts.Speed():
                main.speed = act.speed or main.speed
                main.playing = main.playing or isinstance(act, acts.Play)
            case acts.Focus():
                main.camera_id = act.camera_id
            case acts.Halt() | acts.Step():
                main.playing = False
            case acts.View(name="grid"):
                main.camera_id = None
            case acts.Hidden() | acts.Close():
                main.hidden = True
                main.playing = main.playing and isinstance(act, acts.Hidden)
                self._away_since_s = at_s if self._away_since_s is None else self._away_since_s
            case acts.Visible():
                main.hidden = False
                self._come_back(at_s)
            case acts.Stall() if act.seconds > 0:
                self.waits.append((at_s - act.seconds, at_s))
            case _:
                pass

    def _end_screen(self, at_s: float, shown_s: float | None) -> None:
        """End the stretch that runs, at a site time or where it stood."""
        main = self._main
        if at_s <= main.at_s:
            return
        if main.camera_id is not None and main.site_s is not None and not main.hidden:
            site_to_s = main.site_s
            if main.playing and shown_s is not None:
                moved_s = shown_s - main.site_s
                site_to_s = main.site_s if _is_jump(moved_s, speed=main.speed, wall_s=at_s - main.at_s) else shown_s
            self._screens.append((main.camera_id, main.at_s, at_s, main.site_s, site_to_s))
            main.site_s = site_to_s
        main.at_s = at_s


def _is_jump(moved_s: float, *, speed: float, wall_s: float) -> bool:
    """Whether playing at that speed for that long cannot have moved a picture that far."""
    is_against = is_over(-moved_s * speed, 0.0)
    return is_against or is_over(abs(moved_s), abs(speed) * wall_s * JUMP_SLACK_S + JUMP_SLACK_S)
