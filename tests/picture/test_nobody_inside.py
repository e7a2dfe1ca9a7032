"""Nobody's body is within another's: the baked bodies of 10,000 positions, in the poses that are painted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.crowd.generator.draft import Wish, make_draft
from sim.crowd.generator.levels import Level
from sim.services.library.footage_build import PlannedBuild, plan_scenario
from sim.site.model import load_site
from tests.support.bodies_inside import BodyChecker

pytestmark = pytest.mark.slow

BIRCH = Path("scenarios/sites/birch-elementary")
EVERY = 8


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> PlannedBuild:
    """Return a passing period of the fullest kind: 100 people at lockers, in rings, in doors and on their way."""
    wish = Wish(story="passing", level=Level.HARD, seed=18, minutes=4.0)
    file = tmp_path_factory.mktemp("dense") / "passing.yaml"
    file.write_text(yaml.safe_dump(make_draft(wish, load_site(BIRCH), site_path=str(BIRCH.resolve())).data))
    return plan_scenario(file)


@pytest.mark.timeout(1800)
def test_nobody_is_inside_anybody_in_ten_thousand_positions(planned: PlannedBuild) -> None:
    crowd = planned.plan.crowd
    checker = BodyChecker(crowd, planned.bodies_folder)
    positions, inside = 0, []
    for frame in range(0, crowd.frame_count, EVERY):
        here, found = checker.check(frame)
        positions += here
        inside += found
    assert len(crowd.people) >= 90
    assert positions >= 10_000
    assert inside == []


def test_two_people_in_one_place_would_be_noticed(planned: PlannedBuild) -> None:
    crowd = planned.plan.crowd
    first = crowd.tracks[0]
    other = next(track for track in crowd.tracks if track.person_id != first.person_id)
    rows = min(len(first.xyz_m), len(other.xyz_m))
    shift = np.array([0.1, 0.0, 0.0])
    beside = replace(
        other,
        first_frame=first.first_frame,
        xyz_m=first.xyz_m[:rows] + shift,
        **{name: getattr(other, name)[:rows] for name in ("heading_rad", "gait_phase", "speed_m_s", "pose", "look")},
        floor=first.floor[:rows],
        zone=first.zone[:rows],
    )
    checker = BodyChecker(replace(crowd, tracks=(first, beside)), planned.bodies_folder)
    _, found = checker.check(first.first_frame + rows // 2)
    assert {found[0].people[0], found[0].people[1]} == {first.person_id, other.person_id}
    assert found[0].depth_m > 0.05
