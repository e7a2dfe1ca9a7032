"""Every trial of `python -m tools.torture` once, in its short form, and that a loss would be seen."""

import pytest
from sqlalchemy import text

from tools.torture.registry import TRIALS
from tools.torture.rig.outcome import CannotTryError
from tools.torture.rig.rig import Rig
from tools.torture.rig.trial import Trial

TOO_LONG = ("kill-build", "scenario", "bombs", "cut-console")
"""Builds, commands by the dozen and a browser, half a minute each: the command tries them. The suite kills a small
build in test_build.py, has edited scenarios in test_scenario.py, bombs in test_picture_size.py and a console whose
server goes away in test_console_restart.py; how that trial judges is in test_heard.py."""


@pytest.mark.parametrize("trial", [each for each in TRIALS if each.name not in TOO_LONG], ids=lambda trial: trial.name)
def test_a_fault_loses_nothing(rig: Rig, trial: Trial) -> None:
    try:
        outcome = trial.try_once(rig)
    except CannotTryError as error:
        pytest.skip(str(error))
    assert outcome.wrong == ()
    assert (outcome.lost, outcome.doubled) == (0, 0)
    assert outcome.saw
    if rig.log.exists():  # a trial without a server of the rig's writes none
        assert "Traceback" not in rig.log.read_text()


def test_a_lost_and_a_doubled_event_are_counted(rig: Rig) -> None:
    sender = rig.make_attempt()
    sender.add(5)
    assert sender.drain(rig.get_server().url, within_s=30)
    assert rig.count([sender]).acknowledged == 5
    with rig.app.store.write() as work:
        work.events.connection.execute(
            text("UPDATE attempt_event SET payload = replace(payload, '-2\"', '-1\"') WHERE attempt_id = :it"),
            {"it": sender.attempt_id},
        )
    counted = rig.count([sender])
    assert (counted.lost, counted.doubled) == (1, 1)
    with rig.app.store.write() as work:
        work.events.connection.execute(
            text("DELETE FROM attempt_event WHERE attempt_id = :it AND seq > 3"), {"it": sender.attempt_id}
        )
    assert rig.count([sender]).lost == 3
