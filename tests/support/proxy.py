"""The nginx of this machine with the configuration that the documentation gives, in front of given processes."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "docs" / "nginx" / "sightline.conf"
LINE_WITHIN_S = 30.0
AROUND = """
user root;
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/sightline.conf;
}}
"""


def find_nginx() -> str | None:
    return shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin")


class Proxy:
    """Runs from construction until `close`."""

    def __init__(self, program: str, folder: Path, ports: Sequence[int]) -> None:
        self.folder = folder
        self.ports = tuple(ports)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"https://127.0.0.1:{port}"
        certificate, key = folder / "cert.pem", folder / "key.pem"
        make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        about = ["-subj", "/CN=127.0.0.1", "-days", "2", "-keyout", str(key), "-out", str(certificate)]
        subprocess.run([*make, *about], check=True, capture_output=True)
        text = SHIPPED.read_text(encoding="utf-8")
        for was, becomes in (
            ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
            ("server 127.0.0.1:8501", f"server 127.0.0.1:{ports[0]}"),
            ("server 127.0.0.1:8502", f"server 127.0.0.1:{ports[1]}"),
            ("/etc/ssl/certs/sightline.pem", str(certificate)),
            ("/etc/ssl/private/sightline.key", str(key)),
            ("/var/log/nginx/sightline.log", str(folder / "access.log")),
        ):
            assert text.count(was) == 1, was
            text = text.replace(was, becomes)
        (folder / "sightline.conf").write_text(text, encoding="utf-8")
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        subprocess.run([*command, "-t", "-q"], check=True, capture_output=True)
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        while True:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    return
            assert self._process.poll() is None, (folder / "error.log").read_text()

    def list_ports(self) -> list[int]:
        """Return which process answered each request so far: of those that were tried, the last."""
        lines = (self.folder / "access.log").read_text().splitlines()
        tried = [re.findall(r"127\.0\.0\.1:(\d+)", line) for line in lines]
        return [int(ports[-1]) for ports in tried if ports]

    def find_port(self, request_id: str) -> int:
        """Return which process answered a request, by the `X-Request-Id` of its answer; its line comes after that."""
        until_s = time.monotonic() + LINE_WITHIN_S
        while time.monotonic() < until_s:
            for line in (self.folder / "access.log").read_text().splitlines():
                if line.endswith(f" {request_id}"):
                    return int(re.findall(r"127\.0\.0\.1:(\d+)", line)[-1])
        raise AssertionError(f"nginx has no line of the request {request_id}")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
