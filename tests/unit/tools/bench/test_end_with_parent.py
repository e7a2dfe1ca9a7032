"""What a process leaves to be done is done when it is killed, and not when it dismisses it."""

import subprocess
import sys
from pathlib import Path

import psutil

from tools.bench.programs import EndWithParent, end_with_this

LEAVE = """
import subprocess, sys, time
from tools.bench.programs import end_with_this
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
will = end_with_this(child.pid)
print(child.pid, flush=True)
time.sleep(600)
"""
WITHIN_S = 60.0


def test_a_child_dies_with_the_process_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", LEAVE], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    assert child.is_running()
    parent.kill()
    parent.communicate()
    gone, _ = psutil.wait_procs([child], timeout=WITHIN_S)
    assert gone


def test_a_dismissed_will_is_not_done(tmp_path: Path) -> None:
    mark = tmp_path / "done"
    will = EndWithParent(["touch", str(mark)])
    will.dismiss()
    will.dismiss()
    assert not mark.exists()
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    end_with_this(sleeper.pid).dismiss()
    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()
