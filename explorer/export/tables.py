"""Codes as tables: Parquet, and the files of the Embedding Projector."""

import json
from collections.abc import Iterable
from math import ceil, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.data import Dataset
from explorer.figures.images import png_bytes
from explorer.scenes.latent_scene import bytes_of, image_shape, samples_at_hand
from explorer.store import Checkpoint
from explorer.store.npz import npz_bytes
from explorer.store.table_files import csv_bytes, parquet_bytes

# The projector reads no larger sprite.
MOST_SPRITE_PIXELS = 8192


def codes_table(checkpoint: Checkpoint) -> pd.DataFrame:
    """One row per sample: split, its number there, class, and the code's values z1 to zK; of VAEs log_var1 to log_varK.

    The logarithm of the posterior's variance is kept for test samples alone.
    """
    codes, names = checkpoint.codes, np.array(checkpoint.header.class_names)
    z = np.concatenate((codes.train, codes.test))
    labels = np.concatenate((codes.train_labels, codes.test_labels))
    numbers = np.concatenate((np.arange(len(codes.train)), np.arange(len(codes.test))))
    split = np.repeat(["train", "test"], [len(codes.train), len(codes.test)])
    table = pd.DataFrame({"split": split, "sample": numbers, "class": names[labels]})
    table = pd.concat((table, pd.DataFrame(z, columns=_numbered("z", z.shape[1]))), axis=1)
    if not len(codes.test_log_var):
        return table
    log_var = np.full_like(z, np.nan)
    log_var[len(codes.train) :] = codes.test_log_var
    return pd.concat((table, pd.DataFrame(log_var, columns=_numbered("log_var", z.shape[1]))), axis=1)


def _numbered(name: str, n: int) -> list[str]:
    return [f"{name}{k}" for k in range(1, n + 1)]


def codes_parquet(checkpoint: Checkpoint) -> bytes:
    """The table as a Parquet file."""
    return parquet_bytes(codes_table(checkpoint))


def codes_csv(checkpoint: Checkpoint) -> bytes:
    """The table as a CSV file."""
    return csv_bytes(codes_table(checkpoint))


def codes_npz(checkpoint: Checkpoint) -> bytes:
    """The codes as an archive of NumPy arrays: `train`, `test` (N, K), their classes `train_class`, `test_class` (N,).

    Of VAEs also `test_log_var` (N, K).
    """
    codes, names = checkpoint.codes, np.array(checkpoint.header.class_names)
    arrays = {"train": codes.train, "train_class": names[codes.train_labels], "test": codes.test}
    arrays["test_class"] = names[codes.test_labels]
    if len(codes.test_log_var):
        arrays["test_log_var"] = codes.test_log_var
    return npz_bytes(arrays)


def projector_files(checkpoint: Checkpoint) -> dict[str, bytes]:
    """The test codes for the Embedding Projector: vectors, metadata, a sprite where the images are at hand, and config.

    The projector at its own address takes vectors.tsv and metadata.tsv by "Load"; one that is served beside this folder
    reads projector_config.json.
    """
    codes, test = checkpoint.codes, samples_at_hand(checkpoint)
    names = checkpoint.header.class_names
    metadata = [f"{number}\t{names[label]}" for number, label in enumerate(codes.test_labels)]
    files = {
        "vectors.tsv": _lines("\t".join(f"{value:.6g}" for value in row) for row in codes.test.tolist()),
        "metadata.tsv": _lines(["sample\tclass", *metadata]),
    }
    embedding: dict[str, object] = {
        "tensorName": f"{checkpoint.info.name}, test codes",
        "tensorShape": list(codes.test.shape),
        "tensorPath": "vectors.tsv",
        "metadataPath": "metadata.tsv",
    }
    shape = image_shape(checkpoint.header.sample_shape)
    if test is not None and shape is not None and _side(len(test)) * max(shape) <= MOST_SPRITE_PIXELS:
        files["sprite.png"] = png_bytes(_sprite(test))
        embedding["sprite"] = {"imagePath": "sprite.png", "singleImageDim": [shape[1], shape[0]]}
    return files | {"projector_config.json": json.dumps({"embeddings": [embedding]}, indent=1).encode()}


def _lines(rows: Iterable[str]) -> bytes:
    return ("\n".join(rows) + "\n").encode()


def _side(n: int) -> int:
    return ceil(sqrt(n))


def _sprite(test: Dataset) -> NDArray[np.uint8]:
    """All images row after row in a square, black on white ground: (S·H, S·W, 3)."""
    images = bytes_of(test.samples)
    side, (height, width) = _side(len(images)), images.shape[1:]
    padded = np.concatenate((images, np.zeros((side * side - len(images), height, width), np.uint8)))
    sheet = padded.reshape(side, side, height, width).transpose(0, 2, 1, 3).reshape(side * height, side * width)
    return np.repeat(255 - sheet[..., None], 3, axis=-1)
