import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ui.http.footage_range import SLICE_BYTES, UnsatisfiableRangeError, parse_range

SIZE = 4_000_000


@pytest.mark.parametrize(
    "header", [None, "", "bytes", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,5-9", "bytes=9-5"]
)
def test_what_is_no_single_range_means_the_whole_file(header: str | None) -> None:
    assert parse_range(header, size=SIZE) is None


@given(low=st.integers(0, 10**18), high=st.one_of(st.none(), st.integers(0, 10**18)), size=st.integers(1, 10**10))
def test_a_span_always_lies_in_the_file_and_is_bounded(low: int, high: int | None, size: int) -> None:
    header = f"bytes={low}-{'' if high is None else high}"
    try:
        span = parse_range(header, size=size)
    except UnsatisfiableRangeError:
        assert low >= size
        return
    if span is not None:
        assert 0 <= span.first <= span.last < size
        assert span.length <= SLICE_BYTES
