"""The trade-off page without a browser: what they show, and what a bad link does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

OpenPage = Callable[..., AppTest]


def texts(app: AppTest) -> str:
    parts = [*app.markdown, *app.info, *app.warning, *app.caption, *app.error]
    return " ".join(str(part.value) for part in parts)


def test_sweep_shows_at_once(open_app_page: OpenPage) -> None:
    app = open_app_page("tradeoff")
    assert not app.exception
    assert "One VAE a value of β" in texts(app)
    assert any(str(part.key).startswith("sweep mnist") for part in app.get("bidi_component"))


def test_link_opens_the_sweep_at_its_beta(open_app_page: OpenPage) -> None:
    app = open_app_page("tradeoff", kl_weight="8")
    assert app.query_params["kl_weight"] == "8"
    assert app.session_state["start of sweep mnist, 64-32-2, bernoulli nats"] == 6


def test_references_are_of_the_same_network_and_only_on_the_axis_that_they_were_trained_on(
    open_app_page: OpenPage,
) -> None:
    assert "ae-2d" not in texts(open_app_page("tradeoff"))
    shown = texts(open_app_page("tradeoff", unit="squared error", sweep="mnist, 64-32-2, bernoulli"))
    assert "`ae-2d-lambda0` (AE, trained on squared error instead of Bernoulli nats)" in shown
    assert "`pca` (PCA, trained on squared error instead of Bernoulli nats)" in shown


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"kl_weight": "3.3"}, "must be one of 0, 0.1"),
        ({"kl_weight": "nan"}, "must be one of 0, 0.1"),
        ({"kl_weight": "abc"}, "must be one of 0, 0.1"),
        ({"view": "Nothing"}, "must be β sweep or Live or Replay"),
        ({"view": "Replay", "moment": "1e999"}, "must be a whole number from 0"),
        ({"view": "Replay", "model": "gone"}, "the model's name in the library"),
    ],
)
def test_bad_link_is_named(open_app_page: OpenPage, query: dict[str, str], sentence: str) -> None:
    app = open_app_page("tradeoff", **query)
    assert not app.exception
    assert sentence in texts(app)


def test_empty_library_says_what_to_do(
    open_app_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setenv("EXPLORER_RUNS", str(tmp_path / "runs"))
    assert "holds no sweep yet" in texts(open_app_page("tradeoff"))
    assert "holds no trained autoencoder yet" in texts(open_app_page("tradeoff", view="Replay"))
    assert "Press Start" in texts(open_app_page("tradeoff", view="Live"))
