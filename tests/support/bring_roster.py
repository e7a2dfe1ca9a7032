"""A roster file brought in as a person does: read, looked at, applied."""

from datetime import date

from sim.services.accounts.viewer import AT_THIS_MACHINE
from sim.services.app.wiring import App
from sim.services.roster.apply import apply_roster, preview_roster
from sim.services.roster.plan import RosterPlan
from sim.services.roster.read import read_roster

TODAY = date(2026, 9, 1)


def bring(app: App, data: str | bytes, *, skip_wrong: bool = False, **how: object) -> RosterPlan:
    content = data.encode() if isinstance(data, str) else data
    roster = read_roster(content, name="list", today=TODAY, **how)  # type: ignore[arg-type]
    plan = preview_roster(app, AT_THIS_MACHINE, roster)
    apply_roster(app, AT_THIS_MACHINE, roster, expected=plan.fingerprint, skip_wrong=skip_wrong)
    return plan
