"""Trying every fault a number of times, or for a number of minutes."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import SimError
from sim.services.torture.rig import Rig, open_rig
from sim.services.torture.trial import CannotTryError, Outcome, Trial


@dataclass(slots=True, kw_only=True)
class Tally:
    """What all tries of one fault came to.

    Attributes:
        trial: the fault.
        tries: how often it was tried.
        acknowledged, lost, doubled: events, over all tries.
        saw: what the user saw the last time.
        wrong: everything else that was wrong, each once.
        skipped: why it was not tried, "" where it was.
        seconds: how long all tries took.
    """

    trial: Trial
    tries: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    saw: str = ""
    wrong: list[str] = field(default_factory=list)
    skipped: str = ""
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled or otherwise wrong."""
        return not (self.lost or self.doubled or self.wrong)

    def add(self, outcome: Outcome) -> None:
        """Count one try."""
        self.tries += 1
        self.acknowledged += outcome.acknowledged
        self.lost += outcome.lost
        self.doubled += outcome.doubled
        self.saw = outcome.saw or self.saw
        self.wrong += [each for each in outcome.wrong if each not in self.wrong]

    def join(self, earlier: Mapping[str, Any]) -> None:
        """Add what an earlier run of the same trial came to, as `describe` wrote it."""
        self.tries += int(earlier["tries"])
        self.acknowledged += int(earlier["acknowledged"])
        self.lost += int(earlier["lost"])
        self.doubled += int(earlier["doubled"])
        self.saw = self.saw or str(earlier["saw"])
        self.wrong += [each for each in earlier["wrong"] if each not in self.wrong]
        self.skipped = self.skipped or str(earlier["skipped"])
        self.seconds += float(earlier["seconds"])

    def describe(self) -> dict[str, object]:
        """Return it as plain JSON."""
        return {
            "name": self.trial.name,
            "fault": self.trial.fault,
            "tries": self.tries,
            "acknowledged": self.acknowledged,
            "lost": self.lost,
            "doubled": self.doubled,
            "saw": self.saw,
            "wrong": self.wrong,
            "skipped": self.skipped,
            "seconds": round(self.seconds, 1),
        }


def read_tallies(paths: Sequence[Path], trials: Sequence[Trial]) -> tuple[Tally, ...]:
    """Return what earlier runs came to, joined, from what they printed with `--json`, without trials that none had.

    Raises:
        SimError: a file is no such output.
    """
    tallies = {trial.name: Tally(trial=trial) for trial in trials}
    tried: set[str] = set()
    for path in paths:
        try:
            for earlier in json.loads(path.read_text(encoding="utf-8"))["trials"]:
                tallies[earlier["name"]].join(earlier)
                tried.add(earlier["name"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SimError(
                f"{path} is not what `torture --json` prints ({error.__class__.__name__})",
                todo="run it again with --json",
            ) from error
    return tuple(tally for name, tally in tallies.items() if name in tried)


def run_trials(
    trials: Sequence[Trial],
    *,
    times: int,
    minutes: float | None,
    seed: int,
    is_short: bool,
    library: Path | None,
    description: Mapping[str, Any],
    on_step: Callable[[str], None],
) -> tuple[Tally, ...]:
    """Try each fault; return a tally each, in the order given.

    Args:
        trials: the faults.
        times: how often each is tried.
        minutes: no try begins later than this, every fault is tried once all the same; None for no such end.
        seed: of all chance.
        is_short: waits are cut to what shows the fault at all.
        library: folder with recordings and forms to drill on; None for the shipped ones.
        description: OpenAPI description of the routes.
        on_step: told what is tried.
    """
    tallies = tuple(Tally(trial=trial) for trial in trials)
    until = None if minutes is None else time.monotonic() + minutes * 60.0
    with open_rig(library=library, description=description, seed=seed, is_short=is_short) as rig:
        for turn in range(times):
            for tally in tallies:
                is_over = until is not None and time.monotonic() > until
                if (turn and is_over) or tally.skipped or turn >= tally.trial.most_tries:
                    continue
                on_step(f"{tally.trial.name}, {turn + 1} of {min(times, tally.trial.most_tries)}")
                _try(tally, rig)
    return tallies


def _try(tally: Tally, rig: Rig) -> None:
    began = time.monotonic()
    said_before = len(rig.log.read_bytes()) if rig.log.exists() else 0
    try:
        tally.add(tally.trial.try_once(rig))
    except CannotTryError as error:
        tally.skipped = str(error)
    except SimError as error:
        tally.add(Outcome(saw="", wrong=(str(error),)))
    said = rig.log.read_bytes()[said_before:] if rig.log.exists() else b""
    if b"Traceback (most recent call last)" in said:
        place = said.find(b"Traceback (most recent call last)")
        tally.add(Outcome(saw="", wrong=(f"the server's log: {said[place:].decode(errors='replace')[-600:]}",)))
        tally.tries -= 1
    tally.seconds += time.monotonic() - began
