"""Classifiers on the disk: the same judgement after a round trip, a sentence for whatever is torn."""

from pathlib import Path

import numpy as np
import pytest

from explorer.errors import CheckpointError
from explorer.models.classifier import Classifier
from explorer.models.layers import Activation, Dense
from explorer.store import list_checkpoints, load_classifier, save_classifier
from explorer.store.classifiers import classifier_path

RNG = np.random.default_rng(0)


def random_classifier() -> Classifier:
    def dense(n_in: int, n_out: int) -> Dense:
        return Dense(RNG.standard_normal((n_out, n_in)).astype(np.float32), RNG.random(n_out).astype(np.float32))

    return Classifier((dense(16, 5), Activation("relu"), dense(5, 3)), (4, 4), ("a", "b", "c"))


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))


def test_a_round_trip_keeps_the_judgement() -> None:
    classifier, x = random_classifier(), RNG.random((7, 16), dtype=np.float32)
    save_classifier("digits", classifier, 0.75)
    loaded, accuracy = load_classifier("digits")
    assert np.array_equal(loaded.logits(x), classifier.logits(x))
    assert (loaded.class_names, loaded.sample_shape, accuracy) == (("a", "b", "c"), (4, 4), 0.75)


def test_a_classifier_is_no_model_of_the_library() -> None:
    save_classifier("digits", random_classifier(), 0.5)
    assert list_checkpoints() == ()


def test_a_missing_classifier_says_how_to_train_it() -> None:
    with pytest.raises(CheckpointError, match="train-classifier --dataset mnist"):
        load_classifier("mnist")


@pytest.mark.parametrize("n_kept", [0, 20, -8])
def test_a_torn_classifier_is_named(n_kept: int) -> None:
    path = save_classifier("digits", random_classifier(), 0.5)
    path.write_bytes(path.read_bytes()[:n_kept])
    with pytest.raises(CheckpointError, match=r"digits\.safetensors cannot be used"):
        load_classifier("digits")


def test_layers_that_do_not_fit_are_named() -> None:
    odd = Classifier(random_classifier().layers, (5, 4), ("a", "b", "c"))
    save_classifier("digits", odd, 0.5)
    with pytest.raises(CheckpointError, match="cannot be used"):
        load_classifier("digits")


def test_a_full_disk_keeps_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    save_classifier("digits", random_classifier(), 0.5)
    before = classifier_path("digits").read_bytes()

    def refuse(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(CheckpointError, match="No space left"):
        save_classifier("digits", random_classifier(), 0.9)
    assert classifier_path("digits").read_bytes() == before
