"""The real app in a process of its own, as `python -m sim serve` runs it; to be killed without a warning.

It does not outlive the process that started it.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.services.app.wiring import DATA_VARIABLE, DATABASE_VARIABLE, PROJECT
from tools.bench.rig.end_with_parent import end_with_this
from tools.torture.rig.outcome import ServerError

START_WITHIN_S = 240.0
STOP_WITHIN_S = 15.0
LOOK_EVERY_S = 0.02
SERVE = ("-m", "sim", "serve")


class Server:
    """Starts on construction and waits until it listens on a free port of this machine.

    Attributes:
        url: where it listens.
        process: the running server.
    """

    def __init__(
        self,
        data: Path,
        log: Path,
        *,
        program: Sequence[str] = SERVE,
        before: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Start it.

        Args:
            data: its data folder.
            log: file that its output goes to.
            program: what Python runs.
            before: a command that runs Python, such as one that makes a namespace first.
            environ: variables to add.

        Raises:
            ServerError: it does not listen within four minutes.
        """
        kept = {name: value for name, value in os.environ.items() if name != DATABASE_VARIABLE}
        self._log = log
        self._begins_at = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*before, sys.executable, *program, "--port", "0"],
                cwd=PROJECT,
                env={**kept, DATA_VARIABLE: str(data), **(environ or {})},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._will = end_with_this(self.process.pid)
        self.url = self._wait_for_address()

    @property
    def output(self) -> str:
        """What this process and those before it with the same log have said."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self.process.poll() is None

    def kill(self) -> None:
        """Kill at once, as a power cut would (SIGKILL)."""
        if self.is_running:
            self.process.kill()
        self._end()

    def stop(self) -> None:
        """Ask it to stop, and kill it when it does not."""
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._end()

    def _end(self) -> None:
        self.process.wait()
        self._will.dismiss()

    def _wait_for_address(self) -> str:
        until = time.monotonic() + START_WITHIN_S
        while time.monotonic() < until:
            with self._log.open("rb") as opened:
                opened.seek(self._begins_at)
                said = opened.read().decode("utf-8", errors="replace")
            found = re.search(r"runs at (http://\S+)", said)
            if found:
                return found.group(1)
            if not self.is_running:
                break
            time.sleep(LOOK_EVERY_S)
        self.kill()
        raise ServerError(f"the server did not start: {self.output[-500:]}")
