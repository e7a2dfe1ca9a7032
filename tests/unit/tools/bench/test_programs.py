"""What benches stand on: programs that end with them, logs of the size asked for, recorded requests, known frames."""

import subprocess
import sys

import psutil

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
