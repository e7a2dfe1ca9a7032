"""Vehicles of a generated story: buses and cars that bring people or fetch them, and a few that only pass."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.crowd.generator.bystanders import DayData
from sim.crowd.generator.stories.site_facts import DoorUse, judge_use
from sim.crowd.generator.stories.story import Curb, Story
from sim.crowd.people.vehicle_track import Kind
from sim.crowd.traffic.curb import add_stops
from sim.crowd.traffic.vehicles import Road, Vehicle, check_vehicles
from sim.errors import ScenarioError
from sim.site.model import Site

Tail = tuple[str, str, Sequence[dict[str, Any]]]

_FIRST_S = (10.0, 20.0)
_STANDS_S = {Kind.BUS: (45.0, 65.0), Kind.VAN: (20.0, 30.0)}
_BETWEEN_S = (30.0, 45.0)
_WAITS_SHARE = (0.75, 0.85)
_PASSES_S = {Curb.BRINGS: (25.0, 45.0), Curb.FETCHES: (25.0, 45.0), Curb.PASSED: (70.0, 140.0)}
_LATER_S = (0.0, 4.0, 8.0, 13.0, 19.0)
_USE_SHARE = 0.5
_OFF_S = (2.0, 20.0)
_EARLY_SHARE = 0.55
_CARS = (Kind.SEDAN, Kind.SUV, Kind.VAN)


def make_traffic(
    story: Story, site: Site, days: Sequence[DayData], *, duration_s: float, rng: np.random.Generator
) -> tuple[Tail, ...]:
    """Return the file's part about vehicles, none without a road; half of those who come or go outside use them.

    `days` are changed in place: where their people come in, or leave.
    """
    road = Road(site)
    if not road.lanes:
        return ()
    rows: list[dict[str, Any]] = []
    reachable = {node.door for node in add_stops(site).walk_nodes}
    stops = [stop for stop in road.stops.values() if stop.stop_id in reachable]
    if story.curb is not Curb.PASSED:
        for stop in stops:
            start_s = float(rng.uniform(*_FIRST_S))
            while start_s < duration_s - 50:
                kind = stop.kind if stop.kind is Kind.BUS else _CARS[int(rng.integers(len(_CARS)))]
                low, high = _STANDS_S[Kind.BUS if kind is Kind.BUS else Kind.VAN]
                end_s = start_s + float(rng.uniform(low, high))
                if story.curb is Curb.FETCHES and kind is Kind.BUS:
                    end_s = duration_s * float(rng.uniform(*_WAITS_SHARE))
                row = {"kind": kind.value, "stop": stop.stop_id, "from_s": round(start_s), "to_s": round(end_s)}
                end_s = _add(rows, row, road, duration_s)
                start_s = max(start_s, end_s) + float(rng.uniform(*_BETWEEN_S))
        _send_people(story.curb, rows, days, site, duration_s=duration_s, rng=rng)
    passes_s = float(rng.uniform(0, 20))
    while passes_s < duration_s:
        kind = Kind.BUS if story.curb is not Curb.PASSED and rng.random() < 0.3 else _CARS[int(rng.integers(3))]
        _add(rows, {"kind": kind.value, "from_s": round(passes_s)}, road, duration_s)
        passes_s += float(rng.uniform(*_PASSES_S[story.curb]))
    return (("vehicles", "What drives on the road", rows),) if rows else ()


def _add(rows: list[dict[str, Any]], row: dict[str, Any], road: Road, duration_s: float) -> float:
    """Add a vehicle as soon after its time as it is in nobody's way, or leave it out; return until when it stands."""
    for later_s in _LATER_S:
        tried = {key: value + later_s if key in ("from_s", "to_s") else value for key, value in row.items()}
        vehicles = [Vehicle.model_validate(other) for other in (*rows, tried)]
        try:
            check_vehicles(vehicles, road=road, duration_s=duration_s)
        except ScenarioError:
            continue
        rows.append(tried)
        return float(tried.get("to_s", 0.0))
    return float(row.get("to_s", 0.0))


def _send_people(
    curb: Curb,
    rows: Sequence[dict[str, Any]],
    days: Sequence[DayData],
    site: Site,
    *,
    duration_s: float,
    rng: np.random.Generator,
) -> None:
    outside = {o.door_id for o in site.openings if judge_use(o) is DoorUse.OUTSIDE}
    standing = [row for row in rows if "stop" in row]
    weights = np.asarray([4.0 if row["kind"] == Kind.BUS.value else 1.0 for row in standing])
    for day in days if standing else ():
        if curb is Curb.BRINGS:
            for arrival in day["arrive"]:
                if outside.issuperset(arrival["doors"]) and arrival["doors"] and rng.random() < _USE_SHARE:
                    row = standing[int(rng.choice(len(standing), p=weights / weights.sum()))]
                    first = row["from_s"] + _OFF_S[0]
                    arrival["doors"], arrival["at_s"] = [row["stop"]], [first, min(first + _OFF_S[1], row["to_s"] - 6)]
            day["arrive"].sort(key=lambda arrival: list(arrival.get("at_s", ())))
        else:
            last = day["steps"][-1]
            is_early = all(a["doors"] and a["at_s"][1] < _EARLY_SHARE * duration_s for a in day["arrive"])
            leaves = last["do"] == "leave" and outside.issuperset(last["doors"])
            buses = sorted({row["stop"] for row in standing if row["kind"] == Kind.BUS.value})
            if leaves and is_early and buses and rng.random() < _USE_SHARE:
                last["doors"] = [buses[int(rng.integers(len(buses)))]]
