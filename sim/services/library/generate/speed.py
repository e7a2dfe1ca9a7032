"""How fast this machine makes footage, learned from the builds that ran here: what a new drill takes is told by it."""

import os
import socket
import statistics
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from sim.checked import check, read_yaml
from sim.errors import SimError, StoreError
from sim.footage.video.sizes import USUAL_PEOPLE, compute_frames_s
from sim.services.library.generate.job import FOLDER

SPEED_SCHEMA: Final = 1
SPEED_FILE: Final = "speed.yaml"
KEPT: Final = 5
LEAST_FRAMES: Final = 500
"""Shorter builds are mostly beginning and end, and say little of the others."""
BUSY_SHARE: Final = 1.25
"""How much longer than its share of computing a build takes on a machine that does nothing else."""
SLOWEST, FASTEST = 0.5, 1000.0


class Speeds(BaseModel):
    """Pictures a second of one process with the usual number of people, by machine, the latest last.

    Servers may share a data folder.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = SPEED_SCHEMA
    machines: dict[str, tuple[float, ...]]


def get_speed_path(data: Path) -> Path:
    """Return the file of a data folder."""
    return data / FOLDER / SPEED_FILE


def load_frames_s(data: Path, *, people: int) -> float:
    """Return the pictures a second of one process on this machine: the median of the last builds, or what is usual.

    Builds of more or fewer people than are asked for count by how much longer these usually take.

    A file that cannot be read is taken for none: it only foretells, and the next build writes it anew.
    """
    known = _load(data).machines.get(socket.gethostname(), ())
    usual = compute_frames_s(people)
    return statistics.median(known) * usual / compute_frames_s() if known else usual


def note_build(data: Path, *, frames: int, people: int, processes: int, took_s: float, computed_s: float) -> None:
    """Note what a whole build took. One of few pictures is left out.

    On a busy machine it waited for others: then its share of computing counts, so that the next estimate is that of a
    quiet one.
    """
    if frames < LEAST_FRAMES or took_s <= 0:
        return
    quiet_s = min(took_s, BUSY_SHARE * computed_s / processes) if computed_s else took_s
    share = compute_frames_s(USUAL_PEOPLE) / compute_frames_s(people)
    speed = min(max(share * frames / (quiet_s * processes), SLOWEST), FASTEST)
    machines = dict(_load(data).machines)
    name = socket.gethostname()
    machines[name] = (*machines.get(name, ()), round(speed, 2))[-KEPT:]
    path = get_speed_path(data)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(Speeds(machines=machines).model_dump_json(indent=1), encoding="utf-8")
        part.replace(path)


def _load(data: Path) -> Speeds:
    path = get_speed_path(data)
    if not path.exists():
        return Speeds(machines={})
    try:
        return check(
            Speeds,
            read_yaml(path, fault=StoreError),
            source=str(path),
            newest=SPEED_SCHEMA,
            fault=StoreError,
            todo="delete the file",
        )
    except SimError:
        return Speeds(machines={})
