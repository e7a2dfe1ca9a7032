"""Codes by time against the published values of RFC 6238 (appendix B) and RFC 4226 (appendix D)."""

import pytest

from sim.services.accounts.second_step import compute_code, find_step, match_step

KEY = b"12345678901234567890"
RFC_6238 = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
RFC_4226 = ("755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489")


@pytest.mark.parametrize("moment_s", RFC_6238)
def test_codes_of_rfc_6238(moment_s: int) -> None:
    assert compute_code(KEY, find_step(moment_s), digits=8) == RFC_6238[moment_s]


def test_codes_of_rfc_4226() -> None:
    assert tuple(compute_code(KEY, step) for step in range(10)) == RFC_4226


def test_a_clock_half_a_minute_off_is_let_pass_and_no_code_twice() -> None:
    code = compute_code(KEY, 100)
    assert [match_step(KEY, code, moment_s=moment_s, after=0) for moment_s in (2969, 2970, 3000, 3059, 3060)] == [
        None,
        100,
        100,
        100,
        None,
    ]
    assert match_step(KEY, code, moment_s=3000, after=100) is None
    assert match_step(KEY, compute_code(KEY, 101), moment_s=3000, after=100) == 101
    for wrong in ("", "000000", code[:-1], code + "0", "٣" * 6):
        assert match_step(KEY, wrong, moment_s=3000, after=0) is None or wrong == code
