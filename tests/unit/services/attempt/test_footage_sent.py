"""What an attempt was sent: stretches of bytes, joined where they touch."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sim.services.attempt.footage_sent import join_spans

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)).map(lambda each: (each[0], each[0] + each[1])))


@given(SPANS)
def test_the_same_bytes_and_no_two_that_touch(spans: list[tuple[int, int]]) -> None:
    joined = join_spans(spans)
    assert {byte for first, last in spans for byte in range(first, last + 1)} == {
        byte for first, last in joined for byte in range(first, last + 1)
    }
    assert all(one[1] + 1 < other[0] for one, other in pairwise(joined))
