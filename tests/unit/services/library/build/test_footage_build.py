"""Scenario files of before: what is planned from them."""

from pathlib import Path

import yaml

from sim.crowd.people.body_index import NEWEST_SET, load_body_index
from sim.services.library.build.footage_build import plan_scenario
from tests.support.painted_hall import SCENARIOS

LATER = ("bodies", "doors_shut")


def test_a_file_that_names_no_body_set_is_planned_with_the_newest(tmp_path: Path) -> None:
    """Class time at Maple Ridge as it was before scenarios could name body sets."""
    data = yaml.safe_load((SCENARIOS / "class-time.yaml").read_text(encoding="utf-8"))
    data = {key: value for key, value in data.items() if key not in LATER}
    assert data["schema_version"] == 1
    data["site"] = str(SCENARIOS / "sites" / "maple-ridge")
    (tmp_path / "old.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    planned = plan_scenario(tmp_path / "old.yaml", seconds=10.0)
    assert planned.plan.bodies == NEWEST_SET
    assert {person.body_id for person in planned.plan.crowd.people} <= set(load_body_index(SCENARIOS / NEWEST_SET))
    assert len({person.manner for person in planned.plan.crowd.people}) > 10, "walks of their own"
