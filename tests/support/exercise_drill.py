"""A team exercise driven over HTTP: a team, an exercise, and each member's browser."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from starlette.testclient import TestClient

from sim.app.links import Invitation, read_invitation, write_invitation
from sim.app.wiring import App
from sim.attempt.team_exercise import Role, list_roles
from sim.console.footage_access import make_links
from sim.features.exercise import room
from sim.features.exercise.room import create_exercise
from sim.features.team import team

FORM = "tiny-practice-1"
NAMES = ("Alder", "Birch", "Cedar", "Dogwood")


def make_exercise_team(
    app: App, *, members: int = 3, name: str = "Front office", names: Sequence[str] = NAMES
) -> tuple[str, list[str]]:
    team_id = team.add_team(app, name)
    return team_id, [team.add_person(app, team_id, person) for person in names[:members]]


class Part:
    def __init__(self, app: App, client: TestClient, exercise_id: str, role: Role) -> None:
        self.app, self.client, self.role = app, client, role
        with app.store.read() as work:
            member = next(each for each in work.exercises.list_members(exercise_id) if each.role is role)
            row = work.attempts.get(member.attempt_id)
        self.token = write_invitation(app, exercise_id, role)
        self.attempt_id = member.attempt_id
        self.url = f"/api/attempts/{member.attempt_id}"
        self.headers = {"Authorization": f"Bearer {make_links(app, row).token}"}
        self.tab = str(UUID(int=1000 + list(Role).index(role), version=4))
        self.seq = 0

    @property
    def invitation(self) -> Invitation:
        return read_invitation(self.app, self.token)

    def enter(self) -> room.RoomView:
        return room.enter(self.app, self.invitation)

    def send(self, kind: str, payload: dict[str, Any] | None = None, *, t_ms: float = 0.0) -> dict[str, Any]:
        self.seq += 1
        event = {"seq": self.seq, "t_client_ms": t_ms, "kind": kind, "payload": payload or {}}
        answer = self.client.post(f"{self.url}/events", headers=self.headers, json={"tab": self.tab, "events": [event]})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def mark(self, mark_id: str, *, camera_id: str = "CAM-01", x: float = 0.5, t_ms: float = 0.0) -> dict[str, Any]:
        payload = {"mark_id": mark_id, "camera_id": camera_id, "frame": 32, "t_s": 3.2, "x": x, "y": 0.25}
        return self.send("mark", payload, t_ms=t_ms)

    def ask_news(self, since: object = 0) -> Any:
        return self.client.get(f"{self.url}/exercise?since={since}", headers=self.headers)

    def news(self, since: int = 0) -> dict[str, Any]:
        answer = self.ask_news(since)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def counted(self) -> list[str]:
        with self.app.store.read() as work:
            return [each.event.kind.value for each in work.events.list_all(self.attempt_id) if each.counted]


class ExerciseDrill:
    def __init__(
        self,
        app: App,
        client: TestClient,
        *,
        members: int = 3,
        name: str = "Front office",
        names: Sequence[str] = NAMES,
        interruptions: bool = False,
    ) -> None:
        self.app = app
        self.team_id, self.people = make_exercise_team(app, members=members, name=name, names=names)
        self.exercise_id = create_exercise(
            app, self.team_id, form_id=FORM, person_ids=self.people, interruptions=interruptions
        )
        self.parts = {role: Part(app, client, self.exercise_id, role) for role in list_roles(members)}

    def __getitem__(self, role: Role) -> Part:
        return self.parts[role]

    def begin(self, here: Sequence[Role] | None = None) -> "ExerciseDrill":
        for role in self.parts if here is None else here:
            self.parts[role].enter()
        room.start(self.app, self.parts[Role.LEAD].invitation)
        return self
