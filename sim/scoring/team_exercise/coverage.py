"""How much of the person's way was on anybody's screen."""

from collections.abc import Iterable

from sim.scoring.footage_use import Span, merge_spans
from sim.scoring.metric import Better, Metric, divide
from sim.scoring.team_exercise.evidence import ExerciseCase, Screen
from sim.scoring.watched_grid import sum_overlap_s


def compute_coverage(case: ExerciseCase) -> float | None:
    """Return the share of the person's time on camera that at least one member had as the main picture, 0..1.

    Site seconds played through by anybody that lie in appearances of T on that camera, each once, over the sum of the
    lengths of T; None when T has no length. A still picture adds nothing. Appearances of 20 s on A and 10 s on B; one
    member played the first 12 s on A, another A's seconds 8 to 16 and all of B: (16 + 10) / 30 = 0.867.
    """
    screens = [screen for member in case.members for screen in member.screens]
    covered, total = 0.0, 0.0
    for camera, first_s, last_s in case.list_legs():
        covered += sum_overlap_s(list_played(screens, camera), [(first_s, last_s)])
        total += last_s - first_s
    return divide(covered, total)


def compute_legs_seen(case: ExerciseCase) -> float | None:
    """Return the share of the appearances in T of which anybody had a picture on screen, even a still one, 0..1.

    None when T is empty. 3 of 4 appearances: 0.75.
    """
    screens = [screen for member in case.members for screen in member.screens]
    legs = list(case.list_legs())
    seen = sum(any(_shows(screen, *leg) for screen in screens) for leg in legs)
    return divide(seen, len(legs))


def list_played(screens: Iterable[Screen], camera_id: str) -> list[Span]:
    """Return the site time of a camera that was played through, as disjoint spans, ascending."""
    return merge_spans(
        (min(screen.site_from_s, screen.site_to_s), max(screen.site_from_s, screen.site_to_s))
        for screen in screens
        if screen.camera_id == camera_id and screen.site_from_s != screen.site_to_s
    )


def _shows(screen: Screen, camera_id: str, first_s: float, last_s: float) -> bool:
    low, high = sorted((screen.site_from_s, screen.site_to_s))
    return screen.camera_id == camera_id and low <= last_s and high >= first_s


EXERCISE_COVERAGE = Metric(
    key="exercise_coverage", version=2, unit="ratio", better=Better.HIGHER, needs_log=True, compute=compute_coverage
)
EXERCISE_LEGS_SEEN = Metric(
    key="exercise_appearances_seen",
    version=2,
    unit="ratio",
    better=Better.HIGHER,
    needs_log=True,
    compute=compute_legs_seen,
)
