"""What 64 numbers keep of small colour photographs, by PCA and convolutions: `python -m benchmarks.photographs`.

The data set is one's own, `photographs` unless another is named: `python -m explorer datasets add PATH --name
photographs`. Both trainings are short, about two minutes on one core each. Written by hand into docs/numbers.md.
"""

import sys
import time
from collections.abc import Iterator

import numpy as np

from explorer.analysis.blur import sharpness_of
from explorer.analysis.denoising import mean_squared_error
from explorer.data import Dataset, load_dataset
from explorer.models.latent_model import LatentModel
from explorer.models.pca import fit_pca
from explorer.models.spec import ConvAESpec, ConvVAESpec, ModelSpec, PCASpec
from explorer.training import RunSpec, start, train

LATENT_DIM, N_SHARP = 64, 1000
CHANNELS, N_EPOCHS = (16, 32, 64), 10


def runs(dataset: str) -> dict[str, RunSpec]:
    """The two trainings by their titles."""
    models: dict[str, ModelSpec] = {
        "convolutional AE": ConvAESpec(latent_dim=LATENT_DIM, channels=CHANNELS),
        "convolutional VAE": ConvVAESpec(latent_dim=LATENT_DIM, channels=CHANNELS, likelihood="gaussian"),
    }
    return {
        title: RunSpec(spec, dataset, N_EPOCHS, schedule="cosine", validation_fraction=0)
        for title, spec in models.items()
    }


def fitted(train_split: Dataset) -> Iterator[tuple[str, LatentModel, float]]:
    """Each model with the seconds that it took."""
    began = time.monotonic()
    pca = fit_pca(train_split.pixels(), train_split.sample_shape, PCASpec(LATENT_DIM))
    yield "PCA", pca, time.monotonic() - began
    for title, run in runs(train_split.name).items():
        began = time.monotonic()
        state = start(run, train_split, "cpu")
        for _ in train(state):
            pass
        yield title, state.model, time.monotonic() - began


def table(dataset: str) -> Iterator[str]:
    """Errors and sharpness on the test split, a line a model."""
    train_split, test = load_dataset(dataset), load_dataset(dataset, "test")
    shape = " × ".join(map(str, test.sample_shape))
    yield f"{len(train_split):,} images of {shape} train, {len(test):,} test; K = {LATENT_DIM}, {N_EPOCHS} epochs."
    yield ""
    yield "| model | test MSE | edge energy kept by reconstructions | by draws, decoded | training, s |"
    yield "|---|---|---|---|---|"
    x = test.pixels()
    null = mean_squared_error(x, np.broadcast_to(train_split.pixels().mean(axis=0), x.shape))
    yield f"| the training mean | {null:.5f} | 0 | 0 | |"
    for title, model, seconds in fitted(train_split):
        mse = mean_squared_error(x, model.decode(model.encode(x)))
        codes = model.encode(train_split.pixels())
        kept = {one.title: one.kept for one in sharpness_of(model, x[:N_SHARP], codes, test.sample_shape, 0)}
        reconstructed, drawn = kept["reconstructions"], kept["draws, decoded"]
        yield f"| {title} | {mse:.5f} | {reconstructed.value:.2f} | {drawn.value:.2f} | {seconds:.0f} |"


if __name__ == "__main__":
    for line in table(sys.argv[1] if len(sys.argv) > 1 else "photographs"):
        print(line, flush=True)
