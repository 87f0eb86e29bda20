"""A constant on which published numbers rest does not change unnoticed."""

import pytest

from explorer.analysis import compression
from tests.analysis.protocol import is_plain, kept, protocol


def test_measurements_follow_the_protocol_that_results_and_docs_rest_on() -> None:
    assert set(kept()) - set(protocol()) == set()


def test_a_changed_constant_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "N_ROUNDS", 31)
    assert set(kept()) - set(protocol()) == {"compression.N_ROUNDS = 30"}


@pytest.mark.parametrize(
    ("value", "plain"), [(1, True), (("a", 2.0), True), ({"a": [1]}, True), (object(), False), ([object()], False)]
)
def test_numbers_and_texts_are_told_from_functions(value: object, plain: bool) -> None:
    assert is_plain(value) == plain
