"""A trainer's month: a list of people, a program, drills before, the training, drills after, the report and the record.

One person does a drill too early and one on a phone: both are told before, and both still have it to do afterwards.
What the trainer and these two do are clicks; the others search over the server's routes. Days go by on the clocks.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from playwright.sync_api import TimeoutError as NotInTimeError

from sim.services.ledger.verify import verify
from sim.services.program.program_view import list_programs
from sim.services.team import team
from tests.browser.conftest import prepare
from tests.support.barriers import list_barriers
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.school_months import School, open_school
from tests.unit.services.program.test_program import list_steps

ZONE = "America/New_York"
TRAINER = "Kim Reyes"
PASSPHRASE = "maple fence quiet lantern"
EARLY, BY_PHONE = "Ben Hill", "Cy Park"
NAMES = ("Ana Lopez", EARLY, BY_PHONE, "Dee Moss", "Eli Stone", "Fay Wood")
ROSTER = "name,email,school,team\n" + "".join(
    f"{name},{name.split()[0].lower()}@school.example,Maple Ridge,Front office\n" for name in NAMES
)
VERDICT = re.compile("faster|slower|no clear change|improved", re.IGNORECASE)
SOON_MS = 10_000.0
SEARCHING_S = 90.0


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with open_school(tmp_path / "data") as school:
        yield school


@pytest.fixture
def trainer(browser: Browser) -> Iterator[Page]:
    context = open_laptop(browser)
    yield context.new_page()
    context.close()


def open_laptop(browser: Browser) -> BrowserContext:
    context = prepare(browser.new_context(viewport={"width": 1366, "height": 768}, timezone_id=ZONE))
    context.set_default_timeout(SLOW_MS)
    return context


def set_clock(school: School, day: date, hour: time = time(10, 0)) -> None:
    wanted = datetime.combine(day, hour, ZoneInfo(ZONE))
    away = (wanted - school.clock.read().wall).total_seconds()
    assert away > 0
    school.clock.pass_s(away)


def set_up(trainer: Page, school: School) -> None:
    trainer.goto(f"{school.server.url}/account/set-up")
    trainer.get_by_label("Your name").fill(TRAINER)
    trainer.get_by_label("Passphrase").fill(PASSPHRASE)
    trainer.get_by_label("The same once more").fill(PASSPHRASE)
    trainer.get_by_role("button", name="Set up").click()
    trainer.wait_for_load_state()


def import_people(trainer: Page) -> None:
    trainer.get_by_role("link", name="Team", exact=True).click()
    trainer.get_by_role("link", name="Import a list of people").click()
    trainer.locator("input[type=file]").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()}
    )
    expect(trainer.get_by_role("heading", name="What would change")).to_be_visible()
    trainer.get_by_role("button", name="Apply these changes").click()
    expect(trainer.get_by_text("Done. Added: 6")).to_be_visible()
    trainer.get_by_role("link", name="To the teams").last.click()
    expect(trainer.get_by_role("heading", name="Front office")).to_be_visible()


def plan_program(trainer: Page) -> None:
    tab(trainer, "Plan")
    before = trainer.get_by_role("spinbutton", name="Drills before the training")
    before.fill("2")
    before.press("Enter")
    expect(trainer.get_by_text("6 people with 2 drills before and 2 drills after")).to_be_visible(timeout=SLOW_MS)
    trainer.get_by_role("button", name="Make the program").click()
    expect(trainer.get_by_role("tab", name="Give and send")).to_be_visible()
    for width, height in ((390, 844), (1366, 768)):
        trainer.set_viewport_size({"width": width, "height": height})
        assert list_barriers(trainer) == []


def tab(trainer: Page, name: str) -> None:
    trainer.get_by_test_id("stMain").get_by_role("link", name=name, exact=True).first.click()


def give_to_all(trainer: Page, step: str, *, count: int, links: int = 6) -> None:
    trainer.get_by_role("tab", name="Give and send").click()
    choose(trainer, trainer.get_by_role("tabpanel"), "Step", step)
    trainer.get_by_role("button", name=f"Give to all ({count})").click()
    expect(trainer.get_by_text(f"Links of {links} drills given")).to_be_visible()
    expect(trainer.get_by_role("button", name=re.compile("^Give to all"))).to_have_count(0)


def choose(trainer: Page, inside: Locator, label: str, option: str) -> None:
    """Choose from a list. What was typed before is taken in as the list gets the focus, which may close it again."""
    box = inside.get_by_role("combobox", name=re.compile(label))
    listed = trainer.get_by_role("option", name=option, exact=True)
    box.focus()
    box.press("ArrowDown")
    try:
        listed.click(timeout=SOON_MS)
    except NotInTimeError:
        box.focus()
        box.press("ArrowDown")
        listed.click()


def come_back(trainer: Page, school: School, day: date) -> None:
    """Let time go by until a day on which the trainer comes back to the page they left and signs in."""
    set_clock(school, day)
    trainer.reload()
    trainer.get_by_test_id("stMain").get_by_role("link", name="Sign in").click()
    trainer.get_by_label("Your name").fill(TRAINER)
    trainer.get_by_label("PIN or passphrase").fill(PASSPHRASE)
    trainer.get_by_role("button", name="Sign in").click()
    expect(trainer.get_by_role("button", name=TRAINER)).to_be_visible()


def give_too_early(trainer: Page) -> str:
    """Give one person a drill after training on the day before it, against the warning; return the link."""
    tab(trainer, "People")
    row = trainer.locator("[class*=st-key-person-]", has_text=EARLY).last
    row.get_by_role("button", name="Give a drill after training").click()
    body = trainer.get_by_test_id("stPopoverBody")
    expect(body.get_by_text("This will not count after training because the training is on")).to_be_visible()
    body.get_by_role("button", name="Give it anyway").click()
    row.get_by_role("button", name="Send the link").click()
    return read_link(trainer)


def read_link(trainer: Page) -> str:
    code = trainer.get_by_test_id("stPopoverBody").get_by_test_id("stCode")
    expect(code).to_be_visible()
    link = (code.text_content() or "").strip()
    trainer.keyboard.press("Escape")
    return link


def do_uncounted(page: Page, school: School, link: str, warning: str) -> None:
    """Open a drill that will not count, read that it will not, and do it all the same: search for a while, submit."""
    page.goto(link)
    expect(page.get_by_text(warning)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Start drill")).click()
    console = ConsolePage(page, link)
    console.wait_ready()
    school.clock.pass_s(SEARCHING_S)
    console.hand_in()
    # the console's own "Submitted" may stand for a moment beside the page that follows
    expect(page.get_by_role("heading", name=re.compile("Debrief|submitted", re.IGNORECASE)).first).to_be_visible()


def hold_training(trainer: Page, school: School, phone: Page) -> None:
    tab(trainer, "Plan")
    trainer.get_by_test_id("stMain").get_by_role("link", name="Plan or record the training").last.click()
    trainer.get_by_label("Topics").fill("Finding a camera; following from camera to camera")
    trainer.get_by_label("Place").fill("Library")
    choose(trainer, trainer.get_by_test_id("stMain"), "Certificate", "For attending")
    trainer.get_by_role("button", name="Add to the record").click()
    trainer.get_by_role("button", name="Open sign-in").click()
    code = trainer.locator(".sl-join-code")
    expect(code).to_be_visible()
    phone.goto(f"{trainer.url.rpartition('/')[0]}/join")
    phone.get_by_label("Code of the session or training").fill(code.inner_text())
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_text(BY_PHONE.split(maxsplit=1)[0], exact=True).click()
    phone.get_by_role("button", name=re.compile("^Sign in as")).click()
    expect(phone.get_by_role("heading", name=re.compile("You're signed in"))).to_be_visible()
    expect(trainer.locator(".sl-join-count")).to_have_text("1 of 6 have signed in")
    for name in NAMES:
        if name != BY_PHONE:
            trainer.get_by_role("button", name=name, exact=True).click()
    trainer.get_by_role("button", name="Mark as present").click()
    expect(trainer.get_by_text("6 of 6", exact=True)).to_be_visible()
    school.clock.pass_s(3600.0)
    trainer.get_by_role("button", name="Close: it was held").click()
    expect(trainer.get_by_text("Absent", exact=False)).to_have_count(0)


def test_a_month_of_a_trainer(
    browser: Browser, school: School, trainer: Page, phone_context: BrowserContext, tmp_path: Path
) -> None:
    set_up(trainer, school)
    trainer.goto(school.server.url)
    import_people(trainer)
    plan_program(trainer)
    (planned,) = list_programs(school.app)
    with school.app.store.read() as work:
        assert [row.time_zone for row in work.programs.list_all()] == [ZONE]
    steps = list_steps(school.app, planned.program_id)
    people = {card.name: card.person_id for card in team.list_people(school.app, planned.team_id)}

    come_back(trainer, school, steps["familiarization 1"].due_from)
    give_to_all(trainer, "Get to know the console", count=6)
    for person_id in people.values():
        school.get_familiar(steps["familiarization 1"].step_id, person_id)
    rngs = {name: np.random.default_rng(number) for number, name in enumerate(people)}
    search(school, steps["before 1"].step_id, people, rngs, level=0.1)
    come_back(trainer, school, steps["before 2"].due_from)
    give_to_all(trainer, "Before 2", count=6)
    search(school, steps["before 2"].step_id, people, rngs, level=0.1)

    training_on = steps["training 1"].due_from
    come_back(trainer, school, training_on - timedelta(days=1))
    link = give_too_early(trainer)
    early = open_laptop(browser).new_page()
    do_uncounted(early, school, link, "This will not count after training because the training is on")
    early.context.close()

    come_back(trainer, school, training_on)
    phone = phone_context.new_page()
    hold_training(trainer, school, phone)

    come_back(trainer, school, steps["after 1"].due_from)
    trainer.get_by_role("link", name="Team", exact=True).click()
    tab(trainer, "Plan")
    give_to_all(trainer, "After 1", count=6)
    trainer.get_by_text("Links of 6 drills given").click()
    row = trainer.get_by_role("region", name="Link").get_by_role("row", name=re.compile(f"^{BY_PHONE}"))
    expect(row).to_be_visible()
    for_phone = (row.get_by_role("cell").last.text_content() or "").strip()
    do_uncounted(phone, school, for_phone, "This will not count after training because it is on a phone")
    others = {name: people[name] for name in NAMES if name not in (EARLY, BY_PHONE)}
    search(school, steps["after 1"].step_id, others, rngs, level=0.9)
    trainer.reload()
    board = trainer.get_by_role("region", name="Everybody")
    for name, why in ((EARLY, "done before the training"), (BY_PHONE, "done on a phone")):
        row = board.get_by_role("row", name=re.compile(f"^{name}"))
        expect(row).to_contain_text(why)
        expect(row.get_by_role("link", name=re.compile(f"After 1.* {name}"))).to_contain_text("due by")
        expect(trainer.locator("[class*=st-key-todo-]", has_text=name)).to_contain_text("After 1")
    give_to_all(trainer, "After 1", count=1, links=2)
    search(school, steps["after 1"].step_id, {name: people[name] for name in (EARLY, BY_PHONE)}, rngs, level=0.9)

    come_back(trainer, school, steps["after 2"].due_from)
    search(school, steps["after 2"].step_id, people, rngs, level=0.9)
    tab(trainer, "Results")
    expect(trainer.locator(".sl-verdict")).to_contain_text(VERDICT)
    expect(
        trainer.get_by_text('1 drill of 1 person (recorded as "after", but done before the training')
    ).to_be_visible()
    choose(
        trainer,
        trainer.get_by_test_id("stMain"),
        "How were these people chosen",
        "Everyone on the staff who should know this",
    )
    take(trainer, "Download the report (PDF)", tmp_path / "report.pdf")
    trainer.get_by_role("link", name="Records", exact=True).click()
    trainer.get_by_text("Exports", exact=True).click()
    for label in ("Certificates (PDF)", "Drill log (PDF)", "Record (PDF)"):
        take(trainer, label, tmp_path / f"{label}.pdf")
    trainer.get_by_text("People", exact=True).last.click()
    choose(trainer, trainer.get_by_test_id("stMain"), "Open one person's record", EARLY)
    expect(trainer.get_by_role("heading", name=re.compile(f"record of {EARLY}"))).to_be_visible()
    take(trainer, "This record (PDF)", tmp_path / "person.pdf")
    assert verify(school.app.store).broken is None


def take(page: Page, label: str, path: Path) -> None:
    """Press a button that hands over a PDF; where the press or its answer is lost, press again as a person does."""
    button = page.get_by_role("button", name=label)
    try:
        with page.expect_download(timeout=2 * SOON_MS) as download:
            button.click()
    except NotInTimeError:
        if button.is_disabled():
            page.reload()
        with page.expect_download() as download:
            button.click()
    download.value.save_as(path)
    assert path.read_bytes().startswith(b"%PDF")


def search(
    school: School, step_id: str, people: dict[str, str], rngs: dict[str, np.random.Generator], *, level: float
) -> None:
    for name, person_id in people.items():
        school.search(step_id, person_id, rng=rngs[name], level=level)
