"""Processes that read what somebody sent: what counts is the work they do, not how long they wait for their turn."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from sim.errors import RecordingError
from sim.footage.clips.child import probe_clip
from sim.footage.machine import read_answer
from tests.support.staged_clips import CLIPS, cut_clip

BURNS = """
import sys
if {is_windows}:
    sys.modules["resource"] = None
from sim.footage.machine import limit_this_process
limit_this_process(memory_bytes=3_000_000_000, cpu_s=1.0, too_long="This takes too long to read.")
while True:
    pass
"""
WAITS = """
import time
from sim.footage.machine import limit_this_process
limit_this_process(memory_bytes=3_000_000_000, cpu_s=1.0, too_long="This takes too long to read.")
time.sleep(2)
print('{"read": true}')
"""


def list_probes() -> list[psutil.Process]:
    found = []
    for each in psutil.Process().children():
        with suppress(psutil.Error):
            found += [each] if "probe" in each.cmdline() else []
    return found


@pytest.mark.parametrize("is_windows", [False, True])
def test_one_that_burns_processor_time_is_ended_and_says_so(is_windows: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BURNS.format(is_windows=is_windows)], capture_output=True, timeout=300, check=False
    )
    assert (done.returncode, read_answer(done.stdout)) == (1, {"error": "This takes too long to read."})


def test_one_that_only_waits_is_not_ended() -> None:
    done = subprocess.run([sys.executable, "-c", WAITS], capture_output=True, timeout=300, check=False)
    assert (done.returncode, read_answer(done.stdout)) == (0, {"read": True})


def test_a_process_that_never_answers_is_not_waited_for_and_the_file_not_blamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.footage.clips.child.WALL_S", 0.05)
    clip = cut_clip(tmp_path / "lobby.mp4", CLIPS[1], seconds=1)
    with clip.open("rb") as file, pytest.raises(RecordingError, match="the server was too busy") as told:
        probe_clip(file, name="lobby.mp4")
    assert told.value.on_screen.endswith("Try again later.")
    assert list_probes() == []
