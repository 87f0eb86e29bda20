"""The days that are shown without their counts: each at its place in the calendar, in both planes."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.analysis import days as subject
from explorer.analysis.days import day_planes
from explorer.analysis.manifold import DAY_RUN, linear_baseline, mse
from explorer.data.fremont import FremontDays


def some_days(n: int) -> FremontDays:
    rng = np.random.default_rng(0)
    dates = np.datetime64("2013-03-01") + np.arange(n)
    return FremontDays(dates, rng.integers(0, 400, (n, 24, 2)), np.empty(0, "datetime64[D]"))


def test_days_keep_their_places_their_codes_and_the_profile_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "DAY_RUN", replace(DAY_RUN, n_epochs=1))
    days = some_days(40)
    found = day_planes(days)
    profiles = (days.counts.sum(axis=2) / 100).astype(np.float32)
    linear = linear_baseline(days.dataset("train"), 2)
    np.testing.assert_allclose(found.linear_codes, linear.encode(profiles), atol=1e-4)
    assert found.codes.shape == (40, 2)
    assert found.shown in days.test_rows
    np.testing.assert_array_equal(found.profile, profiles[found.shown])
    held_out = profiles[days.test_rows]
    assert found.n_held_out == len(held_out) == 8
    assert found.linear_mse == pytest.approx(mse(held_out, linear.decode(linear.encode(held_out))))
    made = found.stage.decode(found.codes[days.test_rows])
    assert found.stage.mse == pytest.approx(mse(held_out, made), rel=1e-5)
    np.testing.assert_array_equal(found.days.weekdays, days.weekdays)
    np.testing.assert_array_equal(found.days.years, days.years)
