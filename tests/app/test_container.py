"""The files of docs/container: they hold what they promise, podman builds and runs the image."""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.app.settings import PROJECT
from tests.support.built_wheel import build_wheel
from tests.support.caddy import SHIPPED, find_caddy
from tests.support.clean_machine import find_missing, make_base

FOLDER = PROJECT / "docs" / "container"
SWITCH = "SIGHTLINE_CLEAN_MACHINE"
BASE = "docker.io/library/debian:trixie-slim"
IMAGE = "localhost/sightline-test"
PASSPHRASE = "blue kettle at the harbor"
_IN_V2 = 'umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; exec podman "$@"'


def read_steps() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (FOLDER / "Containerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n", "", text).splitlines()
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines if line.strip()]


def test_the_image_is_not_roots_keeps_its_data_in_a_volume_and_asks_after_itself() -> None:
    steps = read_steps()
    final = steps[[name for name, _ in steps].index("FROM", 1) :]
    words = dict(final)
    user, group = words["USER"].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert words["VOLUME"] == "/data"
    assert "SIGHTLINE_DATA=/data/" in words["ENV"]
    health = json.loads(words["HEALTHCHECK"].split("CMD", 1)[1])
    assert (health[0], "/healthz'" in health[2]) == ("/opt/sightline/bin/python", True)
    compile(health[2], "health check", "exec")
    assert [json.loads(words[name])[0] for name in ("ENTRYPOINT", "CMD")] == ["sightline", "serve"]


def test_no_step_fetches_from_elsewhere_or_leaves_lists_behind() -> None:
    steps = read_steps()
    assert "ADD" not in [name for name, _ in steps]
    for words in (words for name, words in steps if name == "RUN"):
        assert not re.search(r"curl|wget|git |https?:", words)
        if "apt-get install" in words:
            assert "--no-install-recommends" in words
            assert "rm -rf /var/lib/apt/lists/*" in words
        if "pip install" in words:
            assert "--no-index" in words
    assert all(words.split()[0] == BASE for name, words in steps if name == "FROM")


def test_the_app_in_compose_may_do_little_and_only_the_proxy_is_reached() -> None:
    compose: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
    services = compose["services"]
    app = services["app"]
    assert app["read_only"] is True
    assert app["hostname"], "a container made again is the same machine to a drill that was being made"
    assert app["cap_drop"] == ["ALL"]
    assert app["security_opt"] == ["no-new-privileges:true"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    kept = {volume.split(":")[0] for each in services.values() for volume in each["volumes"] if volume[0] != "."}
    assert kept == set(compose["volumes"])
    network = compose["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert app["environment"]["FORWARDED_ALLOW_IPS"] == network
    for service in services.values():
        for volume in (volume for volume in service["volumes"] if volume[0] == "."):
            place = volume.split(":")[0]
            assert (FOLDER / place).exists() or place == "./tls"
        assert set(service.get("depends_on", {})) <= set(services)
    passwords = [word for each in services.values() for word in each.get("environment", {}).values() if "PASS" in word]
    assert all("${DATABASE_PASSWORD:?" in word for word in passwords)


def podman(*arguments: str, typed: str = "", within_s: float = 1500.0) -> str:
    command = ["unshare", "--mount", "sh", "-c", _IN_V2, "sh", *arguments]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=False, timeout=within_s)
    assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-3000:]}"
    return done.stdout.strip()


@pytest.fixture
def image(tmp_path: Path) -> Iterator[list[str]]:
    if not os.environ.get(SWITCH):
        pytest.skip(f"takes some minutes and the network: {SWITCH}=1, or `make machine`")
    missing = find_missing() or ("" if shutil.which("podman") else "missing: podman (apt-get install podman)")
    if missing:
        pytest.fail(missing)
    limits = [
        f"--ulimit={name}={':'.join(map(str, resource.getrlimit(kind)))}"
        for name, kind in (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC))
    ]
    packed = tmp_path / "base.tar"
    subprocess.run(["tar", "-C", str(make_base()), "-cf", str(packed), "."], check=True)
    podman("import", str(packed), BASE)
    packed.unlink()
    context = Path(shutil.copytree(FOLDER, tmp_path / "context"))
    wheel = build_wheel(tmp_path)
    python = Path("/usr/bin/python3")
    subprocess.run([str(python), "-m", "venv", str(tmp_path / "own")], check=True)
    collect = [str(tmp_path / "own" / "bin" / "pip"), "wheel", "-q", "-w", str(context / "wheels"), str(wheel)]
    subprocess.run(collect, check=True)
    build = ["build", "--format=docker", "--network=host", "--pull=never", *limits]
    podman(*build, f"--tag={IMAGE}", f"--file={context / 'Containerfile'}", str(context))
    volume = "sightline-test"
    yield [
        *("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--network=none"),
        *("--cgroups=disabled", *limits, f"--volume={volume}:/data"),
    ]
    podman("volume", "rm", "--force", volume)
    podman("rmi", "--force", IMAGE)


@pytest.mark.machine
@pytest.mark.timeout(2400)
@pytest.mark.skipif(sys.platform != "linux", reason="podman runs on Linux")
def test_podman_builds_it_and_runs_it_with_a_root_that_is_read_only(image: list[str]) -> None:
    account = ["accounts", "add", "Kim Lee", "--role=admin", "--role=trainer", "--role=records"]
    said = podman("run", "--rm", "--interactive", *image, IMAGE, *account, typed=f"{PASSPHRASE}\n")
    assert said == "Done."
    name = "sightline-test-app"
    podman("run", "--detach", f"--name={name}", *image, IMAGE)
    try:
        wait = (
            "import time\n"
            "from urllib.request import urlopen\n"
            "for _ in range(120):\n"
            "    try: print(urlopen('http://127.0.0.1:8501/healthz', timeout=4).read().decode()); break\n"
            "    except OSError: time.sleep(1)\n"
        )
        assert '"status":"ok"' in podman("exec", name, "/opt/sightline/bin/python", "-c", wait)
        assert podman("exec", name, "id", "-u") == "10001"
        assert podman("exec", name, "sh", "-c", "touch /x 2>/dev/null && echo written || echo kept") == "kept"
        assert "Drills can be run here." in podman("exec", name, "sightline", "doctor", "--no-browser")
        assert podman("inspect", "--format={{json .Config.Healthcheck.Test}}", name).startswith('["CMD"')
        podman("stop", "--time=20", name)
        assert podman("inspect", "--format={{.State.ExitCode}}", name) == "0"
    finally:
        podman("rm", "--force", name)


PAGE = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
NAME = "drills.your-district.org"


@pytest.mark.parametrize(("chosen", "policy"), [(None, None), (1, "certificate"), (2, "internal")])
def test_the_lines_of_the_page_configure_tls(tmp_path: Path, chosen: int | None, policy: str | None) -> None:
    program = find_caddy()
    if program is None:
        pytest.skip("caddy is not installed; tests/system_packages.py installs it where apt does")
    file = tmp_path / "Caddyfile"
    shutil.copy(SHIPPED, file)
    section = PAGE.split("### Over plain http\n")[1].split("\n### ")[0]
    commands = re.findall(r"^    (sed -i .*? /etc/caddy/Caddyfile)", section, re.MULTILINE)
    assert len(commands) == 3
    for command in (commands[0], *([] if chosen is None else [commands[chosen]])):
        subprocess.run(command.replace("/etc/caddy/Caddyfile", str(file)), shell=True, check=True)
    done = subprocess.run(
        [program, "adapt", "--adapter", "caddyfile", "--config", str(file)], capture_output=True, text=True, check=True
    )
    apps = json.loads(done.stdout)["apps"]
    (server,) = apps["http"]["servers"].values()
    assert server["listen"] == [":443"]
    assert [route["match"] for route in server["routes"]] == [[{"host": [NAME]}]]
    assert done.stdout.count('"dial": "127.0.0.1:850') + done.stdout.count('"dial":"127.0.0.1:850') == 1
    told = json.dumps(apps.get("tls", {}))
    if policy is None:
        assert told == "{}", "Caddy gets a certificate itself"
    else:
        assert ('"module": "internal"' in told, "/etc/caddy/district.pem" in told) == (
            policy == "internal",
            policy == "certificate",
        )
