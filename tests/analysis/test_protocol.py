"""A constant on which published numbers rest does not change unnoticed."""

import pytest

from explorer.analysis import compression
from tests.analysis.protocol import FILE, is_plain, protocol


def test_measurements_follow_the_protocol_that_results_and_docs_rest_on() -> None:
    assert protocol() == FILE.read_text("utf-8").splitlines()


def test_a_changed_constant_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "N_ROUNDS", 31)
    assert set(protocol()) - set(FILE.read_text("utf-8").splitlines()) == {"compression.N_ROUNDS = 31"}


@pytest.mark.parametrize(
    ("value", "plain"), [(1, True), (("a", 2.0), True), ({"a": [1]}, True), (object(), False), ([object()], False)]
)
def test_numbers_and_texts_are_told_from_functions(value: object, plain: bool) -> None:
    assert is_plain(value) == plain
