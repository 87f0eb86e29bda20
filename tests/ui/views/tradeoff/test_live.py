"""What the form of a live training says of β and σ², and which run it starts."""

from types import SimpleNamespace
from typing import Any

import pytest

from explorer.ui.views.tradeoff import live
from explorer.ui.views.tradeoff.live import what_beta_does


@pytest.mark.parametrize(
    ("beta", "variance", "sentence"),
    [
        (0.0, None, "β = 0: reconstruction alone."),
        (4.0, None, "The loss is reconstruction + β · KL, in nats per image."),
        (4.0, 0.1, "β σ² = 0.4: the same optimum as β = 1 with σ² = 0.4."),
        (1.0, 0.1, "The loss is −ELBO with σ² = 0.1 for each pixel, in nats per image."),
    ],
)
def test_what_beta_does_never_says_that_a_model_is_itself(beta: float, variance: float | None, sentence: str) -> None:
    assert what_beta_does(beta, variance).startswith(sentence)


@pytest.mark.parametrize(
    ("dataset", "variance", "n_epochs"), [("digits", None, 400), ("mnist", 0.5, 10), ("mine", None, 20)]
)
def test_small_data_sets_are_trained_for_more_epochs(
    dataset: str, variance: float | None, n_epochs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[Any] = []
    page = SimpleNamespace(query_params={}, session_state={})

    def submit(run: object, *_: object, **__: object) -> int:
        queued.append(run)
        return 7

    client = SimpleNamespace(submit_numbered=submit, ensure_worker=lambda: None)
    monkeypatch.setattr(live, "st", page)
    monkeypatch.setattr(live, "jobs", client)
    monkeypatch.setattr(live, "with_schedule", lambda run, *_: run)
    live._start(dataset, 4.0, variance, 5, "")
    (run,) = queued
    assert (run.dataset, run.n_epochs, run.model.latent_dim, run.model.beta) == (dataset, n_epochs, 5, 4.0)
    assert (run.model.likelihood, run.model.variance) == (
        ("gaussian", variance) if variance else ("bernoulli", run.model.variance)
    )
    assert (page.query_params, page.session_state) == ({"job": "7"}, {})
