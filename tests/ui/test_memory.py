"""The server's memory: settled after heavy imports, collected at intervals, never by Streamlit after each run."""

import gc
import sys
import time
import tomllib

import pytest

from explorer.ui import memory
from explorer.ui.memory import BETWEEN_COLLECTIONS_S, Memory, settle_memory
from tests.conftest import ROOT


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the garbage collector was asked for."""
    calls: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: calls.append("freeze"))
    monkeypatch.setattr(gc, "collect", lambda: calls.append("collect"))
    monkeypatch.setattr(memory, "HEAVY_PACKAGES", frozenset({"heavy", "heavier"}))
    return calls


def test_memory_is_settled_once_for_each_import(calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Memory(collected_at_s=time.monotonic())
    settle_memory(kept)
    assert calls == []
    monkeypatch.setitem(sys.modules, "heavy", sys)
    settle_memory(kept)
    settle_memory(kept)
    assert calls == ["collect", "freeze"]
    monkeypatch.setitem(sys.modules, "heavier", sys)
    settle_memory(kept)
    assert calls == ["collect", "freeze"] * 2


def test_garbage_is_collected_at_intervals(calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    kept = Memory(collected_at_s=now_s)
    settle_memory(kept)
    assert calls == []
    now_s += BETWEEN_COLLECTIONS_S
    settle_memory(kept)
    settle_memory(kept)
    assert calls == ["collect"]


def test_streamlit_itself_never_collects() -> None:
    assert tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["runner"]["postScriptGC"] is False
