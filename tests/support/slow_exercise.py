"""The measures of docs/team-exercises.md once more, by looking fifty times a second, without the program's code."""

import math
from statistics import median
from typing import Any

TICK_S = 0.02
NEAR_S = 10.0 + 1e-9
"""Exactly 10 s apart is near, also where a site time between two whole seconds was rounded."""

Shown = dict[str, Any]
"""camera_id, from_s, to_s, site_from_s, site_to_s"""


def site_at(shown: Shown, at_s: float) -> float:
    share = (at_s - shown["from_s"]) / (shown["to_s"] - shown["from_s"])
    return float(shown["site_from_s"] + share * (shown["site_to_s"] - shown["site_from_s"]))


def look(screens: list[Shown], at_s: float) -> tuple[str, float] | None:
    for shown in screens:
        if shown["from_s"] <= at_s < shown["to_s"]:
            return shown["camera_id"], site_at(shown, at_s)
    return None


def measure_slowly(
    members: dict[str, list[Shown]],
    *,
    legs: list[tuple[str, float, float]],
    requests: list[tuple[str, str, float, float]],
    end_s: float,
) -> dict[str, float | None]:
    ticks = [(n + 0.5) * TICK_S for n in range(round(end_s / TICK_S))]
    views = {role: [look(screens, at_s) for at_s in ticks] for role, screens in members.items()}
    viewed = twice = 0
    for n in range(len(ticks)):
        for role, seen in views.items():
            mine = seen[n]
            if mine is None:
                continue
            viewed += 1
            others = [other[n] for name, other in views.items() if name != role]
            twice += any(o is not None and o[0] == mine[0] and abs(o[1] - mine[1]) <= NEAR_S for o in others)
    covered = total = 0
    for camera, first_s, last_s in legs:
        for n in range(round((last_s - first_s) / TICK_S)):
            site_s = first_s + (n + 0.5) * TICK_S
            total += 1
            covered += any(
                min(s["site_from_s"], s["site_to_s"]) <= site_s <= max(s["site_from_s"], s["site_to_s"])
                for screens in members.values()
                for s in screens
                if s["camera_id"] == camera and s["site_from_s"] != s["site_to_s"]
            )
    delays = []
    for asker, camera, site_s, asked_s in requests:
        met = (
            at_s - asked_s
            for n, at_s in enumerate(ticks)
            if at_s >= asked_s
            and any(
                seen[n] is not None and seen[n][0] == camera and abs(seen[n][1] - site_s) <= NEAR_S
                for role, seen in views.items()
                if role != asker
            )
        )
        delays.append(next(met, math.inf))
    middle = median(delays) if delays else math.inf
    return {
        "exercise_coverage": covered / total if total else None,
        "exercise_duplicated": twice / viewed if viewed else None,
        "exercise_hand_off_delay": middle if math.isfinite(middle) else None,
        "exercise_hand_offs_met": sum(map(math.isfinite, delays)) / len(delays) if delays else None,
    }
