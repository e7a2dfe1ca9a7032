"""What the database itself refuses: no entry of the ledger is changed or taken out, whoever asks."""

from sqlalchemy import Connection

REFUSAL = "the ledger is append-only"
_NEVER = ("ledger_entry", "ledger_removal")
_CONTENT = "ledger_content"


def guard_ledger(connection: Connection) -> None:
    """Make the triggers. Content may be deleted where its removal was written down first."""
    statements = _list_postgresql() if connection.dialect.name == "postgresql" else _list_sqlite()
    for statement in statements:
        connection.exec_driver_sql(statement)


def _list_sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        *(f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} {refuse}" for name in (*_NEVER, _CONTENT)),
        *(f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} {refuse}" for name in _NEVER),
        f"CREATE TRIGGER {_CONTENT}_no_delete BEFORE DELETE ON {_CONTENT} "
        f"WHEN NOT EXISTS (SELECT 1 FROM ledger_removal WHERE ledger_removal.number = OLD.number) {refuse}",
    ]


def _list_postgresql() -> list[str]:
    each_row, each_statement = (f"FOR EACH {what} EXECUTE FUNCTION" for what in ("ROW", "STATEMENT"))
    return [
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE OR REPLACE FUNCTION ledger_check_removal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NOT EXISTS (SELECT 1 FROM ledger_removal WHERE ledger_removal.number = OLD.number) THEN "
        f"RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN OLD; END $$",
        *(
            f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name} {each_row} ledger_refuse()"
            for name in _NEVER
        ),
        f"CREATE TRIGGER {_CONTENT}_no_update BEFORE UPDATE ON {_CONTENT} {each_row} ledger_refuse()",
        f"CREATE TRIGGER {_CONTENT}_no_delete BEFORE DELETE ON {_CONTENT} {each_row} ledger_check_removal()",
        *(
            f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} {each_statement} ledger_refuse()"
            for name in (*_NEVER, _CONTENT)
        ),
    ]
