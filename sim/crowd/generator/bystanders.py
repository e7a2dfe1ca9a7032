"""Everybody who is no target: days made from a story's patterns, where the targets' ways make it busy."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.crowd.generator.levels import pick, pick_weighted, split
from sim.crowd.generator.stories.site_facts import Halt, HaltKind, SiteFacts
from sim.crowd.generator.stories.story import Pattern, Story

DayData = dict[str, Any]

GROUPS_A_DAY = 3
SEAT_SHARE = 0.6
_WAVE_S = 8
_DOORS_A_DAY = 4
_POST_S = ((50.0, 80.0), (60.0, 100.0))
_STAY_S = 3000.0
_ROUND = 12
_ROUND_S = (12.0, 25.0)


class Furniture:
    """Keeps count of seats and of who stands where, so that a site is not asked for more than it has."""

    def __init__(self, facts: SiteFacts, *, busy: Mapping[str, int]) -> None:
        """`busy` says how often targets come through a zone: others are drawn there too."""
        self._facts = facts
        self._busy = busy
        self._left = {zone: int(count * SEAT_SHARE) for zone, count in facts.seats.items()}
        self._used: Counter[str] = Counter()

    def reserve_seats(self, zone: str, count: int) -> None:
        self._left[zone] = self._left.get(zone, 0) - count

    def take(self, kind: HaltKind, count: int, rng: np.random.Generator) -> Halt | None:
        """Return a halt for a number of people; None when the site has no room for it."""
        options = self._facts.halts.get(kind, ())
        if kind is HaltKind.SEAT:
            options = tuple(halt for halt in options if self._left[halt.zone] >= count)
        if not options:
            return None
        crowding = Counter(halt.zone for halt in options)
        weights = [
            (1.0 + self._busy.get(halt.zone, 0)) / crowding[halt.zone] / (1 + self._used[halt.node]) ** 2
            for halt in options
        ]
        halt = pick_weighted(options, weights, rng)
        self._used[halt.node] += 1
        if kind is HaltKind.SEAT:
            self.reserve_seats(halt.zone, count)
        return halt


def make_bystanders(
    story: Story,
    facts: SiteFacts,
    furniture: Furniture,
    *,
    count: int,
    duration_s: float,
    rng: np.random.Generator,
) -> list[DayData]:
    """Return the days of `count` people."""
    patterns = [pattern for pattern in story.patterns if _is_possible(pattern, facts)]
    if not patterns or count < 1:
        return []
    days: list[DayData] = []
    for pattern, people in zip(patterns, split(count, [p.share for p in patterns]), strict=True):
        size = GROUPS_A_DAY * pattern.group
        for number, start in enumerate(range(0, people, size), start=1):
            members = min(size, people - start)
            day_id = f"{pattern.name}-{number}"
            days.append(_make_day(pattern, facts, furniture, day_id, members, duration_s=duration_s, rng=rng))
    return days


def make_staff(
    furniture: Furniture, facts: SiteFacts, *, count: int, custodians: int, rng: np.random.Generator
) -> list[DayData]:
    """Return the days of `count` staff: custodians go about, half of the others stand at doors, half are on duty."""
    days: list[DayData] = []
    free = list(facts.halts.get(HaltKind.DOORWAY, ()))
    for number in range(1, count + 1):
        if number > 1 and number <= 1 + custodians:
            name, steps = f"custodian-{number - 1}", _make_round(furniture, rng)
        elif number % 2 and free:
            halt = free.pop(int(rng.integers(len(free))))
            name, steps = f"teacher-{number}", [{**halt.step, "for_s": [_STAY_S, _STAY_S]}]
        else:
            posts = [furniture.take(HaltKind.TALK, 1, rng) for _ in range(3)]
            spans = (*_POST_S, (_STAY_S, _STAY_S))
            name, steps = (
                f"staff-{number}",
                [{**h.step, "for_s": list(span)} for h, span in zip(posts, spans, strict=True) if h is not None],
            )
        if not steps:
            continue
        days.append({"day_id": name, "people": 1, "role": "staff", "arrive": [{"doors": []}], "steps": steps})
    return days


def _make_round(furniture: Furniture, rng: np.random.Generator) -> list[DayData]:
    stops = [furniture.take(HaltKind.TALK, 1, rng) for _ in range(_ROUND)]
    return [{**halt.step, "for_s": list(_ROUND_S)} for halt in stops if halt is not None]


def _is_possible(pattern: Pattern, facts: SiteFacts) -> bool:
    if pattern.enter and not facts.list_doors(pattern.enter):
        return False
    if pattern.leave and not facts.list_doors(pattern.leave):
        return False
    if not pattern.enter:
        return pattern.halts[0].kind in facts.halts
    return bool(pattern.leave) or any(halt.kind in facts.halts for halt in pattern.halts)


def _make_day(
    pattern: Pattern,
    facts: SiteFacts,
    furniture: Furniture,
    day_id: str,
    members: int,
    *,
    duration_s: float,
    rng: np.random.Generator,
) -> DayData:
    steps: list[DayData] = []
    for wanted in pattern.halts:
        halt = furniture.take(wanted.kind, members, rng) or furniture.take(HaltKind.TALK, members, rng)
        if halt is not None:
            steps.append({**halt.step, "for_s": list(wanted.for_s)})
    if pattern.leave:
        doors = facts.list_doors(pattern.leave)
        chosen = sorted(int(i) for i in rng.choice(len(doors), size=min(_DOORS_A_DAY, len(doors)), replace=False))
        steps.append({"do": "leave", "doors": [doors[i] for i in chosen]})
    day: DayData = {"day_id": day_id, "people": members}
    if pattern.group > 1:
        day["group"] = pattern.group
    day["arrive"] = _make_arrivals(pattern, facts, -(-members // pattern.group), duration_s=duration_s, rng=rng)
    day["steps"] = steps
    return day


def _make_arrivals(
    pattern: Pattern, facts: SiteFacts, groups: int, *, duration_s: float, rng: np.random.Generator
) -> Sequence[DayData]:
    if not pattern.enter:
        return [{"doors": []}]
    arrivals: list[DayData] = []
    doors = facts.list_doors(pattern.enter)
    for _ in range(groups):
        start = round(float(rng.uniform(*pattern.window)) * duration_s)
        arrivals.append({"doors": [pick(doors, rng)], "at_s": [start, start + _WAVE_S]})
    return sorted(arrivals, key=lambda arrival: list(arrival["at_s"]))
