import pytest

from sim.errors import AccessError
from sim.services.app import signed_link
from sim.services.app.signed_link import Purpose

SECRET = b"0123456789abcdef0123456789abcdef"
PURPOSES = {name: each for name, each in vars(signed_link).items() if isinstance(each, Purpose)}


@pytest.mark.parametrize("name", PURPOSES)
def test_a_token_opens_nothing_else(name: str) -> None:
    token = PURPOSES[name].sign(SECRET, ["a", "b", 3])
    assert PURPOSES[name].read(SECRET, token, lambda *parts: parts) == ("a", "b", 3)
    for other, purpose in PURPOSES.items():
        if other != name:
            with pytest.raises(AccessError, match="is not valid here"):
                purpose.read(SECRET, token, lambda *parts: parts)


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
