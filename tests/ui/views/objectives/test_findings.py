"""The sentences that the objectives' views make from their numbers, for every outcome."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.analysis.contraction import Sensitivity
from explorer.analysis.identity import Copies, Copying
from explorer.analysis.measure import exactly
from explorer.analysis.sweeps import LAMBDA, find_sweeps
from explorer.figures.objectives import OBJECTIVE_HUE, PLAIN_HUE
from explorer.models.spec import AESpec
from explorer.scenes.latent_animation import Curve
from explorer.store import shipped_names
from explorer.ui.models.at_hand import library_runs
from explorer.ui.views.objectives import classifier, contractive, identity, networks, sparse
from explorer.ui.views.objectives.networks import Comparison


def sensitivity(norm: float, mse: float) -> Sensitivity:
    return Sensitivity(np.full(3, norm), 2.0, mse)


@pytest.mark.parametrize(
    ("norm", "mse", "sentence"),
    [
        (2.0, 0.022, "It is 2.00 times smaller here, with 10 % more reconstruction error."),
        (2.0, 0.018, "It is 2.00 times smaller here, with 10 % less reconstruction error."),
        (4.0, 0.02, "It is no smaller here: the contractive code is merely a smaller one, with 0 % more"),
    ],
)
def test_what_contraction_gained_and_cost(norm: float, mse: float, sentence: str) -> None:
    assert sentence in contractive.finding(sensitivity(4.0, 0.02), sensitivity(norm, mse))


@pytest.mark.parametrize(
    ("accuracy", "mse", "sentence"),
    [
        ((0.6, 0.9, 0.8), (0.04, 0.05, 0.06), "to 0.1, the best on these test codes, the 5-NN accuracy rises by 0.300"),
        ((0.6, 0.9, 0.8), (0.04, 0.05, 0.06), "to 0.900, and the test MSE rises by 25 %"),
        ((0.6, 0.9, 0.8), (0.04, 0.03, 0.06), "to 0.900, and the test MSE falls by 25 %"),
        ((0.9, 0.8, 0.7), (0.04, 0.05, 0.06), "no λ above 0 raises the accuracy"),
    ],
)
def test_what_the_classifier_gained_and_cost(
    accuracy: tuple[float, ...], mse: tuple[float, ...], sentence: str
) -> None:
    assert sentence in classifier.finding((0.0, 0.1, 1.0), Curve("AE", "#000000", mse, accuracy))


@pytest.mark.parametrize(
    ("edges", "sentence"),
    [
        (0.9, "Here CNN has both the least error and the most edges."),
        (0.7, "Here CNN has the least error, but MLP keeps the most edges."),
    ],
)
def test_which_network_is_nearest_and_which_sharpest(edges: float, sentence: str) -> None:
    compared = (Comparison("MLP", 10, 0.03, 0.8, ""), Comparison("CNN", 10, 0.02, edges, ""))
    assert networks.finding(compared) == sentence


def test_the_penalties_of_size_carry_their_caveats() -> None:
    assert set(sparse.CAVEATS) == {"l1", "l2"}
    assert "sets none to 0" in sparse.CAVEATS["l2"]
    assert "larger weights of the decoder" in sparse.CAVEATS["l1"]
    assert set(sparse.FORMULAS) == set(sparse.KINDS.values())


def test_the_contractive_model_has_the_hue_of_the_objective_and_the_plain_one_its_own() -> None:
    assert {contractive.PLAIN: PLAIN_HUE, contractive.CONTRACTIVE: OBJECTIVE_HUE} == contractive.HUES


def test_what_passes_of_noise_is_said_of_the_smallest_and_the_largest_size() -> None:
    kept = (exactly(0.9), exactly(0.5))
    network = Copying("wide", 9, kept, np.array([0.5, 0.7, 0.25], np.float32), 0.5, np.zeros((2, 4), np.float32))
    copies = Copies(np.zeros((2, 4), np.float32), (network,), 5)
    assert identity.responses(copies) == "wide 0.50 to 0.25"
    assert (
        identity.numbers(copies) == "wide keeps 90 % of the variance of test images and 50 % of that of shuffled ones"
    )


def test_beside_a_convolutional_network_stand_plain_dense_ones_with_codes_as_long() -> None:
    asked: list[Callable[[AESpec], bool]] = []

    class Context:
        def where(self, is_wanted: Callable[[AESpec], bool]) -> dict[str, str]:
            asked.append(is_wanted)
            return {name: name for name in "abcde"}

    info: Any = SimpleNamespace(name="conv", run=SimpleNamespace(model=AESpec(latent_dim=8)))
    context: Any = Context()
    assert len(networks._dense_beside(context, info)) == networks.MOST_DENSE
    specs = (AESpec(latent_dim=8), AESpec(latent_dim=9), AESpec(latent_dim=8, contraction=0.1))
    assert [asked[0](spec) for spec in specs] == [True, False, False]


def test_the_vae_beside_the_sweep_is_its_twin_and_not_the_first_by_name() -> None:
    sweeps = find_sweeps(library_runs(), LAMBDA, shipped=shipped_names())
    sweep = next(sweep for sweep in sweeps if sweep.run.dataset == "mnist")
    reference = classifier.vae_beside(sweep)
    assert reference is not None
    assert reference.name == "vae-2d-beta1"
    stranger = replace(sweep, run=replace(sweep.run, seed=9))
    assert classifier.vae_beside(stranger) is None
