"""Who looks at a page, and what each role may do. The only table of rights; pages and routes ask `may`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Final

from sim.app.own_folders import is_own
from sim.app.wiring import App
from sim.db.teams import NO_LIMITS, Limits
from sim.errors import AccessError


class Role(StrEnum):
    """What somebody is here. An account may have several; none includes another."""

    TRAINEE = "trainee"
    TRAINER = "trainer"
    RECORDS = "records"
    PRINCIPAL = "principal"
    ADMIN = "admin"


class KnownBy(StrEnum):
    """How it is known who somebody is.

    `SESSION_CODE` is a PIN that was chosen in a session, `SEAT` a name chosen from a session's list by whoever had its
    code, `TRAINER` a drill opened by somebody else who may: a trainer, or the computer of a school without sign-in.
    """

    SIGN_IN = "signed-in"
    PIN = "pin"
    SESSION_CODE = "session-code"
    LINK = "link"
    SEAT = "session-seat"
    TRAINER = "trainer"


class Duty(StrEnum):
    SEE_OWN = "see own results"
    SEE_TEAMS = "look at teams, programs and results"
    TRAIN = "teams, drills given to people, sessions, programs and their results"
    MAKE_DRILLS = "make recordings and drills"
    READ_RECORD = "read the training record, verify it, export it"
    APPROVE = "approve a training that was held"
    KEEP_RECORD = "correct the training record, hold it, keep or delete it, export or delete a person"
    SET_PINS = "give trainees of a team their PIN"
    IMPORT_ROSTER = "bring in the roster"
    MANAGE_ACCOUNTS = "make, change, lock and unlock accounts"
    OPERATE = "look at the state of the server"
    STATE_REQUIREMENTS = "state what the district requires"


DUTIES: Final[Mapping[Role, frozenset[Duty]]] = {
    Role.TRAINEE: frozenset({Duty.SEE_OWN}),
    Role.TRAINER: frozenset(
        {
            Duty.SEE_OWN,
            Duty.SEE_TEAMS,
            Duty.TRAIN,
            Duty.MAKE_DRILLS,
            Duty.READ_RECORD,
            Duty.SET_PINS,
            Duty.IMPORT_ROSTER,
            Duty.STATE_REQUIREMENTS,
        }
    ),
    Role.RECORDS: frozenset({Duty.SEE_OWN, Duty.READ_RECORD, Duty.KEEP_RECORD}),
    Role.PRINCIPAL: frozenset({Duty.SEE_OWN, Duty.SEE_TEAMS, Duty.READ_RECORD, Duty.APPROVE}),
    Role.ADMIN: frozenset(
        {Duty.SEE_OWN, Duty.IMPORT_ROSTER, Duty.MANAGE_ACCOUNTS, Duty.OPERATE, Duty.STATE_REQUIREMENTS}
    ),
}
OF_DISTRICT: Final = frozenset({Duty.IMPORT_ROSTER, Duty.MANAGE_ACCOUNTS, Duty.OPERATE, Duty.STATE_REQUIREMENTS})
"""What nobody does for some schools alone."""
LOOKING: Final = frozenset({Duty.SEE_OWN, Duty.SEE_TEAMS, Duty.READ_RECORD, Duty.APPROVE})
"""What changes nothing of anyone else's, but for an approval, which is asked for by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    account_id: str | None  # None where nobody is signed in, and at the machine of an installation without accounts
    person_id: str | None  # who of the roster this is; None for somebody who does no drills
    name: str  # as it is written beside what they did, "" where nobody is signed in
    role: Role | None  # the first of their roles; None for nobody
    further: frozenset[Role] = frozenset()  # their other roles
    known_by: KnownBy | None = None  # how they are known; None where nobody is signed in
    # whose teams, records and results are open to them, their own one to trainees; None for those of all schools
    schools: frozenset[str] | None = None

    @property
    def roles(self) -> frozenset[Role]:
        return self.further if self.role is None else self.further | {self.role}


NOBODY: Final = Viewer(account_id=None, person_id=None, name="", role=None, schools=frozenset())
AT_THIS_MACHINE: Final = Viewer(
    account_id=None, person_id=None, name="", role=Role.TRAINER, further=frozenset({Role.RECORDS, Role.ADMIN})
)
"""Anyone who sits at the machine of an installation that nobody has set up: there is no one to keep things from."""


def may(viewer: Viewer, duty: Duty) -> bool:
    """Return whether one of the viewer's roles has this duty; those over the whole district need all schools."""
    if viewer.schools is not None and duty in OF_DISTRICT:
        return False
    return any(duty in DUTIES[role] for role in viewer.roles)


def may_change(viewer: Viewer) -> bool:
    return any(may(viewer, duty) for duty in Duty if duty not in LOOKING)


def require(viewer: Viewer, duty: Duty) -> None:
    if not may(viewer, duty):
        raise AccessError(
            "this is not open to you" if viewer.account_id else "nobody is signed in here",
            expected=f"an account that may: {duty.value}",
            todo="ask your administrator for the role" if viewer.account_id else "sign in first",
        )


# The services as somebody may use them: of their schools, and only to look where their roles change nothing; on pages
# for practice they write what is their own.
def limit_app(app: App, viewer: Viewer, *, is_practice: bool = False) -> App:
    limits = Limits(schools=viewer.schools, may_write=is_practice or may_change(viewer))
    if limits == NO_LIMITS:
        return app
    limited = replace(app, store=replace(app.store, limits=limits))
    return replace(limited, catalog=app.catalog.only(partial(is_own, limited)))
