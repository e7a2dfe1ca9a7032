"""Caddy with TLS and the shipped configuration, in front of given processes."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from sim.app.settings import PROJECT
from tests.support.proxy import make_certificate
from tools.bench.programs import find_free_port

SHIPPED = PROJECT / "docs" / "caddy" / "Caddyfile"
START_WITHIN_S = 30.0


def find_caddy() -> str | None:
    return shutil.which("caddy")


class CaddyProxy:
    def __init__(
        self,
        program: str,
        folder: Path,
        ports: Sequence[int],
        *,
        recordings: Path | None = None,
        changes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.folder = folder
        self.ports = tuple(ports)
        port = find_free_port()
        self.url = f"https://127.0.0.1:{port}"
        self.certificate, key = make_certificate(folder)
        text = SHIPPED.read_text("utf-8")
        for was, becomes in {
            **changes,
            "\n{\n": "\n{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n",
            "drills.example.org {": f"{self.url} {{\n\ttls {self.certificate} {key}\n",
            "/opt/sightline/(.+/)?sample_footage/": f"{PROJECT / 'sample_footage'}/",
            "/var/lib/sightline/data/recordings/": f"{recordings or folder / 'none'}/",
        }.items():
            assert text.count(was) == 1, was
            text = text.replace(was, becomes)
        several = " ".join(f"127.0.0.1:{each}" for each in dict.fromkeys(ports))
        assert "127.0.0.1:8501 127.0.0.1:8502" in text
        text = text.replace("127.0.0.1:8501 127.0.0.1:8502", several)
        (folder / "Caddyfile").write_text(text)
        self.log = folder / "caddy.log"
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")],
                env={**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
                stdout=log,
                stderr=log,
            )
        ends = time.monotonic() + START_WITHIN_S
        while time.monotonic() < ends and self._process.poll() is None:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.02)
        self.close()
        raise AssertionError(f"Caddy did not start: {self.log.read_text()[-1000:]}")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
