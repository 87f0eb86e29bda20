"""The list of runs: moments as the user's clock shows them."""

from types import SimpleNamespace

import pytest

from explorer.ui.runs import panel


def test_moments_are_those_of_the_users_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "st", SimpleNamespace(context=SimpleNamespace(timezone="Asia/Tokyo")))
    assert [str(moment) for moment in panel._local_times([0.0, 86_399.0])] == [
        "1970-01-01 09:00:00+09:00", "1970-01-02 08:59:59+09:00",
    ]  # fmt: skip
