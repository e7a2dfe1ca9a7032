"""Every service that takes an id of a team, a person, a drill, a session ...: what it does for another school."""

import importlib
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from enum import EnumType
from typing import Any, get_origin, get_type_hints

import pytest
from sqlalchemy import select

from sim.app.wiring import App
from sim.db.columns import metadata
from sim.errors import SimError
from sim.rules.viewer import Role, Viewer, limit_app
from tests.support.fake_clock import NOON, FakeClock
from tests.support.rooms import list_logic, name_module
from tests.support.two_schools import District, make_district

pytestmark = pytest.mark.usefixtures("quick_hash")


@pytest.fixture
def district(measuring_app: App, clock: FakeClock) -> District:
    return make_district(measuring_app, clock)


IDS = ("team_id", "person_id", "attempt_id", "session_id", "program_id", "training_id")
BESIDE = {
    "console.questions.note_sent": "notes in memory alone what is sent to a drill",
    "program.mail.make_stop_address": "stands in a person's own mail, and turns nothing but mail off",
}


def find_services() -> Iterator[tuple[str, Callable[..., Any], str]]:
    for module_name in list_logic():
        module = importlib.import_module(module_name)
        for name, each in vars(module).items():
            if not inspect.isfunction(each) or each.__module__ != module_name or name.startswith("_"):
                continue
            first, *others = inspect.signature(each).parameters or ("",)
            about = next((other for other in others if other in IDS), None)
            title = f"{name_module(module_name)}.{name}"
            if first == "app" and about is not None and title not in BESIDE:
                yield title, each, about


def fill(each: Callable[..., Any], about: str, own: str, viewer: Viewer) -> dict[str, Any] | None:
    hints, values = get_type_hints(each), {}
    for name, parameter in [*inspect.signature(each).parameters.items()][1:]:
        hint = hints[name]
        if name == about:
            values[name] = own
        elif hint is Viewer:
            values[name] = viewer
        elif parameter.default is not parameter.empty:
            continue
        elif hint in (str, int, float, bool):
            values[name] = hint(1)
        elif hint is datetime:
            values[name] = NOON + timedelta(days=1)
        elif hint is tzinfo:
            values[name] = UTC
        elif isinstance(hint, EnumType):
            first = next(iter(hint))
            values[name] = (first,) if parameter.kind is parameter.VAR_POSITIONAL else first
        elif get_origin(hint) in (Collection, Sequence, tuple, list, Mapping, dict):
            values[name] = {"content": "Cameras"} if get_origin(hint) in (Mapping, dict) else ()
        else:
            return None
    return values


def dump(app: App) -> dict[str, list[str]]:
    with app.store.read() as work:
        return {
            name: [repr(row) for row in work.connection.execute(select(table).order_by(*table.primary_key))]
            for name, table in metadata.tables.items()
        }


def test_no_service_tells_or_changes_anything_of_another_school(district: District) -> None:
    viewer, south = district.find(Role.TRAINER), district.south
    app = limit_app(district.app, viewer)
    own = {"person_id": south.people[0], **{name: getattr(south, name) for name in IDS if name != "person_id"}}
    before, called = dump(district.app), 0
    for name, each, about in find_services():
        values = fill(each, about, own[about], viewer)
        if values is None:
            continue
        called += 1
        given = inspect.signature(each).bind_partial(app)
        given.arguments.update(values)
        try:
            found = each(*given.args, **given.kwargs)
        except SimError as error:
            assert "South" not in str(error), name
        else:
            assert not [each for each in ("South", *own.values()) if each in repr(found)], name
    assert dump(district.app) == before
    assert called > 120
