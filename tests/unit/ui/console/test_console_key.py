from hypothesis import given
from hypothesis import strategies as st

from sim.ui.console.component import make_key

IDS = st.text(alphabet="aA0_-", min_size=1, max_size=6)


@given(IDS, IDS)
def test_every_attempt_has_a_key_of_its_own_that_streamlit_takes(one: str, other: str) -> None:
    assert "_" not in make_key(one)
    assert (make_key(one) == make_key(other)) == (one == other)


def test_two_underscores_in_a_row_do_not_reach_the_key() -> None:
    assert "__" not in make_key("6Vmt__C2cMG_")
