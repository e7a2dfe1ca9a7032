"""The completion picture: share finished by each time, with intervals and the numbers still searching."""

from collections.abc import Sequence

from sim.services.comparison.report.pictures.frame import draw_foot_labels, draw_legend, draw_level_lines
from sim.services.comparison.report.pictures.scales import list_percents, list_times
from sim.services.comparison.report.pictures.svg import (
    BAND,
    DASHED,
    DOTTED,
    INK,
    MUTED,
    Axis,
    Picture,
    draw_area,
    draw_path,
    draw_picture,
    write,
)
from sim.services.comparison.view import CurveStep

LEFT_PT = 38.0
HEAD_PT = 24.0
RISK_STEP_PT = 10.0
FEWEST_APART_PT = 17.0
SIGN_PT = 3.8


def draw_completion_curves(
    curve: Sequence[CurveStep],
    *,
    limit_s: float,
    at_risk: Sequence[tuple[float, int, int]],
    width_pt: float,
    height_pt: float,
    alt: str,
) -> Picture:
    """Return both curves: before dashed, its interval between dotted lines; after solid, its interval a grey band."""
    base = height_pt - 46.0
    x = Axis(low=0.0, high=limit_s, start_pt=LEFT_PT, end_pt=width_pt - 12.0)
    y = Axis(low=0.0, high=100.0, start_pt=base, end_pt=HEAD_PT)
    before = [step for step in curve if step.phase == "Before"]
    after = [step for step in curve if step.phase == "After"]
    lower, upper = ([_bound(step, name) for step in after] for name in ("lower", "upper"))
    elements = [
        *draw_legend(("Before", "After"), at=(LEFT_PT, 9), with_marks=False),
        draw_area([*_trace(upper, x, y), *reversed(_trace(lower, x, y))], colour=BAND),
        *draw_level_lines(y, list_percents(), left_pt=LEFT_PT, right_pt=x.end_pt),
        *(
            draw_path(_trace([_bound(step, name) for step in before], x, y), colour=MUTED, width=0.7, dash=DOTTED)
            for name in ("lower", "upper")
        ),
        draw_path(_trace([(step.time_s, step.share) for step in after], x, y), colour=INK, width=1.6),
        draw_path(_trace([(step.time_s, step.share) for step in before], x, y), colour=INK, width=1.4, dash=DASHED),
        *draw_foot_labels(x, list_times(limit_s, most=8), base_pt=base),
    ]
    elements += _write_at_risk(at_risk, x, base_pt=base + 15)
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=alt)


def _bound(step: CurveStep, name: str) -> tuple[float, float]:
    return step.time_s, step.lower if name == "lower" else step.upper


def _trace(steps: Sequence[tuple[float, float]], x: Axis, y: Axis) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for time_s, share in steps:
        if points:
            points.append((x.place(time_s), points[-1][1]))
        points.append((x.place(time_s), y.place(100.0 * share)))
    return points


def _write_at_risk(at_risk: Sequence[tuple[float, int, int]], x: Axis, *, base_pt: float) -> list[str]:
    elements = [write((2, base_pt + 8), "Still searching", colour=MUTED, size=7)]
    digits = max((len(str(count)) for _, *counts in at_risk for count in counts), default=1)
    apart_pt = max(FEWEST_APART_PT, SIGN_PT * (digits + 1.5))
    for number, name in enumerate(("Before", "After")):
        row = base_pt + 8 + (number + 1) * RISK_STEP_PT
        elements.append(write((2, row), name, size=7.5, is_bold=True))
        last = -1e9
        for time_s, *counts in at_risk:
            at = x.place(time_s)
            if at - last >= apart_pt:
                elements.append(write((max(at, LEFT_PT + 4), row), str(counts[number]), anchor="middle", size=7.5))
                last = at
    return elements
