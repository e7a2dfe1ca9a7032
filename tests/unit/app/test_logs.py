import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.app.logs import JsonLine, describe_error, scrub
from sim.errors import AccessError, MachineError, RecordingError, StoreError

NAME = "Zebulon Quackenbush"
TOKEN = "WyJhYmMiLDFd.q1-Zk3mTnXy4Vb0ePQ"


def write(name: str, message: str, *values: object, error: bool = False, **extra: object) -> dict[str, object]:
    record = logging.getLogger("x").makeRecord(
        name, logging.WARNING, __file__, 1, message, values, sys.exc_info() if error else None, extra=extra
    )
    line = JsonLine().format(record)
    assert "\n" not in line
    found: dict[str, object] = json.loads(line)
    return found


@given(st.text(min_size=1).filter(lambda text: text not in "0.. of posts"))
def test_no_text_that_is_handed_over_is_written(text: str) -> None:
    assert write("sightline", "posts of %s: %d", text, 3)["event"] == "posts of ...: 3"
    assert write("streamlit", "posts of %(who)s", {"who": text})["event"] == "posts of ..."


def test_of_an_error_only_kind_and_place_are_written() -> None:
    try:
        try:
            raise ValueError(f"{NAME} has the token {TOKEN}")
        except ValueError as error:
            raise AccessError(f"{NAME} may not") from error
    except AccessError:
        line = write("uvicorn.error", "Exception in ASGI application\n", error=True)
    assert line["error"] == ["AccessError", "ValueError"]
    assert "test_logs.py" in str(line["traceback"])
    assert NAME not in str(line)
    assert TOKEN not in str(line)


def test_errors_of_the_machine_say_what_is_wrong() -> None:
    assert describe_error(MachineError("the port 80 is in use")) == "MachineError: the port 80 is in use."
    assert describe_error(RecordingError("the recording 'x' has no file 'y'")).endswith("has no file 'y'.")
    assert describe_error(StoreError(f"there is a person named {NAME!r} already")) == "StoreError"
    locked = StoreError("the database is locked")
    locked.__cause__ = OSError()
    assert describe_error(locked) == "StoreError: the database is locked."


@pytest.mark.parametrize(
    "secret",
    [TOKEN, "kD83jdk2LLq_9s-0", "jane.roe@example.org", "192.168.7.31:5223", "fe80::1ff:fe23:4567:890a", "jroe"],
)
def test_what_other_packages_write_is_scrubbed(secret: str) -> None:
    text = f"failed for '{secret}' at /home/{secret}/x, {secret if secret != 'jroe' else '-'}: not good"
    assert secret not in scrub(text)
    assert "not good" in scrub(text)


def test_a_database_address_loses_its_user_and_password() -> None:
    assert scrub("postgresql://app:secret@db/x is down", quotes=True) == "postgresql://<user>@db/x is down"
