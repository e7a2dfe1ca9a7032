"""A fresh school day made beside the server, as where some are kept ready: the share of the processor it takes."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from sim.errors import MachineError
from sim.services.app.wiring import App
from sim.services.library.fresh.make import begin_next
from sim.services.library.fresh.settings import FreshSettings
from sim.services.library.generate import generate
from sim.services.library.generate.job import ACTIVE, find_process

SITE, MINUTES = "birch-elementary", 10.0
"""So long that it is not done before the measurement is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The build, while it runs."""

    app: App

    def read_cpu_s(self) -> float:
        """Return the processor time that it has taken, seconds. Raises MachineError: it has ended."""
        job = generate.get_job(self.app)
        process = find_process(job.worker) if job is not None and job.state in ACTIVE else None
        if job is None or process is None:
            said = "" if job is None else f": {job.problem or job.state.value}"
            raise MachineError(f"the build beside the server has ended{said}", todo="run the bench again")
        taken_s = 0.0
        for member in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                taken_s += sum(member.cpu_times()[:4])
        return taken_s


@contextmanager
def make_fresh_day(app: App, folder: Path) -> Iterator[Build]:
    """Begin a fresh school day as a server does, in a data folder of its own, and stop and remove it afterwards.

    Raises:
        MachineError: the disk has too little room.
        StoreError: another recording is being made.
    """
    apart = replace(app, settings=replace(app.settings, data=folder))
    begin_next(apart, FreshSettings(schools=(SITE,), minutes=MINUTES), is_forced=True)
    try:
        yield Build(app=apart)
    finally:
        generate.cancel(apart)
