"""Where in the footage a search begins."""

from sim.tasks import get_task_type
from sim.tasks.common.base import Known
from sim.tasks.common.task_type import Direction


def find_first_moment_s(task_type: str, window_s: tuple[float, float], known: Known | None = None) -> float:
    """Return the site time, seconds, where a search begins.

    With a last sighting that moment, or the end of the window nearest to it; else the end of the window if the search
    is backward, and its start if not. For `origin` in 0 to 117 s it is 117, for `trace` in the same window 0; with
    someone known to have been seen at 20 s it is 20.
    """
    if known is not None:
        return min(max(known.t_s, window_s[0]), window_s[1])
    return window_s[1] if get_task_type(task_type).follows is Direction.BACKWARD else window_s[0]
