"""Every field that takes text from somebody, with the service behind it and where the text is read again."""

import csv
import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from sim.db.holds import HoldScope
from sim.db.links import LinkKind
from sim.drill.attempt import Phase
from sim.drill.plan import Wish
from sim.drill.session_day import Attendance, SessionKind, Starting
from sim.errors import RosterError
from sim.services.accounts import manage
from sim.services.accounts.viewer import AT_THIS_MACHINE, NOBODY, Role
from sim.services.app.links.tokens import show_link
from sim.services.app.wiring import App
from sim.services.ledger import holds
from sim.services.ledger.record import SessionRecord
from sim.services.program.change import set_aim
from sim.services.program.plan import Order, create_program, suggest_training_day
from sim.services.roster.apply import apply_roster, preview_roster
from sim.services.roster.read import read_roster
from sim.services.session_day.attendance import correct, list_changes
from sim.services.session_day.opening import Plan, open_session
from sim.services.session_day.sessions import list_sessions
from sim.services.team import given_drills, team
from sim.services.team.choosing_forms import list_measuring_forms
from sim.services.training_record.load import load_team_record
from sim.services.training_record.notes import Details, acknowledge, note_details, note_remediation

Write = Callable[[str], str]
"""Stores a text and returns it as it is read again, "" where it does not come back; raises SimError to refuse it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its name, what storing a text in it and reading it again is, and whether it is for a name."""

    name: str
    write: Write
    is_name: bool = False


def make_fields(app: App) -> tuple[Field, ...]:
    """Prepare a team with a session and a program; return every field of text there is, on them."""
    place = _Place(app)
    names: tuple[Write, ...] = (
        place.name_team,
        place.name_school,
        place.name_person,
        place.rename_person,
        place.import_person,
        place.name_account,
    )
    writes: tuple[Write, ...] = (
        *names,
        place.say_aim,
        place.open_at,
        place.say_need,
        place.say_content,
        place.say_instructor,
        place.say_remedy,
        place.say_remark,
        place.say_correction,
        place.say_hold,
        place.say_release,
        place.say_choice,
    )
    return tuple(Field(name=write.__name__.replace("_", " "), write=write, is_name=write in names) for write in writes)


class _Place:
    """A team of one, with an open session and a program."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.count = itertools.count(1)
        self.team_id = team.add_team(app, "Office")
        self.person_id = team.add_person(app, self.team_id, "Heron")
        self.renamed_id = team.add_person(app, self.team_id, "Otter")
        self.session_id = open_session(app, self._plan(place="Library"))
        today = app.clock.read().wall.date()
        wish = Wish(training_on=suggest_training_day(app, today), before=1, after=1, is_familiar_first=False)
        order = Order(
            team_id=self.team_id, aim="Faster", wish=wish, training_at="", time_zone="UTC", request_key="torture"
        )
        self.program_id = create_program(app, order)
        manage.add_account(app, AT_THIS_MACHINE, name="Admin", secret=None, roles=frozenset({Role.ADMIN}))

    def name_team(self, text: str) -> str:
        made = team.add_team(self.app, text)
        return next(card.name for card in team.list_teams(self.app) if card.team_id == made)

    def name_school(self, text: str) -> str:
        team.set_school(self.app, self.team_id, text)
        return next(card.school for card in team.list_teams(self.app) if card.team_id == self.team_id)

    def name_person(self, text: str) -> str:
        made = team.add_person(self.app, self._make_team(), text)
        return self._find_name(made)

    def rename_person(self, text: str) -> str:
        team.rename_person(self.app, self.renamed_id, text)
        return self._find_name(self.renamed_id)

    def import_person(self, text: str) -> str:
        rows = io.StringIO(newline="")
        name = f"Import {next(self.count)}"
        csv.writer(rows).writerows([("name", "team"), (text, name)])
        today = self.app.clock.read().wall.date()
        try:
            data = rows.getvalue().encode("utf-8")
        except UnicodeEncodeError as error:
            raise RosterError("no file holds half a character", expected="UTF-8") from error
        roster = read_roster(data, name="list.csv", today=today)
        plan = preview_roster(self.app, AT_THIS_MACHINE, roster)
        apply_roster(self.app, AT_THIS_MACHINE, roster, expected=plan.fingerprint)
        made = next(card.team_id for card in team.list_teams(self.app) if card.name == name)
        return team.list_people(self.app, made)[0].name

    def say_aim(self, text: str) -> str:
        set_aim(self.app, self.program_id, text)
        with self.app.store.read() as work:
            return work.programs.get(self.program_id).aim

    def open_at(self, text: str) -> str:
        made = open_session(self.app, self._plan(place=text))
        cards = list_sessions(self.app, self.team_id)
        return next(card.place for card in cards if card.session_id == made)

    def say_need(self, text: str) -> str:
        return self._say(Details(need=text, content="c", content_version="", instructor="", qualification="")).need

    def say_content(self, text: str) -> str:
        said = self._say(Details(need="", content=text, content_version=text, instructor="", qualification=""))
        return said.content if said.content == said.content_version else ""

    def say_instructor(self, text: str) -> str:
        said = self._say(Details(need="", content="c", content_version="", instructor=text, qualification=text))
        return said.instructor if said.instructor == said.qualification else ""

    def say_remedy(self, text: str) -> str:
        note_remediation(self.app, self.person_id, words=text, by="T. Trainer")
        return load_team_record(self.app, self.team_id).notes[-1].words

    def say_remark(self, text: str) -> str:
        acknowledge(self.app, NOBODY, up_to=1, words=text, link=show_link(self.app, LinkKind.RECORD, self.person_id))
        return load_team_record(self.app, self.team_id).notes[-1].words

    def say_correction(self, text: str) -> str:
        became = (Attendance.PRESENT, Attendance.ABSENT)[next(self.count) % 2]
        other = Attendance.ABSENT if became is Attendance.PRESENT else Attendance.PRESENT
        correct(self.app, self.session_id, self.person_id, became, reason="first")
        correct(self.app, self.session_id, self.person_id, other, reason=text)
        return list_changes(self.app, self.session_id)[-1].reason

    def say_hold(self, text: str) -> str:
        store, clock = self.app.store, self.app.clock
        row = holds.place_hold(store, clock, scope=HoldScope.TEAM, subject_id=self.team_id, reason=text, by="R. Owner")
        said = next(line.said for line in holds.list_team_holds(store, self.team_id) if line.hold_id == row.hold_id)
        holds.release_hold(store, clock, row.hold_id, reason="over")
        return said.partition("R. Owner: ")[2]

    def say_release(self, text: str) -> str:
        store, clock = self.app.store, self.app.clock
        row = holds.place_hold(store, clock, scope=HoldScope.TEAM, subject_id=self.team_id, reason="case")
        return str(holds.release_hold(store, clock, row.hold_id, reason=text).release_reason)

    def say_choice(self, text: str) -> str:
        person_id = team.add_person(self.app, self._make_team(), "Lynx")
        is_private = self.app.catalog.is_private
        form_id = next(f.form_id for f in list_measuring_forms(self.app) if is_private(f.recording_id))
        given_drills.create_attempt(self.app, person_id, Phase.BEFORE, form_id=form_id, reason=text)
        with self.app.store.read() as work:
            return work.exposures.list_of_team(work.teams.get_person(person_id).team_id)[0].reason

    def name_account(self, text: str) -> str:
        made = manage.add_account(
            self.app, AT_THIS_MACHINE, name=text, secret=None, roles=frozenset({Role.TRAINER, Role.RECORDS})
        )
        return next(each.name for each in manage.list_accounts(self.app, AT_THIS_MACHINE) if each.account_id == made)

    def _make_team(self) -> str:
        return team.add_team(self.app, f"Team {next(self.count)}")

    def _plan(self, *, place: str) -> Plan:
        return Plan(
            team_id=self.team_id,
            kind=SessionKind.BEFORE,
            starting=Starting.TOGETHER,
            place=place,
            person_ids=(self.person_id,),
        )

    def _say(self, details: Details) -> SessionRecord:
        note_details(self.app, self.session_id, details)
        record = load_team_record(self.app, self.team_id)
        return next(each for each in record.sessions if each.session_id == self.session_id)

    def _find_name(self, person_id: str) -> str:
        with self.app.store.read() as work:
            return work.teams.get_person(person_id).name
