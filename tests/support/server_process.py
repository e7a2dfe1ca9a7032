"""The real app in a process of its own, on a free port, with a data folder of its own; it dies with the tests."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from sim.app.settings import read_settings
from sim.app.wiring import App, open_app, system_clock
from tools.bench.programs import end_with_this

PROJECT = Path(__file__).resolve().parents[2]


def open_data(data: Path, **settings: str) -> App:
    return open_app(read_settings({"SIGHTLINE_DATA": str(data), **settings}), system_clock())


class ServerProcess:
    def __init__(
        self,
        data: Path,
        *,
        port: int = 0,
        command: tuple[str, ...] = (sys.executable, "-m", "sim", "serve"),
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.process = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=PROJECT if command[0] == sys.executable else data.parent,
            env={**environ, "SIGHTLINE_DATA": str(data), **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._will = end_with_this(self.process.pid)
        self.lines: list[str] = []
        self.url = self._wait_for_address()
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def __enter__(self) -> "ServerProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self._close()

    def stop(self, *, within_s: float) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=within_s)
        finally:
            self.kill()

    def _close(self) -> None:
        self.process.wait()
        self._will.dismiss()
        self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _wait_for_address(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(r"runs at (http://\S+)", line)
            if found:
                return found.group(1)
        self.process.wait()
        self._will.dismiss()
        raise AssertionError(f"the server did not start:\n{self.output}")

    def _drain(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(self.process.stdout)
