"""Staff from a OneRoster REST service, 1.1 or 1.2 (1EdTech OneRoster Rostering 1.2 REST binding, consumer).

What comes back is laid out as the tables of the CSV binding and read as they are: one set of rules for both. All pages
are read before anything is looked at; an answer that fails half way gives no roster at all.
"""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from sim.app.asking import OutsideError, ask, find_next, get_host
from sim.app.settings import ROSTER_TOKEN_VARIABLE, ROSTER_VARIABLE, Api
from sim.app.wiring import App
from sim.errors import NewerSchemaError, RosterError, StoreError
from sim.features.people.apply import Applied, apply_roster, preview_roster
from sim.features.people.one_roster import ORG_COLUMNS, ROLE_COLUMNS, USER_COLUMNS, RosterTableFile, make_roster
from sim.features.people.plan import RosterPlan
from sim.features.team.entry import Roster, TableText
from sim.rules.viewer import Viewer

SCOPE: Final = "https://purl.imsglobal.org/spec/or/{version}/scope/roster-core.readonly"
OLD, NEW = "v1p1", "v1p2"
PAGE: Final = 1000
MOST_PAGES: Final = 1000
USER_FIELDS: Final = (*USER_COLUMNS, "dateLastModified", "middleName", "preferredGivenName", "preferredFamilyName")
ORG_FIELDS: Final = (*ORG_COLUMNS, "dateLastModified")
ROLE_FIELDS: Final = (*ROLE_COLUMNS, "dateLastModified")
# Only these are asked for; telephone numbers, grades and the like do not come here.
ASKED_OF_USERS: Final = {
    OLD: (*(each for each in USER_FIELDS if not each.startswith("preferred")), "role", "orgs"),
    NEW: (*USER_FIELDS, "roles"),
}
OLD_ROLES: Final = {"administrator": "siteAdministrator"}  # names of 1.1 that 1.2 has not
Record = dict[str, Any]
STATE_NAME: Final = "roster-sync.json"
SCHEMA_VERSION: Final = 1
# So much is asked for again: a service may note a change a little later than it was.
OVERLAP: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A roster, and the latest `dateLastModified` in it, "" for none: later changes are asked for the next time."""

    roster: Roster
    latest: str


def fetch_roster(api: Api, *, today: date, since: str = "") -> Fetched:
    """Return the staff of a service; with `since` only what was changed after that moment (ISO 8601)."""
    token = _get_token(api)
    orgs = _fetch(api, token, "orgs", {"fields": ",".join(("sourcedId", "status", "name", "type", "parent"))})
    filters = [f"dateLastModified>'{since}'"] if since else []
    filters += ["role!='student'"] if api.version == OLD else []
    asked = {"fields": ",".join(dict.fromkeys(ASKED_OF_USERS[api.version]))}
    users = _fetch(api, token, "users", asked | ({"filter": " AND ".join(filters)} if filters else {}))
    is_delta = bool(since)
    roster = make_roster(
        urlsplit(api.url).hostname or api.url,
        orgs=_lay_out("orgs", ORG_FIELDS, (_read_org(each) for each in orgs), is_delta=False),
        users=_lay_out(
            "users",
            USER_FIELDS,
            ({column: _get(each, column) for column in USER_FIELDS} for each in users),
            is_delta=is_delta,
        ),
        roles=_lay_out("roles", ROLE_FIELDS, _list_roles(users), is_delta=is_delta),
        today=today,
    )
    moments = [_get(each, "dateLastModified") for each in users]
    return Fetched(roster=roster, latest=max((each for each in (*moments, since) if each), default=""))


def _get_token(api: Api) -> str:
    """Return a token by OAuth 2.0 client credentials (RFC 6749, section 4.4)."""
    secret = base64.b64encode(f"{api.client_id}:{api.secret}".encode()).decode("ascii")
    body = urlencode({"grant_type": "client_credentials", "scope": SCOPE.format(version=api.version)}).encode("ascii")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {secret}"}
    answer = ask(api.token_url, what="the OneRoster service (token)", body=body, headers=headers)
    token = answer.data.get("access_token") if answer.is_good and isinstance(answer.data, dict) else None
    if not isinstance(token, str) or not token:
        raise OutsideError(
            f"the OneRoster service gave no token (answer {answer.status})",
            todo=f"check client and secret in {ROSTER_VARIABLE}, and {ROSTER_TOKEN_VARIABLE}",
        )
    return token


def _fetch(api: Api, token: str, what: str, asked: Mapping[str, str]) -> list[Record]:
    """Return all records of a kind, page after page; by the `Link` header where there is one, else by the offset."""
    headers = {"Authorization": f"Bearer {token}"}
    found: dict[str, Record] = {}
    offset, count, total = 0, 0, ""
    url = f"{api.url}/{what}?{urlencode({**asked, 'sort': 'sourcedId', 'limit': PAGE, 'offset': 0})}"
    for page in range(1, MOST_PAGES + 1):
        answer = ask(url, what="the OneRoster service", headers=headers)
        records = answer.data.get(what) if answer.is_good and isinstance(answer.data, dict) else None
        if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
            raise OutsideError(
                f"the OneRoster service answered {answer.status} in place of page {page} of {what}",
                todo="try again later; nothing was changed",
            )
        count, total = count + len(records), answer.total or total
        found.update({_get(each, "sourcedId"): each for each in records})
        following, offset = find_next(answer.link, base=url), offset + PAGE
        if following:
            url = following
            if get_host(url) != get_host(api.url):
                raise RosterError("the OneRoster service names a next page at another address")
        elif not answer.link and len(records) == PAGE:
            url = f"{api.url}/{what}?{urlencode({**asked, 'sort': 'sourcedId', 'limit': PAGE, 'offset': offset})}"
        else:
            break
    else:
        raise RosterError(f"the OneRoster service has more than {MOST_PAGES} pages of {what}")
    if total.isdigit() and int(total) != count:
        raise OutsideError(
            f"the OneRoster service said {int(total):,} {what} and sent {count:,}",
            todo="try again later; nothing was changed",
        )
    return list(found.values())


def _lay_out(name: str, columns: tuple[str, ...], records: Iterator[Record], *, is_delta: bool) -> RosterTableFile:
    rows = tuple((number, [each.get(column, "") for column in columns]) for number, each in enumerate(records, 1))
    return RosterTableFile(name=name, table=TableText(header=columns, rows=rows), is_delta=is_delta, unit="record")


def _read_org(record: Record) -> Record:
    parent = record.get("parent")
    row = {column: _get(record, column) for column in ORG_FIELDS}
    return row | {"parentSourcedId": _get(parent, "sourcedId") if isinstance(parent, dict) else ""}


def _list_roles(users: list[Record]) -> Iterator[Record]:
    """Yield the roles of users as rows of their own, those of 1.1 too, where the first org is the primary one."""
    for user in users:
        roles, orgs = user.get("roles"), user.get("orgs")
        if isinstance(roles, list):
            named = [(each, each.get("org")) for each in roles if isinstance(each, dict)]
        else:
            listed = [each for each in orgs if isinstance(each, dict)] if isinstance(orgs, list) else []
            role = OLD_ROLES.get(_get(user, "role"), _get(user, "role"))
            named = [
                ({"role": role, "roleType": "secondary" if number else "primary"}, org)
                for number, org in enumerate(listed)
            ]
        user_id = _get(user, "sourcedId")
        for number, (role_of, org) in enumerate(named):
            yield {
                "sourcedId": f"{user_id} {number}",
                "status": _get(user, "status"),
                "dateLastModified": _get(user, "dateLastModified"),
                "userSourcedId": user_id,
                "roleType": _get(role_of, "roleType"),
                "role": _get(role_of, "role"),
                "endDate": _get(role_of, "endDate"),
                "orgSourcedId": _get(org, "sourcedId") if isinstance(org, dict) else "",
            }


def _get(record: Record, name: str) -> str:
    value = record.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else ""


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
