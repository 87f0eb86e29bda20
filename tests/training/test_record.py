"""Records averaged over the steps that they stand for."""

import pytest

from explorer.training import Record, mean_terms


def record(step: int, loss: float, kl: float | None = None) -> Record:
    return Record(step, 20, step / 10, False, loss, 2 * loss, kl, 0.1, 100.0)


def test_terms_are_weighted_by_the_steps_of_their_record() -> None:
    records = [record(11, 4.0, 1.0), record(13, 1.0, 0.0), record(20, 2.0, 3.0)]
    assert mean_terms(records, first_step=10) == {
        "loss": pytest.approx((1 * 4 + 2 * 1 + 7 * 2) / 10),
        "reconstruction": pytest.approx(2 * (1 * 4 + 2 * 1 + 7 * 2) / 10),
        "kl": pytest.approx((1 * 1 + 2 * 0 + 7 * 3) / 10),
    }


def test_no_posterior_has_no_kl() -> None:
    assert mean_terms([record(1, 4.0)], first_step=0) == {"loss": 4.0, "reconstruction": 8.0, "kl": None}
