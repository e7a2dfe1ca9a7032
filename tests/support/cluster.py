"""A Dask scheduler and workers as processes of their own, and sources that hang until somebody kills them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from sim.footage.recording.recording import Picture, Sighting
from tests.support.tiny_recording import TinySource, TinySources, make_tiny_plan

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0


class Cluster:
    def __init__(self, folder: Path, *, workers: int) -> None:
        note = folder / "scheduler.json"
        environ = {**os.environ, "DASK_TEMPORARY_DIRECTORY": str(folder)}
        scheduler = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        self.scheduler = _start([*scheduler, "--scheduler-file", str(note)], environ)
        wait_for(note)
        self.address: str = json.loads(note.read_text())["address"]
        worker = ["sim", "footage", "worker", self.address, "--jobs", "1"]
        self.workers = [_start(worker, environ) for _ in range(workers)]
        self.other = _start(["tests.support.other_worker", self.address], environ)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        for process in (*self.workers, self.other, self.scheduler):
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


@dataclass(frozen=True)
class HangingSources:
    camera_id: str
    note: Path

    def __call__(self, camera_id: str) -> "HangingSource":
        inner = TinySources(crowd=make_tiny_plan().crowd)(camera_id)
        return HangingSource(inner=inner, hangs=camera_id == self.camera_id, note=self.note)


@dataclass(frozen=True)
class HangingSource:
    inner: TinySource
    hangs: bool
    note: Path

    def paint(self, frame: int) -> tuple[Picture, list[Sighting]]:
        if self.hangs and frame == 20 and not self.note.exists():
            draft = self.note.with_suffix(".draft")
            draft.write_text(f"{os.getpid()}")
            draft.rename(self.note)
            threading.Event().wait()
        return self.inner.paint(frame)


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not path.exists() or (path.is_file() and not path.stat().st_size):
        assert time.monotonic() < deadline, f"{path} did not appear"
        threading.Event().wait(0.02)


def _start(module: list[str], environ: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", *module], cwd=PROJECT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
