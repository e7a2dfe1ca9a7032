import pytest

from sim.errors import SiteError
from sim.site.checks import check_cameras
from sim.site.model import Site
from tests.support.walking_hall import make_hall_site


def _hang(x: float, y: float, z: float) -> Site:
    site = make_hall_site()
    return site.model_copy(update={"cameras": (site.cameras[0].model_copy(update={"position_m": (x, y, z)}),)})


def test_a_camera_under_the_ceiling_or_above_the_lockers_is_right() -> None:
    check_cameras(make_hall_site())
    check_cameras(_hang(0.15, 3.8, 3.0))
    check_cameras(_hang(8.0, 3.7, 2.5))


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ((40.0, 2.0, 2.6), r"CAM-01 at \(40, 2, 2.6\) is outside every room and hall.*cafeteria, is 16.0 m"),
        ((-3.0, 2.0, 2.6), r"outside every room and hall.*hall, is 3.0 m"),
        ((3.0, 0.05, 2.6), r"is in a wall.*0.05 m away"),
        ((16.04, 4.5, 2.6), r"is in a wall"),
        ((8.0, 3.7, 1.2), r"inside lockers \(furnishings.0\)"),
        ((3.0, 1.0, 3.2), r"not between floor and ceiling of hall.*0 to 3 m"),
        ((3.0, 1.0, 0.0), r"not between floor and ceiling"),
    ],
)
def test_a_camera_where_none_can_hang_is_refused(at: tuple[float, float, float], message: str) -> None:
    with pytest.raises(SiteError, match=message):
        check_cameras(_hang(*at))
