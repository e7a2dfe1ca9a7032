"""The page `docs/reliability.md`: what every fault came to, from a real run."""

import os
import platform
from collections.abc import Sequence
from datetime import datetime

import psutil

from sim import __version__
from tools.torture.registry import TRIALS
from tools.torture.run import Tally

_HEAD = """# Faults and attacks it survives

Written by `python -m tools.torture --write docs/reliability.md`, which tries each fault against the real server in a
process of its own, on this machine alone and with temporary data. Run it on your machine: it needs nothing that runs,
and changes nothing of yours.

- **Acknowledged**: events that the server said it had. None of them may ever be lost, whatever happens to the server.
- **Lost**: acknowledged events that were not in the database afterwards. **Doubled**: events that were there twice.
- **What the user saw**: the answers' status and words. "The connection broke" is no answer at all. The console then
  says "Offline: 3 actions waiting", keeps what is done in the browser and sends it again until it is acknowledged; so
  it does when an answer is 5xx.
"""


def write_table(tallies: Sequence[Tally]) -> str:
    """Return the table, Markdown."""
    lines = [
        "| fault | times tried | events acknowledged | lost | doubled | what the user saw |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for tally in tallies:
        saw = f"not tried here: {tally.skipped}" if tally.skipped else tally.saw
        if not (tally.tries or tally.skipped):
            saw = "not reached in the time given"
        if tally.wrong:
            saw = f"**WRONG: {'; '.join(tally.wrong)}** {saw}"
        counts = (tally.acknowledged, tally.lost, tally.doubled) if tally.acknowledged else ("–", "–", "–")
        times = f"{tally.tries} of {tally.wanted}" if is_short_of(tally) else tally.tries
        cells = (tally.trial.fault, times, *counts, _escape(saw))
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def is_short_of(tally: Tally) -> bool:
    """Return whether a fault was tried less often than wanted, as the time was over."""
    return tally.tries < tally.wanted and not tally.skipped


def write_page(tallies: Sequence[Tally], *, command: str, took_s: float, at: datetime) -> str:
    """Return the whole page, Markdown.

    Args:
        tallies: of one run; the page holds nothing of any other.
        command: what was run, as it was typed.
        took_s: how long all of it took, seconds.
        at: when it ended.
    """
    lost, doubled = sum(tally.lost for tally in tallies), sum(tally.doubled for tally in tallies)
    tried, acknowledged = sum(tally.tries for tally in tallies), sum(tally.acknowledged for tally in tallies)
    skipped = [tally.trial.name for tally in tallies if tally.skipped]
    skipped += sorted({trial.name for trial in TRIALS} - {tally.trial.name for tally in tallies})
    unreached = [tally.trial.name for tally in tallies if is_short_of(tally) and not tally.tries]
    fewer = [tally.trial.name for tally in tallies if is_short_of(tally) and tally.tries]
    wrong = [tally.trial.name for tally in tallies if tally.wrong]
    memory_gb = psutil.virtual_memory().total / 1e9
    machine = f"{platform.system()}, {os.cpu_count()} cores, {memory_gb:.0f} GB, Python {platform.python_version()}"
    verdict = (
        f"{tried} tries, {acknowledged:,} events acknowledged, **{lost} lost, {doubled} doubled**. "
        + (f"Wrong: {', '.join(wrong)}. " if wrong else "Nothing else was wrong. ")
        + (f"Not tried in this run: {', '.join(skipped)}. " if skipped else "")
        + (f"Not reached in the time: {', '.join(unreached)}. " if unreached else "")
        + (f"Less often than asked for, as the time was over: {', '.join(fewer)}. " if fewer else "")
    ).strip()
    if not (skipped or unreached):
        verdict += " Every fault was tried."
    asked = f"One run of `{command}`: Sightline {__version__}, {at:%Y-%m-%d}, {machine}; {took_s / 60:.1f} minutes."
    return f"{_HEAD}\n{asked}\n\n{verdict}\n\n{write_table(tallies)}\n"


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
