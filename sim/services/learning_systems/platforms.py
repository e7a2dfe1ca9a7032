"""Learning systems that an administrator has registered."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from sim.db.lti import PlatformRow
from sim.errors import StoreError
from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.asking import is_safe_url
from sim.services.app.wiring import App

MOST_NAME: Final = 80
MOST_ID: Final = 255
MOST_DEPLOYMENTS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A learning system as an administrator describes it; fields as of `PlatformRow`."""

    name: str
    issuer: str
    client_id: str
    deployments: Collection[str]
    auth_url: str
    token_url: str
    keys_url: str
    token_audience: str = ""
    trusts_email: bool = False
    takes_in: bool = False
    school: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformCard:
    """One learning system in the administrator's list: how many ended drills wait to be told, and were refused."""

    row: PlatformRow
    waiting: int
    refused: int


def list_platforms(app: App, viewer: Viewer) -> tuple[PlatformCard, ...]:
    """Return all by name. Raises AccessError."""
    require(viewer, Duty.MANAGE_ACCOUNTS)
    with app.store.read() as work:
        cards = []
        for row in work.lti.list_platforms():
            waiting, refused = work.lti.count_results(row.platform_id)
            cards.append(PlatformCard(row=row, waiting=waiting, refused=refused))
    return tuple(cards)


def save_platform(app: App, viewer: Viewer, wish: Wish, *, platform_id: str = "") -> str:
    """Register a learning system, or change one; return its id."""
    require(viewer, Duty.MANAGE_ACCOUNTS)
    return store_platform(app, wish, platform_id=platform_id)


def store_platform(app: App, wish: Wish, *, platform_id: str = "", needs_deployment: bool = True) -> str:
    """As `save_platform`, for somebody whose right was looked at before. Raises StoreError.

    Without a deployment nobody is let in yet: a learning system that registers itself may tell none.
    """
    name, school = (" ".join(text.split()) for text in (wish.name, wish.school))
    if not 1 <= len(name) <= MOST_NAME or len(school) > MOST_NAME:
        raise StoreError(f"Enter a name and a school of at most {MOST_NAME} characters.")
    for text, what in ((wish.issuer, "issuer"), (wish.client_id, "client ID")):
        if not 1 <= len(text.strip()) <= MOST_ID or not text.strip().isprintable():
            raise StoreError(f"Enter the {what} as the learning system shows it.")
    deployments = tuple(dict.fromkeys(each.strip() for each in wish.deployments if each.strip()))
    if (
        (needs_deployment and not deployments)
        or len(deployments) > MOST_DEPLOYMENTS
        or any(len(each) > MOST_ID for each in deployments)
    ):
        raise StoreError(f"Enter the deployment IDs, one per line, at most {MOST_DEPLOYMENTS}.")
    addresses = {
        "sign-in address": wish.auth_url,
        "token address": wish.token_url,
        "address of the keys": wish.keys_url,
    }
    for what, url in addresses.items():
        if not is_safe_url(url.strip()) or len(url) > 1000:
            raise StoreError(f"The {what} does not begin with https://. Copy it from the learning system.")
    with app.store.write() as work:
        row = PlatformRow(
            platform_id=platform_id or secrets.token_urlsafe(12),
            name=name,
            issuer=wish.issuer.strip(),
            client_id=wish.client_id.strip(),
            deployments=deployments,
            auth_url=wish.auth_url.strip(),
            token_url=wish.token_url.strip(),
            keys_url=wish.keys_url.strip(),
            token_audience=wish.token_audience.strip()[:1000],
            trusts_email=wish.trusts_email,
            takes_in=wish.takes_in,
            school=school,
            created_at=app.clock.read().wall,
        )
        if platform_id:
            was = work.lti.get_platform(platform_id)
            row = replace(
                row,
                created_at=was.created_at,
                sent_count=was.sent_count,
                sent_at=was.sent_at,
                failed_at=was.failed_at,
                failure=was.failure,
            )
        work.lti.save_platform(row)
    return row.platform_id


def remove_platform(app: App, viewer: Viewer, platform_id: str) -> str:
    """Forget a learning system; return its id. Nobody comes in from it any more; people and their drills stay."""
    require(viewer, Duty.MANAGE_ACCOUNTS)
    with app.store.write() as work:
        work.lti.remove_platform(platform_id)
    return platform_id
