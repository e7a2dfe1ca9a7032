"""A team of three, and a training planned for the next afternoon."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from sim.app.wiring import App
from sim.db.ledger import LedgerKind
from sim.db.sessions import Certified, Material, Training
from sim.features.team import team
from sim.features.training.events import draft_training, enter_training, get_training
from tests.support.fake_clock import NOON, FakeClock
from tests.support.session_app import NAMES

BEGINS = NOON + timedelta(days=1)
TRAINING_KINDS = [kind for kind in LedgerKind if kind.value.startswith("training-")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    app: App
    clock: FakeClock
    team_id: str
    people: dict[str, str]
    training_id: str

    @property
    def training(self) -> Training:
        return get_training(self.app, self.training_id)

    def go_to(self, moment: datetime) -> None:
        self.clock.pass_s((moment - self.clock.read().wall).total_seconds())


def make_plan(team_id: str, **more: object) -> Training:
    fields: dict[str, object] = {
        "team_id": team_id,
        "title": "Searching on the new cameras",
        "begins_at": BEGINS,
        "minutes": 90,
        "topics": "from camera to camera, last location",
        "version": "slides of Aug 2026",
        "need": "new cameras since August",
        "place": "Library",
        "instructor": "R. Hall",
        "qualification": "State safety certificate",
        "provider": "Acme Cameras",
        "standard": "State code 13.04",
        "materials": (Material(name="Slides", link="https://drive.example.org/slides"),),
        "certified": Certified.ATTENDED,
        "valid_months": 12,
    }
    return draft_training(**(fields | more))  # type: ignore[arg-type]


@pytest.fixture
def group(drill_app: App, clock: FakeClock) -> Class:
    team_id = team.add_team(drill_app, "Front office")
    people = {name.split()[0]: team.add_person(drill_app, team_id, name) for name in NAMES}
    made = enter_training(drill_app, make_plan(team_id), person_ids=tuple(people.values()), by="T. Trainer")
    return Class(app=drill_app, clock=clock, team_id=team_id, people=people, training_id=made)
