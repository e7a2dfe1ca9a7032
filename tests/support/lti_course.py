"""A learning system that an installation of the tests is connected to, and a course of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from joserfc.jwk import KeySet

from sim.app.wiring import App
from sim.db.lti import CourseRow
from sim.features.learning_systems import launch as service_token
from sim.features.learning_systems.launch import describe_own_keys
from sim.features.learning_systems.platforms import PlatformForm as Wish
from sim.features.learning_systems.platforms import save_platform
from sim.rules.viewer import AT_THIS_MACHINE
from tests.support.fake_clock import FakeClock
from tests.support.lti_platform import CLIENT_ID, DEPLOYMENT, LtiPlatform, User


@contextmanager
def run_platform(app: App, clock: FakeClock, users: Mapping[str, User], **options: Any) -> Iterator[LtiPlatform]:
    service_token._kept_tokens.clear()
    with LtiPlatform(users=dict(users), **options) as platform:
        platform.now = lambda: float(clock.wall.timestamp())
        platform.tool_keys = KeySet.import_key_set(describe_own_keys(app))
        yield platform


def connect(app: App, platform: LtiPlatform, **ticks: Any) -> str:
    wish = Wish(
        name="Course system",
        issuer=platform.url,
        client_id=CLIENT_ID,
        deployments=(DEPLOYMENT,),
        auth_url=f"{platform.url}/auth",
        token_url=f"{platform.url}/token",
        keys_url=f"{platform.url}/jwks",
        **ticks,
    )
    return save_platform(app, AT_THIS_MACHINE, wish)


def open_course(app: App, platform: LtiPlatform, platform_id: str) -> None:
    row = CourseRow(
        course_id="course",
        platform_id=platform_id,
        context_id="c",
        title="Camera training",
        members_url=f"{platform.url}/members?page=1",
        seen_at=app.clock.read().wall,
    )
    with app.store.write() as work:
        work.put(row)
