"""The record as JSON with the whole chain, so that an outsider can verify it; see docs/training-record.md."""

import json
from collections.abc import Collection
from datetime import datetime

from sim import __version__
from sim.db.chain import Json, write_moment
from sim.db.ledger import Entry, Head, LedgerKind
from sim.db.store import Store

SCHEMA_VERSION = 1


def write_record_json(
    store: Store, *, team_id: str | None, person_id: str | None = None, made_at: datetime
) -> tuple[bytes, Head]:
    """Return the JSON and where the ledger ended.

    It has every entry's hashes. The content is in it of entries about the team, of one person of it where one is
    named, and of removals; with neither, of all. Of a session that was voided it has only that, and why.
    """
    with store.read() as work:
        entries = tuple(work.ledger.iterate())
        head = work.ledger.get_head()
    voided = {entry.subjects.session_id for entry in entries if entry.kind == LedgerKind.SESSION_VOIDED}
    explained = [number for entry in entries for number in _list_removed(entry)]
    about: dict[str, Json] = {"team_id": team_id, "person_id": person_id}
    data: dict[str, Json] = {
        "schema_version": SCHEMA_VERSION,
        "format": "Sightline training record, see docs/training-record.md",
        "program": f"Sightline {__version__}",
        "made_at": write_moment(made_at),
        "about": about,
        "head": {"number": head.number, "sha256": head.sha256},
        "removed": list[Json](sorted(explained)),
        "entries": [
            _to_data(entry, is_told=_is_told(entry, team_id, person_id) and not _is_of_voided(entry, voided))
            for entry in entries
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8"), head


def _is_told(entry: Entry, team_id: str | None, person_id: str | None) -> bool:
    if entry.body is None:
        return False
    if entry.kind == "content-removed" or (team_id is None and person_id is None):
        return True
    is_of_team = team_id is None or entry.subjects.team_id == team_id
    return is_of_team and (person_id is None or entry.subjects.person_id == person_id)


def _is_of_voided(entry: Entry, voided: Collection[str | None]) -> bool:
    return entry.subjects.session_id in voided and entry.kind != LedgerKind.SESSION_VOIDED


def _to_data(entry: Entry, *, is_told: bool) -> dict[str, Json]:
    content: Json = json.loads(entry.body) if is_told and entry.body is not None else None
    return {
        "number": entry.number,
        "kind": entry.kind,
        "at": entry.at,
        "content_sha256": entry.content_sha256,
        "previous_sha256": entry.previous_sha256,
        "sha256": entry.sha256,
        "content": content,
    }


def _list_removed(entry: Entry) -> list[int]:
    if entry.kind != "content-removed" or entry.body is None:
        return []
    numbers: list[int] = json.loads(entry.body)["data"]["numbers"]
    return numbers
