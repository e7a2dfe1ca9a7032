"""Where in the footage a search begins."""

from sim.drill.hints import BACKWARDS


def find_first_moment_s(task_type: str, window_s: tuple[float, float]) -> float:
    """Return the site time, seconds, where a search begins: the end of its window if it is backward, else the start.

    For `origin` in 0 to 117 s it is 117, for `trace` in the same window 0.
    """
    return window_s[1] if task_type in BACKWARDS else window_s[0]
