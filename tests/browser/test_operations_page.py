"""docs/operations.md, pasted: its blocks install, try a backup, update and go back on a fresh Debian under systemd.

The blocks are those that begin with ```bash run; each runs as it stands, in the page's order. What the page leaves to
the reader is done here: the wheels lie in /root, the name leads to the machine by /etc/hosts, the passphrase is typed.
Blocks marked `network` run in this machine's network, because the new one has none.
"""

import json
import os
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from sim.app.settings import PROJECT
from sim.app.wiring import App
from tests.browser.conftest import BROWSER_ARGUMENTS, BROWSERS, LAPTOP, prepare
from tests.browser.test_lesson import play_try, press_button
from tests.support.built_wheel import build_wheel
from tests.support.clean_machine import CleanMachine, find_missing
from tests.support.console_page import SLOW_MS
from tests.support.server_process import open_data

PAGE = PROJECT / "docs" / "operations.md"
SWITCH = "SIGHTLINE_CLEAN_MACHINE"
ADDRESS = "https://drills.example.org"
PASSPHRASE = "blue kettle at the harbor"
HEADINGS = ["Installation", "Backups", "Support", "Papers", "Updating"]
NEXT = "0.2.0"
PROXY_WITHIN_S = 60.0
NEXT_MIGRATION = '''"""A later version's table."""

import sqlalchemy as sa
from alembic import op

revision = "0999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    op.create_table("later", sa.Column("team_id", sa.String(36), sa.ForeignKey("team.team_id"), primary_key=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_table("later")
'''


@dataclass(frozen=True)
class Block:
    heading: str
    kinds: frozenset[str]
    script: str


def read_blocks() -> list[Block]:
    found, heading = [], ""
    for match in re.finditer(r"^## (.*)$|^```bash run ?(.*)\n((?:.*\n)*?)```$", PAGE.read_text("utf-8"), re.MULTILINE):
        if match[1]:
            heading = match[1]
        else:
            found.append(Block(heading=heading, kinds=frozenset(match[2].split()), script=match[3]))
    return found


def test_the_page_has_blocks_that_a_shell_reads(tmp_path: Path) -> None:
    blocks = read_blocks()
    assert list(dict.fromkeys(block.heading for block in blocks)) == HEADINGS
    assert {kind for block in blocks for kind in block.kinds} == {"network", "passphrase"}
    shipped = re.findall(r"/opt/sightline/docs/(\S+)", "\n".join(block.script for block in blocks))
    assert shipped
    for name in shipped:
        assert list((PROJECT / "docs").glob(name)), name


@dataclass
class Installed:
    machine: CleanMachine
    blocks: list[Block]
    catalog: App

    def paste(self, heading: str, *, most: int = 99) -> str:
        said = ""
        while self.blocks and self.blocks[0].heading == heading and most:
            block, most = self.blocks.pop(0), most - 1
            typed = f"{PASSPHRASE}\n" if "passphrase" in block.kinds else ""
            said += self.machine.run(block.script, typed=typed, with_network="network" in block.kinds).stdout
        return said

    def ask(self, statement: str, *, database: str = "sightline") -> str:
        return self.machine.run(f'runuser -u postgres -- psql -At -d {database} -c "{statement}"').stdout.strip()

    def wait_healthy(self) -> None:
        for address in ("http://127.0.0.1:8501", "http://127.0.0.1:8502", ADDRESS):
            ask = f"curl -s --fail --retry 90 --retry-delay 1 --retry-all-errors {address}/healthz"
            self.machine.run(f"{ask} || {{ journalctl -u 'sightline*' -o cat | tail -40; exit 1; }}")

    def find_form_id(self, attempt_id: str) -> str:
        return self.ask(f"SELECT form_id FROM attempt WHERE attempt_id = '{attempt_id}'")


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    if not os.environ.get(SWITCH):
        pytest.skip(f"takes some minutes and the network: {SWITCH}=1, or `make machine`")
    missing = find_missing()
    if missing:
        pytest.fail(missing)
    wheels = [build_wheel(tmp_path), build_wheel(tmp_path, change=make_next_version)]
    catalog = open_data(tmp_path / "data")
    with CleanMachine(tmp_path / "machine") as machine:
        for wheel in wheels:
            shutil.copy(wheel, machine.root / "root" / wheel.name)
            wheel.unlink()
        machine.write("/etc/hosts", "127.0.0.1 localhost drills.example.org\n")
        yield Installed(machine=machine, blocks=read_blocks(), catalog=catalog)


def make_next_version(source: Path) -> None:
    project = source / "pyproject.toml"
    text = project.read_text("utf-8")
    assert text.count('version = "0.1.0"') == 1
    project.write_text(text.replace('version = "0.1.0"', f'version = "{NEXT}"'), "utf-8")
    versions = source / "sim" / "db" / "migrations" / "versions"
    head = max(path.name.split("_")[0] for path in versions.glob("0*.py"))
    (versions / "0999_later.py").write_text(NEXT_MIGRATION.format(head=head), "utf-8")


@pytest.fixture
def inside(installed: Installed, tmp_path: Path) -> Iterator[Browser]:
    program = next(path for name in BROWSERS if (path := shutil.which(name)))
    wrapped = installed.machine.wrap(program, tmp_path / "chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=wrapped, args=[*BROWSER_ARGUMENTS, RESOLVER])
        yield running
        running.close()


RESOLVER = "--host-resolver-rules=MAP drills.example.org 127.0.0.1"


def sign_in(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(ADDRESS)
    page.get_by_test_id("stMain").get_by_role("link", name="Sign in").first.click()
    page.get_by_label("Your name").fill("Kim Lee")
    page.get_by_label("PIN or passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Kim Lee")).to_be_visible(timeout=SLOW_MS)
    return page


@pytest.mark.machine
@pytest.mark.timeout(1500)
def test_what_the_page_says_is_what_one_gets(installed: Installed, inside: Browser) -> None:
    machine = installed.machine
    said = installed.paste("Installation")
    assert "Drills can be run here." in said
    assert re.search(r"^ok +footage by proxy: the proxy sends it$", said, re.MULTILINE), said
    for port in (8501, 8502):
        machine.run(f"curl -sS --fail http://127.0.0.1:{port}/healthz/live")
    owner = machine.run("stat -c %U /proc/$(systemctl show --value -p MainPID sightline@2)").stdout.strip()
    assert owner == "sightline"
    assert machine.run("systemctl is-active sightline@2 nginx postgresql sightline-backup.timer").stdout.split() == (
        ["active"] * 4
    )

    context = prepare(inside.new_context(viewport=LAPTOP, ignore_https_errors=True))
    page = sign_in(context)
    press_button(page, "Start lesson 1", press=lambda button: button.click())
    play_try(page, installed.catalog, find_form_id=installed.find_form_id)
    log = machine.run("cat /var/log/nginx/sightline.log").stdout
    assert " 206 " in log, "nginx sent no footage"

    said = installed.paste("Backups")
    assert "intact" in said or "holds" in said, said
    for table in ("attempt", "attempt_event", "account", "audit"):
        rows = installed.ask(f"SELECT count(*) FROM {table}")
        assert rows != "0"
        assert installed.ask(f"SELECT count(*) FROM {table}", database="sightline_tried") == rows, table

    assert "lines of the log" in installed.paste("Support")
    with zipfile.ZipFile(machine.root / "var" / "lib" / "sightline" / "support.zip") as file:
        assert "log.jsonl" in file.namelist()
        assert "Kim Lee" not in "".join(file.read(name).decode() for name in file.namelist())
    installed.paste("Papers")
    bill = json.loads((machine.root / "opt" / "sightline" / "sbom.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert {"sightline", "streamlit", "numpy"} <= {component["name"] for component in bill["components"]}

    before = installed.ask("SELECT count(*) FROM attempt_event")
    head = installed.ask("SELECT version_num FROM alembic_version")
    installed.paste("Updating", most=1)
    installed.wait_healthy()
    assert installed.ask("SELECT version_num FROM alembic_version") == "0999"
    assert find_past_drills(page)

    installed.paste("Updating")
    installed.wait_healthy()
    assert not installed.blocks
    assert installed.ask("SELECT version_num FROM alembic_version") == head
    assert installed.ask("SELECT count(*) FROM attempt_event") == before
    assert find_past_drills(page)
    assert "traceback" not in machine.run("journalctl -u 'sightline*'").stdout.lower()


def find_past_drills(page: Page) -> bool:
    until_s = time.monotonic() + PROXY_WITHIN_S
    while not ((answer := page.goto(ADDRESS)) and answer.ok):
        assert time.monotonic() < until_s, "nginx does not pass on again"
        page.wait_for_timeout(500)
    expect(page.get_by_text("Your past drills")).to_be_visible(timeout=SLOW_MS)
    return True
