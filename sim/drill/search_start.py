"""Where in the footage a search begins."""

from sim.tasks import get_task_type
from sim.tasks.common.task_type import Direction


def find_first_moment_s(task_type: str, window_s: tuple[float, float]) -> float:
    """Return the site time, seconds, where a search begins: the end of its window if it is backward, else the start.

    For `origin` in 0 to 117 s it is 117, for `trace` in the same window 0.
    """
    return window_s[1] if get_task_type(task_type).follows is Direction.BACKWARD else window_s[0]
