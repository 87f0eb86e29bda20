"""A model that is told the class: what it does with the label, and what it says without one."""

import numpy as np
import pytest
import torch

from explorer.errors import SpecError
from explorer.models import AESpec, ConditionalModel, CVAESpec, VAESpec, VariationalModel, apply_layers
from explorer.models.autoencoder import ConditionalAutoencoder, build_autoencoder

SHAPE, D, C, K = (4, 4), 16, 5, 3
X = np.random.default_rng(0).random((6, D), np.float32)
Z = np.random.default_rng(1).standard_normal((6, K), np.float32)
LABELS = np.array([0, 1, 2, 3, 4, 1])


def made(hidden: tuple[int, ...] = (8,)) -> ConditionalAutoencoder:
    model = build_autoencoder(CVAESpec(K, hidden), SHAPE, seed=0, n_classes=C)
    assert isinstance(model, ConditionalAutoencoder)
    return model


def test_it_is_conditional_and_variational() -> None:
    assert isinstance(made(), ConditionalModel)
    assert isinstance(made(), VariationalModel)
    assert made().n_classes == C
    plain: object = build_autoencoder(VAESpec(K), SHAPE, seed=0, n_classes=C)
    assert not isinstance(plain, ConditionalModel)


def test_the_label_is_a_one_hot_code_beside_input_and_code() -> None:
    model = made()
    told = torch.eye(C)[LABELS]
    encoded = model.network.encoder(torch.cat([torch.from_numpy(X), told], dim=1))
    np.testing.assert_allclose(model.encode(X, LABELS), encoded[:, :K].detach(), atol=1e-6)
    decoded = torch.sigmoid(model.network.decoder(torch.cat([torch.from_numpy(Z), told], dim=1)))
    np.testing.assert_allclose(model.decode(Z, LABELS), decoded.detach(), atol=1e-6)


@pytest.mark.parametrize("hidden", [(), (8,), (8, 6)])
def test_the_label_folded_into_the_first_bias_decodes_the_same(hidden: tuple[int, ...]) -> None:
    model = made(hidden)
    for label in range(C):
        labels = np.full(len(Z), label)
        folded = apply_layers(model.decoder_layers(label), Z)
        np.testing.assert_allclose(folded, model.decode(Z, labels), atol=1e-6)
    others = [model.decode(Z, np.full(len(Z), label)) for label in range(C)]
    assert all((others[0] != other).any() for other in others[1:])


def test_the_label_reaches_the_code() -> None:
    model = made()
    assert (model.encode(X, LABELS) != model.encode(X, (LABELS + 1) % C)).any(axis=1).all()


@pytest.mark.parametrize("ask", ["encode", "decode", "posterior", "decoder_layers"])
def test_without_a_label_it_is_one_sentence(ask: str) -> None:
    given = {"encode": (X,), "posterior": (X,), "decode": (Z,), "decoder_layers": ()}[ask]
    with pytest.raises(SpecError, match=r"CVAE needs the class of each sample, and none is given here; choose a class"):
        getattr(made(), ask)(*given)


@pytest.mark.parametrize("wrong", [-1, C, 99])
def test_a_class_it_does_not_know_is_one_sentence(wrong: int) -> None:
    labels = np.array([0, 1, 2, 3, 4, wrong])
    for ask in (
        lambda: made().encode(X, labels),
        lambda: made().decode(Z, labels),
        lambda: made().posterior(X, labels),
    ):
        with pytest.raises(
            SpecError, match=r"knows the classes 0 to 4, but was given labels from -?\d+ to \d+; choose"
        ):
            ask()
    with pytest.raises(SpecError, match="knows the classes 0 to 4"):
        made().decoder_layers(wrong)


@pytest.mark.parametrize("n_classes", [0, 1])
def test_data_without_classes_cannot_tell(n_classes: int) -> None:
    with pytest.raises(
        SpecError, match=rf"cvae: a conditional model needs labels of at least 2 classes, .* has {n_classes};"
    ):
        build_autoencoder(CVAESpec(), SHAPE, seed=0, n_classes=n_classes)
    with pytest.raises(SpecError, match=rf"ae: a classifier needs labels of at least 2 classes, .* has {n_classes};"):
        build_autoencoder(AESpec(classifier_weight=1.0), SHAPE, seed=0, n_classes=n_classes)


def test_no_labels_at_all_go_through() -> None:
    assert made().encode(X[:0], LABELS[:0]).shape == (0, K)
