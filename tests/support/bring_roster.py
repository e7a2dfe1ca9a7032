"""A roster file brought in as a person does: read, looked at, applied."""

from datetime import date

from sim.app.wiring import App
from sim.features.people.apply import apply_roster, preview_roster
from sim.features.people.plan import RosterPlan
from sim.features.people.read import read_roster
from sim.rules.viewer import AT_THIS_MACHINE

TODAY = date(2026, 9, 1)


def bring(app: App, data: str | bytes, *, skip_wrong: bool = False, **how: object) -> RosterPlan:
    content = data.encode() if isinstance(data, str) else data
    roster = read_roster(content, name="list", today=TODAY, **how)  # type: ignore[arg-type]
    plan = preview_roster(app, AT_THIS_MACHINE, roster)
    apply_roster(app, AT_THIS_MACHINE, roster, expected=plan.fingerprint, skip_wrong=skip_wrong)
    return plan
