"""What docs/operations.md says of TLS in ten minutes: its lines make of the shipped Caddyfile one that Caddy takes."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sim.services.app.settings import PROJECT
from tests.support.caddy import SHIPPED, find_caddy

PAGE = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
NAME = "drills.your-district.org"


def read_commands() -> list[str]:
    """Return the commands of the section that change the Caddyfile."""
    section = PAGE.split("### Over plain http\n")[1].split("\n### ")[0]
    return re.findall(r"^    (sed -i .*? /etc/caddy/Caddyfile)", section, re.MULTILINE)


@pytest.mark.parametrize(("chosen", "policy"), [(None, None), (1, "certificate"), (2, "internal")])
def test_the_lines_of_the_page_make_a_configuration_with_tls(
    tmp_path: Path, chosen: int | None, policy: str | None
) -> None:
    program = find_caddy()
    if program is None:
        pytest.skip("caddy is not installed; tests/system_packages.py installs it where apt does")
    file = tmp_path / "Caddyfile"
    shutil.copy(SHIPPED, file)
    commands = read_commands()
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
