"""All tables, and the triggers that keep the ledger as it is: what a new database gets."""

from sqlalchemy import Connection
from sqlalchemy import event as sql_event

from sim.db import accounts, attempts, builds, columns, events, lti, programs, results, sessions, trainings

KNOWN = (accounts, attempts, builds, events, lti, programs, results, sessions, trainings)
"""Where further tables are declared, there or in what those import."""
metadata = columns.metadata

REFUSAL = "the ledger is append-only"
_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
_HASHED = ("number", "kind", "at", "content_sha256", "previous_sha256", "sha256")
_CONTENT = ("body", "made_by", "team_id", "session_id", "person_id", "attempt_id")
_IS_EMPTIED = " AND ".join(
    (
        *(f"NEW.{name} = OLD.{name}" for name in _HASHED),
        *(f"NEW.{name} IS NULL" for name in _CONTENT),
        "OLD.removed_by IS NULL AND OLD.kind <> 'content-removed'",
        "EXISTS (SELECT 1 FROM audit AS later WHERE later.number = NEW.removed_by AND later.number > OLD.number "
        "AND later.kind = 'content-removed')",
    )
)
_TRIGGERS = {
    "sqlite": (
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN NOT ({_IS_EMPTIED}) {_REFUSE}",
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {_REFUSE}",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE OR REPLACE FUNCTION audit_check_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NOT ({_IS_EMPTIED}) THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_check_update()",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
}
"""Content may be taken away where a later entry was written first that says so."""


@sql_event.listens_for(metadata, "after_create")
def _guard_ledger(_: object, connection: Connection, **__: object) -> None:
    for statement in _TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
