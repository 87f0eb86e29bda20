"""The classifiers that judge generated images, one a data set, beside the checkpoints."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save

from explorer.errors import CheckpointError
from explorer.models.classifier import Classifier
from explorer.models.layers import Activation, Dense, Layer
from explorer.store.atomic_write import write_file
from explorer.store.folder import checkpoints_folder
from explorer.store.guarded_read import read

Arrays = dict[str, NDArray[np.float32]]


def classifier_path(dataset: str) -> Path:
    """Where the classifier of a data set lies; a folder with a dot is no model of the library."""
    return checkpoints_folder() / ".classifiers" / f"{dataset}.safetensors"


def save_classifier(dataset: str, classifier: Classifier, accuracy: float) -> Path:
    """Keep a classifier with its accuracy on the test split, whole or not at all; raises CheckpointError."""
    dense = [layer for layer in classifier.layers if isinstance(layer, Dense)]
    arrays: Arrays = {f"{i}.{name}": value for i, layer in enumerate(dense) for name, value in vars(layer).items()}
    facts = {
        "sample_shape": json.dumps(classifier.sample_shape),
        "class_names": json.dumps(classifier.class_names),
        "accuracy": json.dumps(accuracy),
    }
    content = save(arrays, facts)
    return write_file(classifier_path(dataset), lambda path: path.write_bytes(content))


def load_classifier(dataset: str) -> tuple[Classifier, float]:
    """The classifier of a data set and its test accuracy; raises CheckpointError that says how to get one."""
    path = classifier_path(dataset)
    if not path.is_file():
        raise CheckpointError(
            f"There is no classifier of {dataset} to judge pictures; train it with "
            f"`python -m explorer train-classifier --dataset {dataset}`."
        )
    return read(path, _parse)


def _parse(path: Path) -> tuple[Classifier, float]:
    with safe_open(path, "numpy") as file:
        facts = file.metadata() or {}
        layers = _layers({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118 - no dictionary
    shape = tuple(int(length) for length in json.loads(facts["sample_shape"]))
    names = tuple(str(name) for name in json.loads(facts["class_names"]))
    classifier = Classifier(layers, shape, names)
    logits = classifier.logits(np.zeros((1, int(np.prod(shape))), np.float32))
    if logits.shape != (1, len(names)) or not np.isfinite(logits).all():
        raise ValueError("its layers do not lead from its pixels to its classes")
    return classifier, float(facts["accuracy"])


def _layers(arrays: Arrays) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for i in range(len(arrays) // 2):
        layers += [Dense(arrays[f"{i}.weight"], arrays[f"{i}.bias"]), Activation("relu")]
    return tuple(layers[:-1])
