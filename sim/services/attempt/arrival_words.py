"""In words: silences of a drill's browser, what came late or in a pause, and that marks came from several tabs."""

from sim.drill.arrivals import SILENT_S


def write_arrivals(
    unheard_s: float | None, late_events: int | None, mark_tabs: int | None = None, paused_actions: int = 0
) -> str:
    """Return a sentence or two, "" where nothing was unusual or it was not noted."""
    said = []
    if unheard_s is not None and unheard_s > SILENT_S:
        said.append(f"Nothing was heard from the browser for {unheard_s:.0f} seconds.")
    if late_events:
        what = "1 action arrived" if late_events == 1 else f"{late_events} actions arrived"
        its = "its time is" if late_events == 1 else "their times are"
        said.append(f"{what} more than {SILENT_S:.0f} seconds late, so {its} the browser's own.")
    if mark_tabs is not None and mark_tabs > 1:
        said.append(f"Marks came from {mark_tabs} browser tabs or devices.")
    if paused_actions:
        said.append(f"{write_paused(paused_actions)} What is done in a pause does not count.")
    return " ".join(said)


def write_paused(actions: int) -> str:
    """Return how many actions came while the clock was stopped, as a sentence."""
    return f"{actions:,} {'action' if actions == 1 else 'actions'} came while the drill was paused."
