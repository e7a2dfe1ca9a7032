"""Things that happen between people: who has come, when an act begins, what each does in it, what is put down."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sim.crowd.places.errands import Act, Away, Cue, CueEdge, Itinerary, Moment, PutDown, Stop
from sim.crowd.walking.walker import Mode, Walker
from sim.errors import ScenarioError
from sim.site.model import PointXY


@dataclass(slots=True, kw_only=True)
class Event:
    """What became of the errands of one event_id so far; times in seconds."""

    event_id: str
    start_s: float
    end_s: float = math.inf
    people: list[Walker] = field(default_factory=list)
    spots: list[tuple[str, PointXY]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class LeftThing:
    thing: PutDown
    floor: str
    from_s: float
    until_s: float = math.inf


class Acting:
    """Keeps the acts of all walkers together, and the record of all that happened."""

    def __init__(self, walkers: Sequence[Walker]) -> None:
        self.events: dict[str, Event] = {}
        self.things: dict[str, LeftThing] = {}
        self._casts: dict[str, list[tuple[Walker, Act]]] = {}
        self._called_off: set[str] = set()
        for walker in walkers:
            for errand in walker.itinerary.errands:
                if isinstance(errand, Act):
                    self._casts.setdefault(errand.event_id, []).append((walker, errand))
        for event_id, cast in self._casts.items():
            parts = sorted(act.part for _, act in cast)
            if parts != list(range(cast[0][1].cast)):
                raise ScenarioError(
                    f"act {event_id} is to have a cast of {cast[0][1].cast}, but its parts are {parts}",
                    expected="each part once",
                )
            cast.sort(key=lambda member: member[1].part)

    def has_come(self, cue: Cue | None, now_s: float) -> bool:
        """Tell whether a cue has been given; no cue always has."""
        if cue is None:
            return True
        event = self.events.get(cue.event_id)
        if event is None:
            return False
        at_s = event.start_s if cue.edge is CueEdge.START else event.end_s
        return now_s >= at_s + cue.delay_s

    def is_vain(self, cue: Cue | None) -> bool:
        """Tell whether a cue will never come, because its act was called off."""
        return cue is not None and cue.event_id in self._called_off

    def begin(self, event_id: str, walker: Walker, now_s: float) -> None:
        """Note that somebody begins an errand of this event; the name "" is none."""
        if not event_id:
            return
        event = self.events.setdefault(event_id, Event(event_id=event_id, start_s=now_s))
        if walker not in event.people:
            event.people.append(walker)
            event.spots.append((walker.floor, walker.at))

    def end(self, event_id: str, walker: Walker, now_s: float) -> None:
        if event_id:
            self.begin(event_id, walker, now_s)
            self.events[event_id].end_s = now_s

    def update(self, now_s: float) -> None:
        """Begin the acts that have everybody together and whose time has come; call off those waited for in vain."""
        for event_id in list(self._casts):
            cast = self._casts[event_id]
            may_begin = now_s >= max(act.not_before_s for _, act in cast)
            cues = all(self.has_come(act.after, now_s) for _, act in cast)
            there = [(walker, act) for walker, act in cast if _waits_in(walker, act)]
            if may_begin and cues and len(there) == len(cast):
                for walker, act in cast:
                    self.begin(event_id, walker, now_s)
                    walker.moment = 0
                    self._play(walker, act.moments[0], now_s)
                del self._casts[event_id]
            elif self._is_hopeless(cast, there, now_s, waits=may_begin and cues):
                self._called_off.add(event_id)
                del self._casts[event_id]

    def _is_hopeless(
        self, cast: list[tuple[Walker, Act]], there: list[tuple[Walker, Act]], now_s: float, *, waits: bool
    ) -> bool:
        if any(self.is_vain(act.after) or self.is_vain(act.departs) for _, act in cast):
            return True
        if any(walker.mode is Mode.GONE for walker, _ in cast):
            return True
        due_s = max(act.not_before_s for _, act in cast)
        return waits and any(now_s > max(walker.arrived_s, due_s) + act.patience_s for walker, act in there)

    def is_called_off(self, act: Act) -> bool:
        return act.event_id in self._called_off

    def go_on(self, walker: Walker, act: Act, now_s: float) -> bool:
        """Take a person through the moments of an act that has begun; return whether the last one is over."""
        moment = act.moments[walker.moment]
        if now_s < walker.stay_until_s and not (moment.until is not None and self.has_come(moment.until, now_s)):
            return False
        walker.moment += 1
        if walker.moment < len(act.moments):
            self._play(walker, act.moments[walker.moment], now_s)
            return False
        self.end(act.event_id, walker, now_s)
        return True

    def _play(self, walker: Walker, moment: Moment, now_s: float) -> None:
        walker.stay_until_s = now_s + moment.seconds
        walker.pose = moment.pose
        assert walker.spot is not None
        walker.facing_rad = walker.spot.facing_rad if moment.facing_rad is None else moment.facing_rad
        walker.wear(moment.look)
        if moment.put_down is not None:
            name = moment.put_down.prop_id
            if name in self.things:
                raise ScenarioError(f"{name!r} is put down twice", expected="things with names of their own")
            self.things[name] = LeftThing(thing=moment.put_down, floor=walker.floor, from_s=now_s)
        if moment.pick_up is not None:
            self._pick_up(moment.pick_up, now_s)

    def _pick_up(self, name: str, now_s: float) -> None:
        left = self.things.get(name)
        if left is None or left.until_s < math.inf:
            raise ScenarioError(
                f"at {now_s:.0f} s someone picks up {name!r}, which does not stand there",
                expected="a thing that was put down before and not taken since",
                todo="put the two beats in order, or give one of them more time",
            )
        left.until_s = now_s


def _waits_in(walker: Walker, act: Act) -> bool:
    return walker.mode is Mode.STAYING and walker.current is act and not walker.is_held and walker.moment < 0


def check_cues(itineraries: Sequence[Itinerary]) -> None:
    """Check that every cue names an event of somebody's errands, and every outfit and thing exists."""
    known = {errand.event_id for itinerary in itineraries for errand in itinerary.errands} - {""}
    for itinerary in itineraries:
        outfits = len(itinerary.person.outfits)
        for cue in _list_cues(itinerary):
            if cue.event_id not in known:
                raise ScenarioError(
                    f"{itinerary.person.person_id} ({itinerary.day_id}) waits for {cue.event_id!r}",
                    expected=f"one of {', '.join(sorted(known)) or 'no event at all'}",
                )
        for look in _list_looks(itinerary):
            if not 0 <= look < outfits:
                raise ScenarioError(
                    f"{itinerary.person.person_id} ({itinerary.day_id}) is to put on outfit {look}",
                    expected=f"0 to {outfits - 1}",
                )


def _list_cues(itinerary: Itinerary) -> Iterator[Cue]:
    for errand in itinerary.errands:
        cues: list[Cue | None] = []
        if isinstance(errand, Act):
            cues = [errand.after, errand.departs, *(moment.until for moment in errand.moments)]
        elif isinstance(errand, Stop):
            cues = [errand.until]
        yield from (cue for cue in cues if cue is not None)


def _list_looks(itinerary: Itinerary) -> Iterator[int]:
    for errand in itinerary.errands:
        looks: list[int | None] = []
        if isinstance(errand, Act):
            looks = [moment.look for moment in errand.moments]
        elif isinstance(errand, Away):
            looks = [errand.look]
        yield from (look for look in looks if look is not None)
