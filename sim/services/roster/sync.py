"""A roster service read again and again: how far it was read, and bringing in what came since."""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sim.errors import NewerSchemaError, RosterError, StoreError
from sim.services.accounts.viewer import Viewer
from sim.services.app.wiring import App
from sim.services.roster.apply import Applied, apply_roster, preview_roster
from sim.services.roster.entry import Roster
from sim.services.roster.one_roster_rest import Api, fetch_roster
from sim.services.roster.plan import RosterPlan

STATE_NAME: Final = "roster-sync.json"
SCHEMA_VERSION: Final = 1
OVERLAP: Final = timedelta(minutes=10)
"""So much is asked for again: a service may note a change a little later than it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is brought in: everything, people already known alone, and whether those on a team stay there."""

    known_only: bool = False
    keeps_teams: bool = False
    skips_wrong: bool = False
    takes_many_leaving: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What would change, and up to when it was read; `since` is from when on, "" for everything."""

    roster: Roster
    plan: RosterPlan
    since: str
    latest: str


def prepare_sync(app: App, viewer: Viewer, api: Api, *, choice: Choice, is_full: bool = False) -> Prepared:
    """Read a service, all of it or what has changed since the last time, and return what would change."""
    since = "" if is_full else _read_since(app.settings.data, api)
    fetched = fetch_roster(api, today=app.clock.read().wall.date(), since=since)
    roster = replace(fetched.roster, keeps_teams=choice.keeps_teams)
    if choice.known_only:
        roster = replace(roster, left_out=frozenset(entry.place for entry in roster.entries))
    return Prepared(roster=roster, plan=preview_roster(app, viewer, roster), since=since, latest=fetched.latest)


def apply_sync(app: App, viewer: Viewer, api: Api, prepared: Prepared, *, choice: Choice) -> Applied:
    """Change what was prepared, all in one transaction, and note how far the service was read."""
    if prepared.plan.caution and not choice.takes_many_leaving:
        raise RosterError(prepared.plan.caution, todo="look at the list; if it is right, add --many-leave")
    done = apply_roster(app, viewer, prepared.roster, expected=prepared.plan.fingerprint, skip_wrong=choice.skips_wrong)
    _write_since(app.settings.data, api, prepared.latest)
    return done


def _read_since(folder: Path, api: Api) -> str:
    """Return from when on changes are asked for; "" where this service was never read."""
    path = folder / STATE_NAME
    try:
        state = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise StoreError(f"{path} cannot be read", todo="delete it: the next time everything is read") from error
    if not isinstance(state, dict) or not isinstance(state.get("latest", ""), str):
        raise StoreError(f"{path} is damaged", todo="delete it: the next time everything is read")
    if state.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION:
        raise NewerSchemaError(f"{path} was written by another version", todo="update Sightline")
    if state.get("address") != api.url or not state.get("latest"):
        return ""
    try:
        moment = datetime.fromisoformat(state["latest"]) - OVERLAP
    except ValueError:
        return ""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _write_since(folder: Path, api: Api, latest: str) -> None:
    path = folder / STATE_NAME
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    said = {"schema_version": SCHEMA_VERSION, "address": api.url, "latest": latest}
    try:
        draft.write_text(json.dumps(said), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StoreError(
            f"{path} cannot be written: {error.strerror}", todo="free some space; the people were brought in"
        ) from error
