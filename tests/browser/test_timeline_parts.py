"""What the parts of the timeline compute: motion, the span shown, ticks, typed times."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.support.console_modules import load_modules

DURATION_S = 300.0


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """A bare page with the timeline's pure parts."""
    context = browser.new_context()
    page = context.new_page()
    load_modules(
        page,
        motion_rule=["listMotionStarts", "findMotionStart"],
        motion_data=["decodeLevels", "sumLevels"],
        time_window=["TimeWindow", "chooseTickStep", "listTicks"],
        site_clock=["SiteClock"],
    )
    yield page
    context.close()


@pytest.mark.parametrize(
    ("levels", "starts"),
    [
        ([0, 0, 30, 30, 0, 0, 40, 0], [2, 6]),
        ([30, 30, 0], [0]),
        ([0, 25, 25, 25], []),
        ([0, 26, 17, 26, 17, 26, 16, 26], [1, 7]),
        ([], []),
    ],
)
def test_motion_begins_after_a_quiet_second(modules: Page, levels: list[int], starts: list[int]) -> None:
    assert modules.evaluate("(levels) => modules.listMotionStarts(levels)", levels) == starts


def find_starts(levels: np.ndarray) -> list[int]:
    """The rule again, by the last second before that was moving or quiet: motion begins where that was quiet."""
    starts = []
    for second in np.flatnonzero(levels >= 26):
        before = levels[:second]
        decided = before[(before >= 26) | (before < 17)]
        if not decided.size or decided[-1] < 17:
            starts.append(int(second))
    return starts


def test_the_rule_agrees_with_its_twin(modules: Page) -> None:
    rng = np.random.default_rng(20261014)
    cases = [rng.integers(0, 45, size) for size in (3, 20, 60, 200, 900) for _ in range(12)]
    found = modules.evaluate("(cases) => cases.map(modules.listMotionStarts)", [case.tolist() for case in cases])
    assert found == [find_starts(case) for case in cases]
    assert sum(map(len, found)) > 500


def test_next_and_previous_leave_the_motion_that_one_stands_on(modules: Page) -> None:
    levels = [0, 0, 30, 30, 0, 0, 40, 0]
    ask = "([levels, timeS, way]) => modules.findMotionStart(levels, 0.5, timeS, way)"
    asked = [(0, 1), (1.0, 1), (1.4, 1), (3.0, 1), (3.0, -1), (3.1, -1), (1.0, -1)]
    assert [modules.evaluate(ask, [levels, *each]) for each in asked] == [1.0, 3.0, 3.0, None, 1.0, 3.0, None]


def test_levels_are_read_and_summed(modules: Page) -> None:
    assert modules.evaluate("Array.from(modules.decodeLevels('AAv/'))") == [0, 11, 255]
    summed = modules.evaluate("Array.from(modules.sumLevels([Uint8Array.of(0, 30, 40), Uint8Array.of(0, 40)]))")
    assert summed == [0, 255, 204]
    assert modules.evaluate("Array.from(modules.sumLevels([]))") == []


WALK = """
([durationS, moves]) => {
  const shown = new modules.TimeWindow(durationS);
  return moves.map(([name, ...values]) => {
    shown[name](...values);
    return [shown.fromS, shown.toS, shown.isWhole, shown.isClosest];
  });
}
"""


def draw_move(rng: np.random.Generator, duration_s: float) -> list[str | float]:
    """Return the name of a method of the window and values for it."""
    at_s = float(rng.uniform(-9, duration_s + 9))
    moves: list[list[str | float]] = [
        ["zoomBy", float(np.exp(rng.normal(0, 1))), at_s],
        ["panBy", float(rng.normal(0, duration_s))],
        ["centreOn", at_s],
        ["keepBetween", at_s, 0.1, 0.9],
        ["showSpan", at_s, at_s + float(rng.uniform(0, 2 * duration_s))],
    ]
    return moves[rng.integers(len(moves))]


def test_the_window_stays_in_the_recording_and_shows_at_least_30_seconds(modules: Page) -> None:
    rng = np.random.default_rng(7)
    for duration_s in (16.0, 30.0, 300.0, 3600.0):
        moves = [draw_move(rng, duration_s) for _ in range(200)]
        for from_s, to_s, is_whole, is_closest in modules.evaluate(WALK, [duration_s, moves]):
            assert 0 <= from_s < to_s <= duration_s
            assert to_s - from_s >= min(30.0, duration_s) - 1e-6
            assert is_whole == (to_s - from_s == duration_s)
            assert is_closest == (to_s - from_s <= min(30.0, duration_s) + 1e-6)


def test_zooming_leaves_the_time_under_the_pointer_where_it_is(modules: Page) -> None:
    shown = """
    ([factor, aroundS]) => {
      const shown = new modules.TimeWindow(600);
      shown.zoomBy(4, 300);
      const before = shown.shareOf(aroundS);
      shown.zoomBy(factor, aroundS);
      return [before, shown.shareOf(aroundS), shown.spanS, shown.timeAt(before)];
    }
    """
    for factor, around_s in ((2, 280.0), (1.3, 350.0), (0.7, 330.0)):
        before, after, span_s, there_s = modules.evaluate(shown, [factor, around_s])
        assert (after, span_s, there_s) == pytest.approx((before, 150 / factor, around_s))


def test_ticks_stand_on_full_steps_of_the_clock_down_to_a_second(modules: Page) -> None:
    step = "([spanS, widthPx, roomPx]) => modules.chooseTickStep(spanS, widthPx, () => roomPx)"
    asked = [(300, 1100, 76), (30, 1100, 76), (12, 1100, 76), (300, 340, 52), (86400, 300, 76)]
    assert [modules.evaluate(step, list(each)) for each in asked] == [30, 5, 1, 60, 3600]
    ticks = "([fromS, toS, startS, everyS]) => modules.listTicks({ fromS, toS }, startS, everyS)"
    assert modules.evaluate(ticks, [0, 60, 28805, 30]) == [25, 55]
    assert modules.evaluate(ticks, [10, 12, 28800, 1]) == [10, 11, 12]
    assert modules.evaluate(ticks, [1, 4, 28800, 30]) == []


READ = """
([text, atS]) => new modules.SiteClock("2026-10-14T08:00:00", 900).parse(text, atS)
"""


@pytest.mark.parametrize(
    ("typed", "time_s"),
    [
        ("8:05", 300),
        ("8:05:12", 312),
        ("80512", 312),
        ("805", 300),
        ("8:05:12 am", 312),
        (" 05:12 ", 312),
        ("+10", 110),
        ("-30", 70),
        ("−30", 70),
        ("+ 10 s", 110),
        ("+1:30", 190),
        ("-200", 0),
        ("+5000", 900),
    ],
)
def test_a_typed_time_is_read(modules: Page, typed: str, time_s: float) -> None:
    assert modules.evaluate(READ, [typed, 100]) == {"timeS": time_s}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("soon", "“soon” is not a time. Type it like 8:00:00 AM, or +10 and -10 for seconds from here."),
        ("", "No time was typed. Type it like 8:00:00 AM, or +10 and -10 for seconds from here."),
        ("8:75", "There is no time 8:75. Minutes and seconds go up to 59."),
        ("27:10:00", "There is no time 27:10:00. Hours go up to 23."),
        ("9:30:00", "The recording runs from 8:00:00 AM to 8:14:59 AM."),
        ("+1:75", "+1:75 has more than 59 seconds. Type +1:30 or +90."),
        ("+", "“+” is not a time. Type it like 8:00:00 AM, or +10 and -10 for seconds from here."),
    ],
)
def test_what_is_no_time_is_explained(modules: Page, typed: str, said: str) -> None:
    assert modules.evaluate(READ, [typed, 100]) == {"problem": said}
