"""nginx with TLS and the shipped configuration, in front of given processes."""

import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from tools.bench.programs import IN_CONTAINER, SHIPPED, find_free_port, find_nginx, start_nginx

__all__ = ["Proxy", "find_nginx"]

LINE_WITHIN_S = 30.0


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that nobody signed; return it and its key."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    about = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run([*make, *about, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


class Proxy:
    def __init__(
        self,
        program: str,
        folder: Path,
        ports: Sequence[int],
        *,
        recordings: Path | None = None,
        changes: Mapping[str, str] = MappingProxyType({}),
        shipped: Path = SHIPPED,
    ) -> None:
        self.folder = folder
        self.ports = tuple(ports)
        port = find_free_port()
        self.url = f"https://127.0.0.1:{port}"
        self.certificate, key = make_certificate(folder)
        changed = {
            **changes,
            "/etc/ssl/certs/sightline.pem": str(self.certificate),
            "/etc/ssl/private/sightline.key": str(key),
            "/var/lib/sightline/data/recordings/": f"{recordings or folder / 'none'}/",
        }
        if shipped == IN_CONTAINER:
            tls = "/etc/nginx/tls/sightline"
            changed = {**changes, f"{tls}.pem": str(self.certificate), f"{tls}.key": str(key)}
        self._process = start_nginx(program, folder, port=port, app_ports=ports, changes=changed, shipped=shipped)

    def list_ports(self) -> list[int]:
        lines = (self.folder / "access.log").read_text().splitlines()
        tried = [re.findall(r"127\.0\.0\.1:(\d+)", line) for line in lines]
        return [int(ports[-1]) for ports in tried if ports]

    def find_port(self, request_id: str) -> int:
        until_s = time.monotonic() + LINE_WITHIN_S
        while time.monotonic() < until_s:
            for line in (self.folder / "access.log").read_text().splitlines():
                if line.endswith(f" {request_id}"):
                    return int(re.findall(r"127\.0\.0\.1:(\d+)", line)[-1])
        raise AssertionError(f"nginx has no line of the request {request_id}")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
