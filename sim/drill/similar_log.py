"""Which similar people a trainee asked for, what came, and what of it they opened: folded from the log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.drill.event import Event, EventKind
from sim.drill.marks import read_number, read_text
from sim.drill.replay import order_events
from sim.drill.similar_people import CropPx, SimilarQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSighting:
    """One entry of a list as the console showed it: `crop_px` is the part of the picture that it showed."""

    camera_id: str
    frame: int
    t_s: float
    crop_px: CropPx


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSimilar:
    number: int  # counts the questions of the attempt, from 1
    query: SimilarQuery  # the box
    recognized: bool  # the box was on a person
    results: tuple[ListedSighting, ...]  # best first
    opened: tuple[int, ...] = ()  # ranks of those that were opened, ascending, from 1


@dataclass(slots=True, kw_only=True)
class SimilarFold:
    """Takes the events of a log in their order. A number that comes again is the same question: the first one counts.

    The server writes the question, the browser what was opened, by a clock of its own: that may come first.

    What a payload lacks or garbles is left out, an entry opened of a list that never came too.
    """

    asked: dict[int, AskedSimilar] = field(default_factory=dict)
    opened: dict[int, set[int]] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Take one event; kinds that say nothing about similar people change nothing."""
        number = _read_count(event.payload, "number")
        if number is None:
            return
        if event.kind is EventKind.SIMILAR and number not in self.asked:
            made = _read_asked(event.payload, number)
            if made is not None:
                self.asked[number] = made
        elif event.kind is EventKind.SUGGESTION:
            rank = _read_count(event.payload, "rank")
            if rank is not None:
                self.opened.setdefault(number, set()).add(rank)

    def list_all(self) -> tuple[AskedSimilar, ...]:
        """Return every question in the order of its number."""
        return tuple(
            AskedSimilar(
                number=number,
                query=asked.query,
                recognized=asked.recognized,
                results=asked.results,
                opened=tuple(rank for rank in sorted(self.opened.get(number, ())) if rank <= len(asked.results)),
            )
            for number, asked in sorted(self.asked.items())
        )


def fold_similar(events: Iterable[Event]) -> tuple[AskedSimilar, ...]:
    """Fold the events of a log, in whatever order they come."""
    fold = SimilarFold()
    for event in order_events(events):
        fold.take(event)
    return fold.list_all()


def _read_asked(payload: Mapping[str, Any], number: int) -> AskedSimilar | None:
    camera_id, frame = read_text(payload, "camera_id"), read_number(payload, "frame")
    box = _read_sides(payload.get("box"))
    results = payload.get("results")
    if camera_id is None or frame is None or box is None or not isinstance(results, Sequence):
        return None
    listed = [_read_listed(each) for each in results]
    if any(each is None for each in listed):
        return None
    return AskedSimilar(
        number=number,
        query=SimilarQuery(camera_id=camera_id, frame=int(frame), box=box),
        recognized=payload.get("recognized") is True,
        results=tuple(each for each in listed if each is not None),
    )


def _read_listed(entry: Any) -> ListedSighting | None:
    if not isinstance(entry, Mapping):
        return None
    camera_id, frame, t_s = read_text(entry, "camera_id"), read_number(entry, "frame"), read_number(entry, "t_s")
    crop = _read_sides(entry.get("crop"))
    if camera_id is None or frame is None or t_s is None or crop is None:
        return None
    x1, y1, x2, y2 = (int(side) for side in crop)
    return ListedSighting(camera_id=camera_id, frame=int(frame), t_s=t_s, crop_px=(x1, y1, x2, y2))


def _read_sides(value: Any) -> tuple[float, float, float, float] | None:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 4:
        return None
    sides = [read_number({"side": side}, "side") for side in value]
    if any(side is None for side in sides):
        return None
    x1, y1, x2, y2 = (float(side or 0.0) for side in sides)
    return x1, y1, x2, y2


def _read_count(payload: Mapping[str, Any], name: str) -> int | None:
    value = payload.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else None
