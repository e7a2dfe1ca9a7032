"""Next-camera accuracy: after finding the target, did the trainee look where the target went next, or came from."""

from itertools import pairwise

from sim.scoring.case import TraceCase
from sim.scoring.duration import need_log
from sim.scoring.metric import Better, Metric, divide


def find_choices(case: TraceCase, *, is_backwards: bool = False) -> tuple[tuple[int, str, str], ...]:
    """Return every choice of a next camera that can be judged: (appearance left, camera opened, camera right).

    For each claimed appearance of T that is followed in T by one on another camera: the first camera opened, other than
    its own, after the first kept mark that claims it. Appearances after which none was opened are left out.
    Backwards, the right camera is that of the appearance before.
    """
    log = need_log(case)
    made_at: dict[int, float] = {}
    times = {timed.mark: timed.at_s for timed in reversed(log.marks) if timed.kept}
    for mark, number in zip(case.answer.marks, case.claims.appearance.tolist(), strict=True):
        if number in case.claims.target and mark in times:
            made_at[number] = min(times[mark], made_at.get(number, times[mark]))
    choices: list[tuple[int, str, str]] = []
    legs = case.legs[::-1] if is_backwards else case.legs
    for here, following in pairwise(legs):
        camera, right = case.find_cameras((here, following))
        if here not in made_at or camera == right:
            continue
        opened = [o.camera_id for o in log.openings if o.at_s >= made_at[here] and o.camera_id != camera]
        if opened:
            choices.append((here, opened[0], right))
    return tuple(choices)


def compute_next_camera_accuracy(case: TraceCase) -> float | None:
    """Return the share of judged choices in which the camera opened was the next one in truth, 0..1; None: no choice.

    Two choices, one of them right, give 0.5.
    """
    choices = find_choices(case)
    return divide(sum(opened == right for _, opened, right in choices), len(choices))


def compute_previous_camera_accuracy(case: TraceCase) -> float | None:
    """Return the same for a search backwards, 0..1: the right camera is that of the appearance before; None: no choice.

    The target took cameras 1, 2, 3; found on 3, then 2 was opened and found, then 4: 0.5.
    """
    choices = find_choices(case, is_backwards=True)
    return divide(sum(opened == right for _, opened, right in choices), len(choices))


NEXT_CAMERA = Metric(
    key="next_camera_accuracy",
    version=2,
    unit="ratio",
    better=Better.HIGHER,
    needs_log=True,
    compute=compute_next_camera_accuracy,
)
PREVIOUS_CAMERA = Metric(
    key="previous_camera_accuracy",
    version=2,
    unit="ratio",
    better=Better.HIGHER,
    needs_log=True,
    compute=compute_previous_camera_accuracy,
)
