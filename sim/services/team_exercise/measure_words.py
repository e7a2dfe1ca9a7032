"""The measures of an exercise in plain words, and the one thing to practice next. Nobody is ranked."""

from collections.abc import Sequence

from sim.scoring.metric import MetricValue
from sim.scoring.part import PartView
from sim.scoring.team_exercise.coverage import EXERCISE_COVERAGE, EXERCISE_LEGS_SEEN, list_played
from sim.scoring.team_exercise.duplicated import EXERCISE_DUPLICATED
from sim.scoring.team_exercise.hand_off import EXERCISE_HAND_OFF_DELAY, EXERCISE_HAND_OFFS_MET
from sim.services.team_exercise.score import EndedExercise
from sim.text.times import write_minutes

GOOD_COVERAGE = 0.8
GOOD_DUPLICATED = 0.2
GOOD_DELAY_S = 15.0


def write_measures(ended: EndedExercise) -> tuple[PartView, ...]:
    """Return a line for each measure; () where nobody is sought."""
    if ended.case is None:
        return ()
    return (_write_coverage(ended), _write_duplicated(ended), _write_hand_offs(ended))


def write_practice(ended: EndedExercise, *, names: dict[str, str]) -> str:
    """Return the one thing to practice next as an exercise: what cost most, in the order in which it comes about."""
    coverage = _number(ended.measures.get(EXERCISE_COVERAGE.key), 1.0)
    duplicated = _number(ended.measures.get(EXERCISE_DUPLICATED.key), 0.0)
    if duplicated > GOOD_DUPLICATED and coverage < GOOD_COVERAGE:
        return (
            "Say aloud who takes which camera before anybody presses play: you looked at the same picture while the "
            "student was on another."
        )
    if ended.replay.requests and _is_slow(ended):
        return (
            "When a request comes, take it over first and finish what you are looking at later. Say “mine” when you do."
        )
    if coverage < GOOD_COVERAGE:
        missed = _name_longest_missed(ended, names)
        return (
            f"Agree who opens the next camera as soon as the student leaves one. Longest on nobody's screen: {missed}."
        )
    if duplicated > GOOD_DUPLICATED:
        return "Split up sooner: one follows the student, the others go ahead to the next cameras."
    if not ended.replay.requests:
        return "Ask each other: when the student leaves your camera, hand the next one to someone else."
    return "Do it again with other roles: everybody should be able to stand in for everybody."


def _write_coverage(ended: EndedExercise) -> PartView:
    share = ended.measures.get(EXERCISE_COVERAGE.key)
    seen = ended.measures.get(EXERCISE_LEGS_SEEN.key)
    if share is None or seen is None or ended.case is None:
        return _make(EXERCISE_COVERAGE.key, "On someone's screen", "–", "The student was on no camera.", None)
    legs = len(ended.case.trace.legs)
    times = f"{round(_number(seen) * legs)} of {legs} times that a camera showed the student, someone had that picture."
    return _make(
        EXERCISE_COVERAGE.key,
        "On someone's screen",
        _percent(share),
        f"of the student's time on camera was watched by at least one of you. {times}",
        _number(share) >= GOOD_COVERAGE,
    )


def _write_duplicated(ended: EndedExercise) -> PartView:
    share = ended.measures.get(EXERCISE_DUPLICATED.key)
    label = "Looked at twice"
    if share is None:
        return _make(EXERCISE_DUPLICATED.key, label, "–", "Nobody looked at a camera.", None)
    if not _number(ended.measures.get(EXERCISE_COVERAGE.key), 1.0):
        return _make(EXERCISE_DUPLICATED.key, label, "–", "Nobody had a picture of the student.", None)
    sentence = (
        "of your viewing time, someone else had the same camera at about the same moment. "
        "Some of that is good, as for a second look."
    )
    return _make(EXERCISE_DUPLICATED.key, label, _percent(share), sentence, _number(share) <= GOOD_DUPLICATED)


def _write_hand_offs(ended: EndedExercise) -> PartView:
    label, count = "Handing over", len(ended.replay.requests)
    delay, met = ended.measures.get(EXERCISE_HAND_OFF_DELAY.key), ended.measures.get(EXERCISE_HAND_OFFS_MET.key)
    if not count:
        return _make(EXERCISE_HAND_OFF_DELAY.key, label, "–", "Nobody asked another to take over a camera.", None)
    taken = f"{round(_number(met) * count)} of {count} requests were taken over."
    if delay is None:
        return _make(EXERCISE_HAND_OFF_DELAY.key, label, "Not taken", f"Most requests got no answer. {taken}", False)
    sentence = f"passed, in the middle case, from the request until another had that picture. {taken}"
    return _make(EXERCISE_HAND_OFF_DELAY.key, label, write_minutes(_number(delay)), sentence, not _is_slow(ended))


def _is_slow(ended: EndedExercise) -> bool:
    delay, met = ended.measures.get(EXERCISE_HAND_OFF_DELAY.key), ended.measures.get(EXERCISE_HAND_OFFS_MET.key)
    return delay is None or _number(delay) > GOOD_DELAY_S or _number(met) < 1.0


def _name_longest_missed(ended: EndedExercise, names: dict[str, str]) -> str:
    if ended.case is None:
        return ""
    screens = [screen for member in ended.case.members for screen in member.screens]

    def missed_s(leg: tuple[str, float, float]) -> float:
        camera, first_s, last_s = leg
        played = list_played(screens, camera)
        return last_s - first_s - sum(max(0.0, min(high, last_s) - max(low, first_s)) for low, high in played)

    legs: Sequence[tuple[str, float, float]] = sorted(ended.case.list_legs(), key=missed_s)
    camera = legs[-1][0]
    return f"{camera} {names.get(camera, '')}".strip()


def _make(key: str, label: str, value: str, sentence: str, good: bool | None) -> PartView:
    return PartView(key=key, label=label, value=value, sentence=sentence, good=good)


def _number(value: MetricValue, default: float = 0.0) -> float:
    return default if value is None else float(value)


def _percent(value: MetricValue) -> str:
    return f"{round(100 * _number(value))}%"
