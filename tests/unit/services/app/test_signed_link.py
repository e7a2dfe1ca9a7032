import pytest

from sim.errors import AccessError
from sim.services.app import signed_link
from sim.services.app.signed_link import Purpose

SECRET = b"0123456789abcdef0123456789abcdef"
GIVEN_OUT: dict[str, tuple[list[object], str]] = {
    "FOOTAGE": (
        ["a1", "rec", "", 1800000000, "acc"],
        "WyJhMSIsInJlYyIsIiIsMTgwMDAwMDAwMCwiYWNjIl0.A5fUzblIcbR4G_khnTVyeyu8ebM",
    ),
    "LINK": (
        ["record", "L1"],
        "WyJyZWNvcmQiLCJMMSJd.hXgxNjw8GKA6Q8RuW7BC6y2NN4g",
    ),
    "JOIN": (
        ["s1", 3, 1800000000],
        "WyJzMSIsMywxODAwMDAwMDAwXQ.48tjc7ztMHjAZAbyz-JbftR7YPw",
    ),
    "SEAT": (
        ["s1", "p1", 2],
        "WyJzMSIsInAxIiwyXQ.9UuBjVVPA8Mk2aPStMRx0j1NhxE",
    ),
    "TEAM_SIGN_IN": (
        ["t1", 1800000000],
        "WyJ0MSIsMTgwMDAwMDAwMF0.IDOdqulYClsQpp1tfBIApYeQsMo",
    ),
    "CALENDAR": (
        ["g1", 4],
        "WyJnMSIsNF0.fj03JEZroBhFrtCRvGlcNAIUWBU",
    ),
    "BROWSER": (
        [["c1", "m", 1800000000]],
        "W1siYzEiLCJtIiwxODAwMDAwMDAwXV0.gFgTxsofXt-UHDCzPa05APMNsCM",
    ),
    "TRAINING": (
        ["tr1", 2],
        "WyJ0cjEiLDJd.X6ida4BdXkbvto4YXUETGo23YM4",
    ),
    "SIGNED_IN": (
        ["tr1", "p1"],
        "WyJ0cjEiLCJwMSJd.4wSwKXwlW47BASL5BEFw-Wo6arM",
    ),
    "SECOND_STEP": (
        ["a1", "m1", 1800000000],
        "WyJhMSIsIm0xIiwxODAwMDAwMDAwXQ.28hAeU537MFDnRgMc8ZsIzhHjxA",
    ),
    "MAIL_STOP": (
        ["p1"],
        "WyJwMSJd.eCAchSgZAy9XKFx-3Cn7DlKJbps",
    ),
}
"""Made by the release before all purposes came into one module, with this secret; the last three by this one."""


def get_purpose(name: str) -> Purpose:
    found = getattr(signed_link, name)
    assert isinstance(found, Purpose)
    return found


@pytest.mark.parametrize("name", GIVEN_OUT)
def test_what_was_given_out_before_is_still_read_and_made(name: str) -> None:
    content, token = GIVEN_OUT[name]
    assert get_purpose(name).read(SECRET, token, lambda *parts: list(parts)) == content
    assert get_purpose(name).sign(SECRET, content) == token


@pytest.mark.parametrize("name", GIVEN_OUT)
def test_a_token_opens_nothing_else(name: str) -> None:
    _, token = GIVEN_OUT[name]
    others = [get_purpose(other) for other in GIVEN_OUT if other != name]
    for other in others:
        with pytest.raises(AccessError, match="is not valid here"):
            other.read(SECRET, token, lambda *parts: parts)


def test_every_purpose_signs_with_its_own_salt() -> None:
    purposes = [each for each in vars(signed_link).values() if isinstance(each, Purpose)]
    assert {name for name, each in vars(signed_link).items() if isinstance(each, Purpose)} == set(GIVEN_OUT)
    assert len({purpose.salt for purpose in purposes}) == len(purposes)


@pytest.mark.parametrize("token", ["", "x", ".", "W10.x", "\ud800", "a" * 5000])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(AccessError, match="this link is not valid here"):
        signed_link.JOIN.read(SECRET, token, lambda *parts: parts)


def test_a_content_of_another_shape_is_refused() -> None:
    def parse(one: str) -> str:
        return str(one)

    for content in ([], ["a", "b"]):
        with pytest.raises(AccessError, match="this address is not valid here"):
            signed_link.TEAM_SIGN_IN.read(SECRET, signed_link.TEAM_SIGN_IN.sign(SECRET, content), parse)
