"""The posterior page's numbers: draws to scale, steps in slow motion, sweeps that begin at 0, and panels over β."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.models.latent_model import Gaussian
from explorer.models.mixture import MixtureOfGaussians
from explorer.models.spec import VAESpec
from explorer.ui.views.posterior import panels

MEAN: NDArray[np.float32] = np.arange(12, dtype=np.float32).reshape(4, 3)
STD: NDArray[np.float32] = np.float32(0.5) + MEAN / np.float32(100)
ZEROS = np.zeros((1, 3), np.float32)
EPSILON = float(np.random.default_rng(0).standard_normal((panels.N_DRAWS, 3), np.float32)[0, 2])


def model(dimensions: tuple[int, int] = (2, 0)) -> Any:
    posterior = Gaussian(MEAN, 2 * np.log(STD))
    checkpoint = SimpleNamespace(codes=SimpleNamespace(test_labels=np.array([0, 1, 0, 1])))
    return SimpleNamespace(
        posterior=posterior, dimensions=dimensions, axis_names=("z₃", "z₁"), checkpoint=checkpoint, prior_name="N(0, I)"
    )


def test_axes_are_named_from_1_on() -> None:
    named = panels.PosteriorModel(None, None, None, (2, 0))  # type: ignore[arg-type]
    assert named.axis_names == ("z₃", "z₁")


KNOWN = {1: {"x"}, 2: {"x", "mu", "sigma"}, 3: {"x", "mu", "sigma", "epsilon"}}


@pytest.mark.parametrize("is_used", [True, False])
@pytest.mark.parametrize("step", range(1, 7))
def test_each_step_has_the_numbers_that_are_known_by_then(step: int, is_used: bool) -> None:
    mean, std = MEAN[3, 2], STD[3, 2]
    numbers = {"x": "an image", "mu": f"{mean:.3f}", "sigma": f"{std:.3f}", "z": f"{mean + std * EPSILON:.3f}"}
    numbers |= {"epsilon": f"{EPSILON:.3f}"} if is_used else {}
    known = KNOWN.get(step, set(numbers))
    expected = {name: text.replace("-", "−") for name, text in numbers.items() if name in known}
    assert panels._values(model(), 3, step, is_used) == expected


def test_steps_begin_at_the_last_and_come_round(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(panels, "read", lambda *_: seen[-1] if seen else None)
    monkeypatch.setattr(panels, "write", lambda _, steps: seen.extend(steps))
    for _ in range(7):
        panels._advance()
    assert seen == [1, 2, 3, 4, 5, 6, 1]


def test_the_trick_is_named_by_its_formula() -> None:
    assert (panels.TRICK, panels.DIRECTLY) == ("z = μ + σ ε", "z ~ N(μ, σ²) directly")


def test_captions_without_the_trick_differ_where_the_draw_does() -> None:
    pairs = zip(panels.CAPTIONS, panels.CAPTIONS_WITHOUT, strict=True)
    assert [one == other for one, other in pairs] == [True, True, False, False, True, False]


def test_a_sample_stands_among_the_others_in_the_plane_of_the_dimensions() -> None:
    draws = np.array([[1.0, 2.0, 3.0]], np.float32)
    found = panels._neighbourhood(model(), 1, draws)
    plane = [2, 0]
    np.testing.assert_allclose(np.stack((found.codes, found.stds)), np.stack((MEAN, STD))[..., plane], rtol=1e-6)
    of_one = np.stack((found.mean, found.std, found.draws[0]))
    np.testing.assert_allclose(of_one, np.stack((MEAN[1], STD[1], draws[0]))[:, plane], rtol=1e-6)
    assert found.labels.tolist() == [0, 1, 0, 1]


def test_a_panel_has_its_beta_and_how_narrow_posteriors_are() -> None:
    title, mean, std, labels = panels._panel(model(), 0.5)
    share = 100 * np.median(STD[:, [2, 0]]) / MEAN[:, [2, 0]].std()
    assert title == f"β = 0.5\nσ: {share:.2g} % of the spread"
    assert len(mean) == len(std) == len(labels) == panels.N_ELLIPSES
    np.testing.assert_allclose([mean[0], mean[-1]], MEAN[[0, 3]][:, [2, 0]])
    np.testing.assert_allclose([std[0], std[-1]], STD[[0, 3]][:, [2, 0]], rtol=1e-6)


def sweep(first: float, latent_dim: int) -> Any:
    return SimpleNamespace(weights=(first, 4.0), names=("a", "b", "c"), run=SimpleNamespace(model=VAESpec(latent_dim)))


def test_only_sweeps_of_planes_from_0_on_show_reconstruction_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    sweeps = [sweep(0.0, 2), sweep(0.5, 2), sweep(1.0, 2), sweep(0.0, 1), sweep(0.0, 6)]
    monkeypatch.setattr(panels, "library_runs", list)
    monkeypatch.setattr(panels, "shipped_names", frozenset)
    monkeypatch.setattr(panels, "find_sweeps", lambda *_, **__: sweeps)
    assert panels.sweeps_from_zero() == [sweeps[0], sweeps[4]]


def infos(**parts: Any) -> Any:
    return {name: SimpleNamespace(metrics={"active_units": n}) for name, n in parts.items()}


def test_the_last_panel_has_the_largest_beta_with_an_active_unit() -> None:
    assert panels.last_active(sweep(0, 2), infos(a=2, b=1, c=0)) == 1
    assert panels.last_active(sweep(0, 2), infos(a=2, b=1, c=2)) == 2
    assert panels.last_active(sweep(0, 2), infos(a=0, b=0, c=0)) == 2


def test_the_first_model_of_a_sweep_is_the_one_nearest_beta_1() -> None:
    models = {
        name: SimpleNamespace(run=SimpleNamespace(model=spec))
        for name, spec in (("zero", VAESpec(beta=0)), ("four", VAESpec(beta=4)), ("near", VAESpec(beta=0.5)))
    }
    assert panels.nearest_to_one(models) == 2  # type: ignore[arg-type]


def test_a_posterior_in_words_has_its_kl() -> None:
    prior = MixtureOfGaussians(np.ones(1, np.float32), ZEROS, ZEROS)
    of = model()
    of.prior = prior
    kl = 0.5 * float((STD[1] ** 2 + MEAN[1] ** 2 - 1 - 2 * np.log(STD[1])).sum())
    said = panels._in_words(of, -MEAN[1], STD[1])
    assert said.startswith(f"z₃: μ = −{MEAN[1, 2]:.2f}, σ = {STD[1, 2]:.3f}; z₁: μ = −{MEAN[1, 0]:.2f}, ")
    assert f"to the prior N(0, I) is {kl:.1f} nats." in said
