"""Anyone who finds a link acknowledges a record in somebody else's name, or opens a drill of somebody who signs in."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sim.db.ledger_rows import LedgerKind, Subjects
from sim.db.links import LinkKind
from sim.drill.attempt import Phase
from sim.errors import TaskError
from sim.services.accounts import manage
from sim.services.app.links.tokens import show_link
from sim.services.team import given_drills
from sim.services.training_record.notes import note_remediation
from tools.bench.rig.browser import open_browser
from tools.torture.faults.console import PATIENCE_MS, require_browser
from tools.torture.integrity.school import School, open_school
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.trial import Trial

if TYPE_CHECKING:
    from playwright.sync_api import Page

BUTTON = "I have read this"
SIGN_IN = "Sign in to acknowledge the record"
ENDED = "this link was ended"
ASKED = "Sign in to open it"


def forge_acknowledgement(rig: Rig) -> Outcome:
    """Open a person's links in a browser of nobody's: with an account, then disabled; then one without an account."""
    require_browser()
    # in a thread of its own: Playwright refuses one in which an event loop of somebody else runs
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_forge, rig).result()


def _forge(rig: Rig) -> Outcome:
    wrong: list[str] = []
    with open_school(rig) as school, open_browser() as browser:
        for person_id in (school.with_pin, school.without):
            note_remediation(school.app, person_id, words="Went through the debrief together", by="Kim Lee")
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        link = _link(school, school.with_pin)
        _open(page, f"{school.url}/record?t={link}", SIGN_IN, wrong)
        _open_drill(school, page, wrong)
        account = next(
            card for card in manage.list_accounts(school.app, school.admin) if card.person_id == school.with_pin
        )
        manage.set_disabled(school.app, school.admin, account.account_id, is_disabled=True)
        _open(page, f"{school.url}/record?t={link}", ENDED, wrong)
        if _list_known(school, school.with_pin):
            wrong.append("an acknowledgement was entered in the name of someone with an account")
        page.goto(f"{school.url}/record?t={_link(school, school.without)}")
        page.get_by_role("button", name=BUTTON).click()
        page.get_by_text("by a link from Kim Lee").first.wait_for()
        if _list_known(school, school.without) != ["link"]:
            wrong.append("an acknowledgement by a bare link does not say that it was one")
    saw = "“Sign in to acknowledge the record”, “this link was ended”; by a bare link: “by a link from Kim Lee”"
    return Outcome(saw=saw, wrong=tuple(wrong))


def _link(school: School, person_id: str) -> str:
    return show_link(school.app, LinkKind.RECORD, person_id, by=school.admin.name)


def _open_drill(school: School, page: "Page", wrong: list[str]) -> None:
    """Open the drill of somebody who signs in by its bare address and by a link, where there is a drill to give."""
    try:
        attempt_id = given_drills.create_attempt(school.app, school.with_pin, Phase.BEFORE)
    except TaskError:
        return
    link = show_link(school.app, LinkKind.DRILL, school.with_pin, attempt_id=attempt_id, by=school.admin.name)
    for query in (f"attempt={attempt_id}", f"attempt={attempt_id}&link={link}"):
        _open(page, f"{school.url}/drill?{query}", ASKED, wrong)


def _open(page: "Page", address: str, said: str, wrong: list[str]) -> None:
    """Open an address, which must say something and offer nothing to press in somebody's name."""
    page.goto(address)
    page.get_by_text(said).first.wait_for()
    for name in (BUTTON, "Start"):
        if page.get_by_role("button", name=name).count():
            wrong.append(f"“{name}” can be pressed at {address.partition('?')[0]}")


def _list_known(school: School, person_id: str) -> list[str]:
    with school.app.store.read() as work:
        entries = work.ledger.list_of(Subjects(person_id=person_id), kinds=[LedgerKind.ACKNOWLEDGED])
    return [str(json.loads(entry.body or "{}")["data"].get("known_by", "")) for entry in entries]


ATTACK = Trial(
    name="forged-acknowledgement",
    fault="a record acknowledged and a drill opened by the links of someone with an account, disabled in the end",
    try_once=forge_acknowledgement,
    usual_s=60.0,
    part="integrity",
)
