"""The pictures of a comparison as SVG, for page and paper alike. Lengths in points, as on paper."""

import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from sim.compare.comparison import Comparison, Person, Shares
from sim.compare.later import Part, Point
from sim.compare.result import Result
from sim.features.comparison.planning import CUTS, ENOUGH, PlanPower
from sim.features.comparison.tables import GROUP_LABELS, write_points, write_ratio, write_signed
from sim.tasks import name_task_type
from sim.text.tables import write_time
from sim.text.words import make_printable, shorten

INK, MUTED, PALE, LINE, BAND, PAPER = "#1b2430", "#4d5a6b", "#8d99a8", "#c9d0da", "#dfe6ef", "#ffffff"
DASHED, DOTTED = "4 2.5", "1 2"
HEAD_PT, FOOT_PT, LEFT_PT = 22.0, 6.0, 32.0
ROW_PT = 15.0
LINE_PT, SIGN_PT = 9.0, 3.7  # of the smallest print: from line to line, and a sign's mean width
MOST_MARKED = 60
TIME_STEPS_S = (15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
PERCENTS = [(value, f"{value:.0f}%") for value in (0.0, 25.0, 50.0, 75.0, 100.0)]
NEAR_TICKS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
RATIO_TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
LABEL_PT = 26.0
At = tuple[float, float]
Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    svg: str
    alt: str
    width_pt: float
    height_pt: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Maps values to points along one axis of a picture, `low` to `start_pt` and `high` to `end_pt`."""

    low: float
    high: float
    start_pt: float
    end_pt: float
    is_log: bool = False

    def place(self, value: float) -> float:
        low, high = self.low, self.high
        if self.is_log:
            low, high, value = math.log(low), math.log(high), math.log(max(value, 1e-6))
        return self.start_pt + min(max((value - low) / (high - low), 0.0), 1.0) * (self.end_pt - self.start_pt)


def draw_picture(elements: Iterable[str], *, width_pt: float, height_pt: float, alt: str) -> Picture:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_pt:g}pt" height="{height_pt:g}pt" '
        f'viewBox="0 0 {width_pt:g} {height_pt:g}">{"".join(elements)}</svg>'
    )
    return Picture(svg=svg, alt=make_printable(alt), width_pt=width_pt, height_pt=height_pt)


def draw_line(*points: At, colour: str = INK, width: float = 0.75, dash: str = "") -> str:
    dashes = f" stroke-dasharray={quoteattr(dash)}" if dash else ""
    return (
        f'<polyline points="{_join(points)}" fill="none" stroke="{colour}" stroke-width="{width:g}"'
        f' stroke-linejoin="round"{dashes}/>'
    )


def draw_area(*points: At, colour: str, stroke: str = "") -> str:
    return f'<polygon points="{_join(points)}" fill="{colour}"{stroke}/>'


def _join(points: Sequence[At]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)


def draw_dot(at: At, *, radius: float = 2.2) -> str:
    return f'<circle cx="{at[0]:.2f}" cy="{at[1]:.2f}" r="{radius:g}" fill="{INK}" stroke="{INK}" stroke-width="0.9"/>'


def draw_square(at: At, *, fill: str = INK) -> str:
    return (
        f'<rect x="{at[0] - 2.6:.2f}" y="{at[1] - 2.6:.2f}" width="5.2" height="5.2" fill="{fill}" stroke="{INK}"'
        ' stroke-width="0.9"/>'
    )


def draw_triangle(at: At) -> str:
    """Return an open triangle: a time that ran out."""
    x, y = at
    stroke = f' stroke="{INK}" stroke-width="0.9"'
    return draw_area((x - 3.2, y + 2.4), (x + 3.2, y + 2.4), (x, y - 3.2), colour=PAPER, stroke=stroke)


def draw_diamond(at: At) -> str:
    x, y = at
    return draw_area((x - 4.0, y), (x, y - 4.0), (x + 4.0, y), (x, y + 4.0), colour=INK)


def draw_mark(at: At, *, is_open: bool) -> str:
    return draw_square(at, fill=PAPER) if is_open else draw_dot(at)


def write(
    at: At, text: str, *, anchor: str = "start", size: float = 8.0, colour: str = INK, is_bold: bool = False
) -> str:
    """Return a line of text whose baseline begins, ends or has its middle at a point."""
    weight = ' font-weight="600"' if is_bold else ""
    return (
        f'<text x="{at[0]:.2f}" y="{at[1]:.2f}" font-family="Source Sans 3, Source Sans, sans-serif"'
        f' font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(make_printable(text))}</text>'
    )


def write_small(at: At, text: str, *, anchor: str = "start") -> str:
    return write(at, text, anchor=anchor, size=7.5, colour=MUTED)


def draw_estimate(result: Result, x: Axis, y_pt: float, *, width: float, draw: Callable[[At], str]) -> list[str]:
    elements = []
    if result.interval:
        elements.append(draw_line(*((x.place(bound), y_pt) for bound in result.interval), width=width))
    if result.estimate is not None:
        elements.append(draw((x.place(result.estimate), y_pt)))
    return elements


def draw_level_lines(y: Axis, ticks: Ticks, *, left_pt: float, right_pt: float) -> list[str]:
    elements = []
    for value, label in ticks:
        at = y.place(value)
        elements.append(draw_line((left_pt, at), (right_pt, at), colour=LINE, width=0.5))
        elements.append(write_small((left_pt - 4, at + 2.6), label, anchor="end"))
    return elements


def draw_foot_labels(x: Axis, ticks: Ticks, *, base_pt: float) -> list[str]:
    elements = []
    for value, label in ticks:
        at = x.place(value)
        elements.append(draw_line((at, base_pt), (at, base_pt + 3), colour=LINE, width=0.5))
        elements.append(write_small((at, base_pt + 11), label, anchor="middle"))
    return elements


def draw_legend(series: Sequence[str], *, at: At, with_marks: bool) -> list[str]:
    """Return a legend of two: the first dashed with open squares, the second solid with filled dots."""
    elements = []
    x, y = at
    for name in series:
        is_first = name == series[0]
        elements.append(draw_line((x, y - 2.6), (x + 22, y - 2.6), width=1.4, dash=DASHED if is_first else ""))
        if with_marks:
            elements.append(draw_mark((x + 11, y - 2.6), is_open=is_first))
        elements.append(write((x + 26, y), name, is_bold=True))
        x += 26 + 4.4 * len(name) + 12
    return elements


def list_times(top_s: float, *, most: int) -> Ticks:
    """Return at most `most` + 1 round times from 0 to `top_s` with their labels."""
    step = next((step for step in TIME_STEPS_S if top_s / step <= most), 7200.0)
    return [(step * number, write_time(step * number)) for number in range(int(top_s // step) + 1)]


def list_points(reach: float) -> Ticks:
    """Return round differences of shares from -`reach` to `reach` with their labels in points."""
    step = next((step for step in (5, 10, 20) if 100.0 * reach / step < 4.0), 50)
    most = int(100.0 * reach // step)
    return [(step * at / 100.0, write_signed(step * at)) for at in range(-most, most + 1)]


def list_ratios(x: Axis) -> Ticks:
    """Return round ratios between the ends of an axis, labeled as a change in percent."""
    is_wide = abs(x.end_pt - x.start_pt) * math.log(4.0 / 3.0) > LABEL_PT * math.log(x.high / x.low)
    percents = [(ratio, round(100.0 * (ratio - 1.0))) for ratio in (NEAR_TICKS if is_wide else RATIO_TICKS)]
    return [(at, f"{write_signed(each)}%" if each else "same") for at, each in percents if x.low <= at <= x.high]


def find_ratio_axis(results: Sequence[Result], *others: float, start_pt: float, end_pt: float) -> Axis:
    values = [value for each in results for value in (each.estimate, *(each.interval or ())) if value is not None]
    low = max(min([*values, *others, 0.6]) * 0.95, 0.05)
    high = min(max([*values, *others, 1.6]) * 1.05, 20.0)
    return Axis(low=low, high=high, start_pt=start_pt, end_pt=end_pt, is_log=True)


def draw_slopes(people: Sequence[Person], *, limit_s: float, title: str, width_pt: float, height_pt: float) -> Picture:
    """Return everybody's time before and after, unnamed; triangles are the limit of a side without a passed drill."""
    known = [(each, *each.time_s) for each in people if each.time_s]
    y = Axis(low=0.0, high=limit_s * 1.03, start_pt=height_pt - FOOT_PT, end_pt=HEAD_PT)
    before, after = LEFT_PT + 16.0, width_pt - 20.0
    elements = [
        write_small((2, 8), title),
        *draw_level_lines(y, list_times(limit_s, most=5), left_pt=LEFT_PT, right_pt=width_pt - 4.0),
        write((before, HEAD_PT - 3), "Before", anchor="middle", is_bold=True),
        write((after, HEAD_PT - 3), "After", anchor="middle", is_bold=True),
    ]
    is_few = len(known) <= MOST_MARKED
    for each, first, second in known:
        ends = ((before, y.place(first)), (after, y.place(second)))
        elements.append(draw_line(*ends, colour=MUTED if is_few else PALE, width=max(0.25, min(0.8, 12 / len(known)))))
        for at, passed in zip(ends, each.passed, strict=True) if is_few else ():
            elements.append(draw_dot(at, radius=1.4) if passed else draw_triangle(at))
    if known:
        typical = [math.exp(sum(map(math.log, times)) / len(known)) for times in list(zip(*known, strict=True))[1:]]
        middle = [(before, y.place(typical[0])), (after, y.place(typical[1]))]
        elements += [draw_line(*middle, colour=PAPER, width=5.5), draw_line(*middle, width=3.0)]
    said = "; ".join(
        f"{each.person_id} {write_time(first)} to {write_time(second)}" for each, first, second in known[:12]
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=f"{title}, before and after: {said}.")


def draw_decides(comparison: Comparison, *, width_pt: float) -> Picture:
    """Return what decides with its intervals: time, the smallest change worth having, match with its margin, passed."""
    effects, plan = comparison.effects, comparison.plan
    shares = [value for each in (effects.match, effects.passed) for value in (each.estimate, *(each.interval or ()))]
    reach = min(1.0, 1.1 * max([plan.margin, 0.1, *(abs(value) for value in shares if value is not None)]))
    x_share = Axis(low=-reach, high=reach, start_pt=8.0, end_pt=width_pt - 8.0)
    told: list[tuple[str, Result, str, Axis, list[float]]] = []
    if effects.time.estimate is not None:
        worth = [] if plan.smallest is None else [1.0 - plan.smallest]
        x_time = find_ratio_axis([effects.time], *worth, start_pt=8.0, end_pt=width_pt - 8.0)
        told.append(("Time to a right answer", effects.time, write_ratio(effects.time), x_time, worth))
    told.append(("Match with the actual path", effects.match, write_points(effects.match), x_share, [-plan.margin]))
    if effects.passed.estimate is not None:
        told.append(("Drills passed", effects.passed, write_points(effects.passed), x_share, []))
    elements, top = [], 0.0
    for number, (label, result, text, x, marked) in enumerate(told):
        y, unchanged = top + 20.0, x.place(1.0 if x.is_log else 0.0)
        elements += [
            write((8, top + 9), label),
            write((width_pt - 8, top + 9), text, anchor="end", is_bold=True),
            draw_line((unchanged, y - 7), (unchanged, y + 7), colour=MUTED),
            *(draw_line((x.place(at), y - 7), (x.place(at), y + 7), dash=DOTTED) for at in marked),
            *draw_estimate(result, x, y, width=1.6, draw=draw_diamond),
        ]
        top += 27.0
        if x.is_log or number == len(told) - 1:
            elements += draw_foot_labels(x, list_ratios(x) if x.is_log else list_points(reach), base_pt=top + 1)
            top += 18.0
    alt = "What decides. " + " ".join(f"{label}: {text}." for label, _, text, *_ in told)
    return draw_picture(elements, width_pt=width_pt, height_pt=top, alt=alt)


def draw_flow(comparison: Comparison, *, width_pt: float) -> Picture:
    """Return who was there at each step, and at each arrow why the others were not (CONSORT), one column a group."""
    stages = comparison.flow
    columns = max((len(stage.counts) for stage in stages), default=1)
    box_pt, gap_pt = 30.0, 8.0
    right = 1.0 + columns * (box_pt + gap_pt)
    elements = []
    if columns > 1:
        for column, name in enumerate(("Trained", "Waited")):
            at = (1.0 + column * (box_pt + gap_pt) + box_pt / 2, 8)
            elements.append(write_small(at, name, anchor="middle"))
    y, above = 10.0 if columns > 1 else 0.0, [0.0] * columns
    for number, stage in enumerate(stages):
        y += 4.0 if number else 2.0
        why = textwrap.wrap(stage.lost, int((width_pt - right - 12.0) / SIGN_PT))
        if why:
            elements.append(write_small((right, y + 6), "\N{RIGHTWARDS ARROW}"))
        for line in why:
            elements.append(write_small((right + 12, y + 6), line))
            y += LINE_PT
        y += 2.0
        elements.append(write((right, y + 8.8), stage.name))
        for column, count in enumerate(stage.counts):
            x = 1.0 + column * (box_pt + gap_pt)
            # who waits does not come to the training: the arrow goes past it
            if not count and any(later.counts[column] for later in stages[number:]):
                continue
            if number:
                elements.append(draw_line((x + box_pt / 2, above[column]), (x + box_pt / 2, y), colour=MUTED))
            box = [(x, y), (x + box_pt, y), (x + box_pt, y + 12), (x, y + 12), (x, y)]
            elements += [draw_line(*box, colour=MUTED), write((x + box_pt / 2, y + 8.8), str(count), anchor="middle")]
            above[column] = y + 12.0
        y += 12.0
    said = "; ".join(
        f"{stage.name} {' and '.join(map(str, stage.counts))}{f' ({stage.lost})' if stage.lost else ''}"
        for stage in stages
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=y + 4.0, alt=f"Who is compared. {said}.")


def draw_curves(curves: Sequence[Shares], limit_s: float, *, width_pt: float, height_pt: float) -> Picture:
    """Return the share of drills passed by each time: before dashed, after solid with its interval gray."""
    base = height_pt - 18.0
    x = Axis(low=0.0, high=limit_s, start_pt=LEFT_PT, end_pt=width_pt - 12.0)
    y = Axis(low=0.0, high=100.0, start_pt=base, end_pt=24.0)
    name = curves[0].group
    who = GROUP_LABELS[name] if name else ""
    elements = draw_legend(("Before", "After"), at=(x.start_pt + 4.4 * len(who), 9), with_marks=False)
    elements.append(write((2, 9), who, colour=MUTED))
    before, after = curves[0], curves[1]
    upper, lower = (
        [
            (x.place(at), y.place(100.0 * (share + sign * half)))
            for at, share, half in zip(after.at_s, after.share, after.half, strict=True)
        ]
        for sign in (1.0, -1.0)
    )
    elements.append(draw_area(*upper, *reversed(lower), colour=BAND))
    elements += draw_level_lines(y, PERCENTS, left_pt=x.start_pt, right_pt=x.end_pt)
    for curve, width, dash in ((after, 1.6, ""), (before, 1.4, DASHED)):
        points = [(x.place(at), y.place(100.0 * share)) for at, share in zip(curve.at_s, curve.share, strict=True)]
        elements.append(draw_line(*points, width=width, dash=dash))
    elements += draw_foot_labels(x, list_times(limit_s, most=8), base_pt=base)
    alt = (
        f"{who or 'Everyone'}, found by when: by {write_time(limit_s)} {100 * before.share[-1]:.0f}% before and "
        f"{100 * after.share[-1]:.0f}% after."
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=alt)


def draw_forest(parts: Sequence[Part], total: Result, *, is_types: bool, width_pt: float) -> Picture:
    """Return the change in time of each part, everything together below; left of the dashed line is faster after."""
    rows = [(name_task_type(part.name) if is_types else part.name, part.people, part.time) for part in parts]
    results = [*(result for _, _, result in rows if result is not None), total]
    x = find_ratio_axis(results, start_pt=130.0, end_pt=width_pt - 50.0)
    base, middle = 18.0 + ROW_PT * (len(rows) + 1), x.place(1.0)
    elements = [
        write_small((122, 9), "People", anchor="end"),
        write_small((middle - 5, 9), "\N{LEFTWARDS ARROW} faster after", anchor="end"),
        write_small((middle + 5, 9), "slower after \N{RIGHTWARDS ARROW}"),
        draw_line((x.start_pt, base), (x.end_pt, base), colour=LINE, width=0.5),
        draw_line((middle, 14), (middle, base), colour=MUTED, width=0.8, dash=DASHED),
        *draw_foot_labels(x, list_ratios(x), base_pt=base),
    ]
    for number, (label, people, result) in enumerate([*rows, ("All together", 0, total)]):
        y = 18.0 + ROW_PT * (number + 0.5)
        is_total = number == len(rows)
        elements.append(write((2, y + 2.8), shorten(label, most=25), is_bold=is_total))
        elements.append(write((122, y + 2.8), str(people or ""), anchor="end", colour=MUTED))
        text = "too few" if result is None else write_ratio(result)
        elements.append(write((width_pt - 2, y + 2.8), text, anchor="end", is_bold=is_total))
        if result is not None:
            elements += draw_estimate(result, x, y, width=1.2, draw=draw_diamond if is_total else draw_square)
    alt = "Change of the time to a right answer: " + ", ".join(
        f"{label} {'too few' if result is None else write_ratio(result)}" for label, _, result in rows
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=base + 18.0, alt=alt)


def draw_trend(points: Sequence[Point], *, is_time: bool, width_pt: float, height_pt: float) -> Picture:
    """Return means with their intervals by drill, or by due date: times in minutes, or match in percent."""
    labels = list(dict.fromkeys(point.label for point in points))
    series = list(dict.fromkeys(point.series for point in points))
    scale = 1.0 if is_time else 100.0
    shown = [(point, point.time if is_time else point.match) for point in points]
    tops = [value for _, result in shown for value in (result.estimate, *(result.interval or ())) if value is not None]
    high = max(tops, default=60.0) * 1.05 if is_time else 100.0
    base = height_pt - 16.0
    y = Axis(low=0.0, high=high, start_pt=base, end_pt=20.0)
    x = Axis(low=-0.5, high=len(labels) - 0.5, start_pt=LEFT_PT, end_pt=width_pt - 8.0)
    title = "Time to a right answer (min:s)" if is_time else "Match with the actual path"
    step = -(-len(labels) // 12)
    elements = [
        write((2, 8), title, colour=MUTED),
        *draw_level_lines(y, list_times(high, most=5) if is_time else PERCENTS, left_pt=x.start_pt, right_pt=x.end_pt),
        *draw_foot_labels(x, [(float(at), label) for at, label in enumerate(labels) if at % step == 0], base_pt=base),
    ]
    if len(series) > 1:
        elements += draw_legend(series, at=(width_pt - 124, 8), with_marks=True)
    for number, name in enumerate(series):
        is_open, shift = len(series) > 1 and number == 0, 3.5 * (number - (len(series) - 1) / 2)
        mine = [(point, result) for point, result in shown if point.series == name and result.estimate is not None]
        ends = [
            (x.place(labels.index(point.label)) + shift, y.place(scale * (result.estimate or 0.0)))
            for point, result in mine
        ]
        if len(ends) > 1:
            elements.append(draw_line(*ends, width=1.3, dash=DASHED if is_open else ""))
        for (_, result), at in zip(mine, ends, strict=True):
            for lower, upper in [result.interval] if result.interval else []:
                bounds = (at[0], y.place(scale * lower)), (at[0], y.place(scale * upper))
                elements.append(draw_line(*bounds, colour=MUTED, width=0.9))
        elements += [draw_mark(at, is_open=is_open) for at in ends]
    said = ", ".join(
        f"{point.label} {write_time(result.estimate) if is_time else f'{100 * result.estimate:.0f}%'}"
        for point, result in shown
        if result.estimate is not None
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=f"{title}: {said}.")


def draw_power(power: PlanPower, *, width_pt: float) -> Picture:
    """Return the share of studies called faster, and improved (dashed), by size of the gain."""
    base = 118.0
    x = Axis(low=0.0, high=power.powers[-1].cut, start_pt=LEFT_PT, end_pt=width_pt - 14.0)
    y = Axis(low=0.0, high=100.0, start_pt=base, end_pt=24.0)
    smallest, enough = x.place(power.smallest.cut), y.place(100.0 * ENOUGH)
    faster = [(x.place(each.cut), y.place(100.0 * each.faster)) for each in power.powers]
    improved = [(x.place(each.cut), y.place(100.0 * each.improved)) for each in power.powers]
    elements = [
        write((2, 8), "Studies called faster, and improved (dashed), by time saved", colour=MUTED),
        *draw_level_lines(y, PERCENTS, left_pt=x.start_pt, right_pt=x.end_pt),
        draw_line((x.start_pt, enough), (x.end_pt, enough), colour=MUTED),
        write_small((x.end_pt, enough - 3), "2 of 3", anchor="end"),
        draw_line((smallest, 24.0), (smallest, base), colour=MUTED, width=0.8, dash=DASHED),
        write((smallest, 20.0), f"worth having: {100 * power.smallest.cut:.0f}%", anchor="middle", size=7.5),
        draw_line(*faster, width=1.6),
        draw_line(*improved, width=1.2, dash=DASHED),
        *(draw_dot(point) for point in (*faster, *improved)),
        *draw_foot_labels(x, [(cut, f"{100 * cut:.0f}%") for cut in CUTS], base_pt=base),
    ]
    said = ", ".join(
        f"{100 * each.cut:.0f}% less in {100 * each.faster:.0f} and {100 * each.improved:.0f}%" for each in power.powers
    )
    alt = f"Share of studies called faster, and improved, by how much less time is needed after: {said}."
    return draw_picture(elements, width_pt=width_pt, height_pt=base + 16.0, alt=alt)
