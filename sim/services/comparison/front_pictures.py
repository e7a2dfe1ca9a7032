"""The pictures of a report: which of them stand on the two front pages, how large, and with what note and words."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.compare.content.comparison import Comparison
from sim.services.comparison import wording
from sim.services.comparison.figures import ForestView, TrendPoint, TrendView
from sim.services.comparison.pictures import (
    draw_completion_curves,
    draw_forest,
    draw_measure_slopes,
    draw_time_slopes,
    draw_trend_accuracy,
    draw_trend_times,
)
from sim.services.comparison.svg import Picture
from sim.services.comparison.view import ComparisonView, MeasureView

FULL_PT = 504.0
HALF_PT = 244.0
PAGE_PT = 676.0
PANEL_HEAD_PT = 48.0
LINE_PT = 13.5
SIGNS_A_LINE = 108
FIRST_PAGE_REST_PT = 262.0
SECOND_PAGE_REST_PT = 26.0
SLOPE_PT = (180.0, 286.0)
ACCURACY_PT = (124.0, 200.0)
TREND_PT = (92.0, 130.0)
MOST_FOREST_ROWS = 30
ROW_GAP_PT = 8.0
FEW_PEOPLE = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One or two pictures under a title and a note. Panels of half width stand side by side."""

    title: str
    note: str
    pictures: tuple[Picture, ...]
    is_half: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPanels:
    """The pictures by place: first page, second page, and those that found no room there."""

    first: tuple[Panel, ...]
    second: tuple[Panel, ...]
    appendix: tuple[Panel, ...]


def draw_panels(view: ComparisonView, comparison: Comparison, *, first_text: Sequence[str]) -> ReportPanels:
    if not view.has_pairs:
        return ReportPanels(first=(), second=(), appendix=())
    first_pt = PAGE_PT - FIRST_PAGE_REST_PT - LINE_PT * count_lines(first_text)
    forests = _list_forests(view)
    measures = [measure for measure in view.measures if measure.points]
    trends = [trend for trend in (view.learning, view.retention) if trend is not None]
    caution_pt = (LINE_PT * count_lines(view.cautions) + 30.0) if view.cautions else 0.0
    left_pt = PAGE_PT - SECOND_PAGE_REST_PT - caution_pt
    left_pt -= (PANEL_HEAD_PT + ACCURACY_PT[0]) if measures else 0.0
    left_pt -= (PANEL_HEAD_PT + 2 * TREND_PT[0]) if trends else 0.0
    fitting: list[Panel] = []
    waiting: list[Panel] = []
    for panel in forests:
        need_pt = PANEL_HEAD_PT + panel.pictures[0].height_pt
        if need_pt <= left_pt:
            left_pt -= need_pt
            fitting.append(panel)
        else:
            waiting.append(panel)
    shown = measures
    if len(measures) > 2:
        if left_pt >= ACCURACY_PT[1] and not waiting:
            left_pt -= ACCURACY_PT[0] + ROW_GAP_PT
        else:
            shown = [measures[0], measures[-1]]
    rows = -(-len(shown) // 2)
    share_pt = max(left_pt, 0.0) / (rows + (2 if trends else 0) or 1)
    second: list[Panel] = []
    if measures:
        height_pt = min(ACCURACY_PT[0] + share_pt, ACCURACY_PT[1])
        pictures = tuple(_draw_measure(measure, height_pt=height_pt) for measure in shown)
        second.append(
            Panel(title="Accuracy, person by person", note=wording.ACCURACY_NOTE, pictures=pictures, is_half=False)
        )
    trend_pt = min(TREND_PT[0] + share_pt, TREND_PT[1])
    if view.learning is not None:
        second.append(
            _make_trend(
                view.learning, "Drill by drill", wording.LEARNING_NOTE, height_pt=trend_pt, is_half=len(trends) > 1
            )
        )
    if view.retention is not None:
        second.append(
            _make_trend(
                view.retention,
                "Weeks and months later",
                wording.RETENTION_NOTE,
                height_pt=trend_pt,
                is_half=len(trends) > 1,
            )
        )
    return ReportPanels(
        first=_draw_first(view, comparison, height_pt=min(max(first_pt, SLOPE_PT[0]), SLOPE_PT[1])),
        second=(*second, *fitting),
        appendix=tuple(waiting),
    )


def count_lines(sentences: Sequence[str]) -> int:
    """Return about how many printed lines the sentences take, each from a line of its own."""
    return sum(-(-len(sentence) // SIGNS_A_LINE) for sentence in sentences)


def _draw_first(view: ComparisonView, comparison: Comparison, *, height_pt: float) -> tuple[Panel, ...]:
    people = len(comparison.pairs)
    note = wording.TIMES_NOTE if people <= FEW_PEOPLE else wording.TIMES_NOTE_MANY.format(people=people)
    slopes = draw_time_slopes(
        view.time_points,
        typical=view.time_typical,
        width_pt=HALF_PT,
        height_pt=height_pt,
        alt=f"{wording.TIMES}. {view.time_sentence}",
    )
    rows = "; ".join(f"by {time}: {before} before, {after} after" for time, before, after in view.share_table.rows)
    curves = draw_completion_curves(
        view.curve,
        limit_s=view.limit_s,
        at_risk=[(row.at_s, row.before, row.after) for row in comparison.time.at_risk],
        width_pt=HALF_PT,
        height_pt=height_pt,
        alt=f"{wording.FINISHED}. Finished {rows}.",
    )
    return (
        Panel(title=wording.TIMES, note=note, pictures=(slopes,), is_half=True),
        Panel(title=wording.FINISHED, note=wording.FINISHED_NOTE, pictures=(curves,), is_half=True),
    )


def _list_forests(view: ComparisonView) -> list[Panel]:
    """Return schools, then kinds of task; a long list in parts, each with everything together at its foot."""
    wanted = (
        ("By school", wording.SCHOOLS_NOTE, view.schools),
        ("By kind of task", wording.TASK_TYPES_NOTE, view.task_types),
    )
    return [
        Panel(
            title=title,
            note=note,
            pictures=(draw_forest(part, width_pt=FULL_PT, alt=_say_forest(title, part)),),
            is_half=False,
        )
        for title, note, forest in wanted
        if forest is not None
        for part in _cut(forest)
    ]


def _cut(forest: ForestView) -> list[ForestView]:
    rows = [row for row in forest.rows if not row.is_total]
    total = tuple(row for row in forest.rows if row.is_total)
    return [
        ForestView(rows=(*rows[start : start + MOST_FOREST_ROWS], *total), is_ratio=forest.is_ratio, table=forest.table)
        for start in range(0, len(rows), MOST_FOREST_ROWS)
    ]


def _say_forest(title: str, forest: ForestView) -> str:
    return wording.SAY_FOREST.format(title=title, rows=", ".join(f"{row.label} {row.text}" for row in forest.rows))


def _draw_measure(measure: MeasureView, *, height_pt: float) -> Picture:
    alt = wording.SAY_PAIRS.format(label=measure.label)
    return draw_measure_slopes(measure, width_pt=HALF_PT, height_pt=height_pt, alt=alt)


def _make_trend(trend: TrendView, title: str, note: str, *, height_pt: float, is_half: bool) -> Panel:
    alt = _say_trend(trend.time, title=title, what="the mean time")
    pictures = [draw_trend_times(trend, width_pt=HALF_PT, height_pt=height_pt, alt=alt)]
    if trend.accuracy:
        alt = _say_trend(trend.accuracy, title=title, what="match with the actual path")
        pictures.append(draw_trend_accuracy(trend, width_pt=HALF_PT, height_pt=height_pt, alt=alt))
    return Panel(title=title, note=note, pictures=tuple(pictures), is_half=is_half)


def _say_trend(points: Sequence[TrendPoint], *, title: str, what: str) -> str:
    if not points:
        return title
    first, last = points[0], points[-1]
    labels = [f"drill {point.label}" if point.label.isdigit() else point.label.lower() for point in (first, last)]
    return wording.SAY_TREND.format(
        title=title, what=what, first=first.text, first_label=labels[0], last=last.text, last_label=labels[1]
    )
