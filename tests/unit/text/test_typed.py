"""Free text: what of it is kept, and what is refused."""

import pytest

from sim.errors import HoldError
from sim.text.typed import clean_typed


@pytest.mark.parametrize(
    "text", ["left \u05e2\u05d1\u05e8", "zero\u200dwidth", "<b>&'\"; --", "\U0001f469\u200d\U0001f467"]
)
def test_what_people_write_is_kept_without_surplus_blanks(text: str) -> None:
    assert clean_typed(f"  {text}\n\tmore ", what="reason", fault=HoldError) == f"{text} more"


@pytest.mark.parametrize(
    ("sign", "said"), [("\x00", "U+0000"), ("\x1b", "U+001B"), ("\ud800", "U+D800"), ("\u202e", "U+202E")]
)
def test_signs_that_nobody_types_are_refused_by_number(sign: str, said: str) -> None:
    with pytest.raises(HoldError, match="the reason holds a sign") as refused:
        clean_typed(f"a{sign}b", what="reason", fault=HoldError)
    assert said in str(refused.value)
    assert str(refused.value).isprintable()
