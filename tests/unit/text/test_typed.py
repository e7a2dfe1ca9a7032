"""Free text: what of it is kept, and what is refused."""

import pytest

from sim.errors import HoldError
from sim.text.typed import clean_name, clean_typed, fold_name


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


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("\u202a Jos\u0065\u0301  Hill\u202c", "Jos\u00e9 Hill"),
        ("\ufeffAna\u200b", "Ana"),
        ("\u0639\u0644\u06cc\u200c\u0646\u0698\u0627\u062f", "\u0639\u0644\u06cc\u200c\u0646\u0698\u0627\u062f"),
    ],
)
def test_names_are_kept_as_they_are_spelled_without_what_came_with_pasting(pasted: str, kept: str) -> None:
    assert clean_name(pasted, what="name", most=80, fault=HoldError) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jos\u0065\u0301", "JOS\u00c9"),
        ("\uff21na", "ana"),
        ("Ana  Hill\u200e", "ana hill"),
        ("\u0639\u0644\u06cc\u200c\u0646", "\u0639\u0644\u06cc\u0646"),
    ],
)
def test_names_that_look_the_same_are_the_same(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)
