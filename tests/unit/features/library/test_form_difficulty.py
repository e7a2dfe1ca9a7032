import numpy as np
import pytest

from sim.features.library.form_library import FEWEST, FormTimes, compute_form_difficulties

LIMIT_S = 600.0


def make_times(name: str, index: float | None, mean_s: float, n: int, *, limit_s: float = LIMIT_S) -> FormTimes:
    shift = np.array([50.0 if place % 2 else -50.0 for place in range(n // 2 * 2)] + [0.0] * (n % 2))
    return FormTimes(form_id=name, index=index, limit_s=limit_s, duration_s=mean_s + shift, finished=n)


def test_the_worked_numbers_of_the_docstring() -> None:
    easier, harder = compute_form_difficulties([make_times("a", 20.0, 200.0, 30), make_times("b", 24.0, 264.0, 30)])
    assert easier.measured is not None
    assert harder.measured is not None
    assert easier.measured.settings["seconds_per_point"] == pytest.approx(464 / 44)
    assert (easier.measured.estimate, harder.measured.estimate) == pytest.approx((19.4828, 24.5172), abs=1e-4)
    assert (easier.n, easier.finished, easier.measured.n) == (30, 30, 30)


def test_more_people_move_the_index_further() -> None:
    other = make_times("b", 20.0, 200.0, 1000)
    few, many = (compute_form_difficulties([make_times("a", 20.0, 400.0, n), other])[0].measured for n in (FEWEST, 300))
    assert few is not None
    assert many is not None
    assert 20.0 < (few.estimate or 0) < (many.estimate or 0)


def test_agreement_with_the_index_leaves_it_where_it_is() -> None:
    for form in compute_form_difficulties([make_times(str(i), i, 10.0 * i, 60) for i in (20.0, 22.0, 25.0)]):
        assert form.measured is not None
        assert form.measured.estimate == pytest.approx(form.index)
        assert form.measured.interval is not None


def test_forms_of_different_limits_are_not_put_on_one_scale() -> None:
    forms = [make_times("a", 20.0, 200.0, 40), make_times("b", 20.0, 200.0, 40, limit_s=300.0)]
    assert [form.measured for form in compute_form_difficulties(forms)] == [None, None]


def test_people_alike_and_one_alone_give_no_interval() -> None:
    for times in (np.full(40, 600.0), np.array([120.0])):
        form = FormTimes(form_id="a", index=20.0, limit_s=LIMIT_S, duration_s=times, finished=0)
        found = compute_form_difficulties([form])[0].observed
        assert found is not None
        assert (found.interval, found.warnings) == (None, ("No interval: one drill, or all alike.",))
