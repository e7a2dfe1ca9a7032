"""The measures of a score and the kind of device as columns, so that a district's are read in one query.

Measures of older attempts come from their stored score, the device from the window that the console noted.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MEASURES = ("idf1", "leg_recall", "leg_precision", "wrong_person_s")
PHONE_BELOW_PX = 600.0
BATCH = 1_000

ATTEMPT = sa.table(
    "attempt",
    sa.column("attempt_id", sa.String),
    sa.column("score_json", sa.Text),
    sa.column("device", sa.String),
    *(sa.column(name, sa.Double) for name in MEASURES),
)
EVENT = sa.table(
    "attempt_event",
    sa.column("attempt_id", sa.String),
    sa.column("kind", sa.String),
    sa.column("payload", sa.Text),
    sa.column("counted", sa.Boolean),
)


def upgrade() -> None:
    """Add the columns and fill them from what is stored."""
    op.add_column("attempt", sa.Column("device", sa.String(16)))
    for name in MEASURES:
        op.add_column("attempt", sa.Column(name, sa.Double))
    connection = op.get_bind()
    opened = sa.select(EVENT.c.attempt_id, EVENT.c.payload).where(EVENT.c.kind == "open", EVENT.c.counted)
    devices: dict[str, str] = {}
    for attempt_id, payload in connection.execute(opened):
        device = _find_device(json.loads(payload))
        if device is not None:
            devices[attempt_id] = device if devices.get(attempt_id, device) == device else "mixed"
    scored = sa.select(ATTEMPT.c.attempt_id, ATTEMPT.c.score_json).where(ATTEMPT.c.score_json.is_not(None))
    measured = {attempt_id: _read_measures(score_json) for attempt_id, score_json in connection.execute(scored)}
    _fill(
        ATTEMPT.update()
        .where(ATTEMPT.c.attempt_id == sa.bindparam("of_attempt"))
        .values(device=sa.bindparam("found_device")),
        [{"of_attempt": attempt_id, "found_device": device} for attempt_id, device in devices.items()],
    )
    _fill(
        ATTEMPT.update()
        .where(ATTEMPT.c.attempt_id == sa.bindparam("of_attempt"))
        .values({name: sa.bindparam(f"found_{name}") for name in MEASURES}),
        [{"of_attempt": attempt_id, **measures} for attempt_id, measures in measured.items()],
    )


def downgrade() -> None:
    """Drop them."""
    for name in (*MEASURES, "device"):
        op.drop_column("attempt", name)


def _fill(statement: sa.Update, rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), BATCH):
        op.get_bind().execute(statement, rows[start : start + BATCH])


def _read_measures(score_json: str) -> dict[str, object]:
    score = json.loads(score_json)
    return {f"found_{name}": score.get(name) for name in MEASURES}


def _find_device(payload: dict[str, object]) -> str | None:
    width, height, touch = payload.get("width"), payload.get("height"), payload.get("touch")
    if not isinstance(width, int | float) or not isinstance(height, int | float) or not isinstance(touch, bool):
        return None
    if not touch:
        return "computer"
    return "phone" if min(width, height) < PHONE_BELOW_PX else "tablet"
