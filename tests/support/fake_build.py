"""A builder whose steps take as long as a file says: what a step has made is a file, and stays."""

import errno
import os
import sys
import time
from typing import Any

from sim.builds.kinds import Job
from sim.errors import MachineError, TaskError

MODULE = __name__


def build(job: Job) -> dict[str, Any]:
    work, target = job.data / f".{job.name}.partial", job.data / job.name
    work.mkdir(exist_ok=True)
    steps = int(job.asked.get("steps", 3))
    for number in range(steps):
        job.say(number / steps, f"Step {number}")
        made = work / str(number)
        if made.exists():
            continue
        while job.asked.get("hangs_in") == number and not (job.data / "go").exists():
            time.sleep(0.02)
        if job.asked.get("fails_in") == number and not (job.data / "go").exists():
            fail(str(job.asked["how"]))
        with (work / "log").open("a") as log:
            log.write(f"{number} by {os.getpid()}\n")
        made.write_text("made")
    work.rename(target)
    return {"nice": os.nice(0), "cores": len(os.sched_getaffinity(0)), "mode": (target / "0").stat().st_mode & 0o777}


def fail(how: str) -> None:
    if how == "full":
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise MachineError("the disk is full", todo="run the command again") from error
    if how == "dies":
        os.abort()
    if how == "exits":
        sys.exit(3)
    if how == "breaks":
        raise RuntimeError("a bug")
    raise (TaskError if how == "nobody" else MachineError)(how)


def clean(job: Job) -> None:
    work = job.data / f".{job.name}.partial"
    for path in work.glob("*"):
        path.unlink()
    if work.exists():
        work.rmdir()
