"""A fresh Debian that runs under its own systemd, beside this machine: what is done in it is gone afterwards.

The system is made once by `debootstrap` and kept in the user's cache; each machine writes to a layer of its own above
it, in memory (about 3 GB). It has a network of its own, with nothing in it but itself. What has to reach Debian's
mirror and the package registry runs in this machine's network, and takes over how pip was told to reach the registry.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from platformdirs import user_cache_path

from tools.bench.programs import end_with_this

RELEASE = "trixie"
MIRROR = "http://deb.debian.org/debian"
INCLUDED = "systemd,systemd-sysv,dbus,libpam-systemd"
"""What a Debian has that was installed from its media, and that systemd needs to be asked."""
PROGRAMS = ("debootstrap", "systemd-nspawn", "unshare", "nsenter")
STARTS_WITHIN_S = 90.0
STOPS_WITHIN_S = 60.0
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
LENT_CERTIFICATES = "/run/lent-certificates.crt"
_BOOT = """
set -e
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs -o size=8g tmpfs "$2/layer"
mkdir "$2/layer/changes" "$2/layer/work"
mount -t overlay overlay -o lowerdir="$1",upperdir="$2/layer/changes",workdir="$2/layer/work" "$2/root"
exec systemd-nspawn --quiet --directory="$2/root" --machine="$3" --boot --private-network --register=no --keep-unit \
    --link-journal=no --console=pipe --resolv-conf=replace-host
"""


def find_missing() -> str:
    if sys.platform != "linux" or os.geteuid() != 0:
        return "it takes Linux and root"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"missing: {', '.join(missing)} (apt-get install debootstrap systemd-container)" if missing else ""


def make_base() -> Path:
    base = user_cache_path("sightline-tests") / f"debian-{RELEASE}"
    if not base.is_dir():
        draft = base.with_name(f"{base.name}.part-{os.getpid()}")
        draft.parent.mkdir(parents=True, exist_ok=True)
        command = ["debootstrap", "--variant=minbase", f"--include={INCLUDED}", RELEASE, str(draft), MIRROR]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        draft.rename(base)
    return base


class CleanMachine:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("layer", "root"):
            (folder / name).mkdir(parents=True)
        name = f"sightline-{os.getpid()}"
        command = ["unshare", "--mount", "sh", "-c", _BOOT, "sh", str(make_base()), str(folder), name]
        self._log = (folder / "boot.log").open("w+")
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True
        )
        self._will = end_with_this(self._process.pid)
        try:
            self.leader = self._wait_for_leader()
            self._wait_until_up()
        except BaseException:
            self.close()
            raise
        certificates = Path(os.environ.get("PIP_CERT", CERTIFICATES))
        if certificates.is_file():
            self.write(LENT_CERTIFICATES, certificates.read_text())
        self._lent = {key: text for key, text in os.environ.items() if key.lower().endswith("_proxy")}
        self._lent |= {"PIP_CERT": LENT_CERTIFICATES, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        self._lent |= {key: os.environ[key] for key in ("PIP_INDEX_URL", "PIP_TRUSTED_HOST") if key in os.environ}

    def __enter__(self) -> "CleanMachine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def root(self) -> Path:
        return Path(f"/proc/{self.leader}/root")

    def write(self, path: str, text: str) -> None:
        self.run(f"cat > '{path}'", typed=text)

    def run(self, script: str, *, typed: str = "", with_network: bool = False) -> "subprocess.CompletedProcess[str]":
        spaces = ["--mount", "--uts", "--ipc", "--pid", "--cgroup", *([] if with_network else ["--net"])]
        environ = {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(
            ["nsenter", f"--target={self.leader}", *spaces, "--root", "--wdns=/root", "bash", "-e", "-c", script],
            env={**environ, **(self._lent if with_network else {})},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n--- {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done

    def wrap(self, program: str, place: Path) -> Path:
        place.write_text(f'#!/bin/sh\nexec nsenter --net=/proc/{self.leader}/ns/net "{program}" "$@"\n')
        place.chmod(0o755)
        return place

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._will.dismiss()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_for_leader(self) -> int:
        until_s = time.monotonic() + STARTS_WITHIN_S
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        while time.monotonic() < until_s and self._process.poll() is None:
            for child in children.read_text().split():
                if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    return int(child)
            threading.Event().wait(0.05)
        raise AssertionError(f"no machine could be started: {(self.folder / 'boot.log').read_text()}")

    def _wait_until_up(self) -> None:
        until_s, said = time.monotonic() + STARTS_WITHIN_S, ""
        while time.monotonic() < until_s:
            said = self.run("systemctl is-system-running 2>&1 || true").stdout.strip()
            if said in ("running", "degraded"):
                return
            threading.Event().wait(0.2)
        raise AssertionError(f"the machine does not get ready: {said}")
