"""The linear autoencoder beside PCA: bases, rotations and errors against their definitions."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import subspace_angles

from explorer.analysis import linear_losses
from explorer.analysis.linear_losses import LECTURE, RUN, compare_outputs, orthonormal_columns, turned_onto
from explorer.data import load_dataset
from explorer.models.autoencoder import build_autoencoder
from explorer.models.spec import LinearAESpec


def test_a_turned_basis_comes_back_also_when_mirrored() -> None:
    axes = np.linalg.qr(np.random.default_rng(0).standard_normal((9, 2)))[0].T.astype(np.float32)
    angle = 0.7
    turn = np.array([[np.cos(angle), np.sin(angle)], [np.sin(angle), -np.cos(angle)]])
    np.testing.assert_allclose(turned_onto((turn @ axes).astype(np.float32), axes), axes, atol=1e-6)


def test_no_other_rotation_comes_nearer() -> None:
    one, other = (np.linalg.qr(np.random.default_rng(seed).standard_normal((9, 2)))[0].T for seed in (0, 1))
    best = np.linalg.norm(turned_onto(one.astype(np.float32), other.astype(np.float32)) - other)
    angles = np.linspace(0, 2 * np.pi, 100)
    turns = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in angles]
    turns += [turn @ np.diag([1, -1]) for turn in turns]
    assert best <= min(np.linalg.norm(turn @ one - other) for turn in turns) + 1e-6


@pytest.mark.parametrize("output", ["identity", "sigmoid"])
def test_the_basis_spans_the_decoders_columns(output: str) -> None:
    model = build_autoencoder(LinearAESpec(2, output), (4, 4), seed=0)
    weight = next(part for part in model.network.decoder.parameters() if part.ndim == 2).detach().numpy()
    basis = orthonormal_columns(model)
    np.testing.assert_allclose(basis @ basis.T, np.eye(2), atol=1e-6)
    np.testing.assert_allclose(subspace_angles(basis.T.astype(float), weight.astype(float)), 0, atol=1e-5)


def test_errors_fall_from_epoch_to_epoch_and_stay_above_pca(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_losses, "RUN", replace(RUN, n_epochs=3, learning_rate=0.01))
    train, test = load_dataset("digits"), load_dataset("digits", "test")
    *_, end = compare_outputs(train, test)
    found, x = end.result, train.pixels().astype(np.float64)
    assert [one.title for one in found.networks] == ["without a sigmoid", "with a sigmoid"]
    for one in found.networks:
        assert len(one.errors) == 3
        assert (np.diff(one.errors) < 0).all()
        assert one.errors[-1] > found.pca_error
        assert one.restored.shape == found.pictures.shape
    assert found.mean_error == pytest.approx(x.var(axis=0).mean(), rel=1e-4)
    assert len(LECTURE) == RUN.n_epochs == 10
