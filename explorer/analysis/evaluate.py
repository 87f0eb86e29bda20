"""The figures of merit of a model, each on the test split and with its unit in its name."""

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.analysis.likelihood import iwae_nats, rate_and_distortion_nats
from explorer.analysis.ppca import exact_rate_and_distortion_nats
from explorer.data.corruptions import binarised
from explorer.data.dataset import Dataset
from explorer.errors import AnalysisError
from explorer.models.autoencoder import Autoencoder, VariationalAutoencoder
from explorer.models.latent_model import LatentModel
from explorer.models.objectives import bernoulli_nll_nats
from explorer.models.ppca import PPCA
from explorer.models.spec import VAESpec
from explorer.training.codes import codes_of, decoded
from explorer.training.validation import count_active_units

Array = NDArray[np.float32]
Labels = NDArray[np.int64]
N_NEIGHBOURS = 5
N_IWAE_SAMPLES, N_IWAE_VALUES, FEWEST_IWAE_SAMPLES = 1000, 784_000, 100
# The draws of the bound that every checkpoint of a VAE keeps, so that the bounds of a library may be compared.
KEPT_IWAE_K = 100
METRIC_NAMES = (
    "mse",
    "sse",
    "bce_nats",
    "distortion_nats",
    "rate_nats",
    "negative_elbo_nats",
    "iwae_nats",
    "iwae_k",
    "active_units",
    "knn_accuracy",
)
Metrics = dict[str, float | int | None]


def evaluate(model: LatentModel, train: Dataset, test: Dataset, iwae_k: int | None = None) -> Metrics:
    """Every figure of merit on `test`, None where a model has none; raises AnalysisError when shapes differ or the
    codes are no finite numbers.

    mse is the mean over pixels, sse the sum over the pixels of an image, *_nats are nats per image; the IWAE bound is
    that of the first 1,000 test images, of large ones fewer (`iwae_sample_count`); a model that was trained on
    binarised pixels has its likelihoods on one fixed binarisation of the test split, and its errors on the grey pixels;
    PPCA's are exact, without a draw; knn_accuracy is that of 5 nearest neighbours among the codes of `train`.
    """
    if test.sample_shape != model.sample_shape:
        raise AnalysisError(
            f"The model takes samples of shape {model.sample_shape}, but {test.name} has {test.sample_shape}; "
            "evaluate it on the data set it was trained on."
        )
    train_codes, x, labels = codes_of(model, train.pixels(), train.labels), test.pixels(), test.labels
    codes = codes_of(model, x, labels)
    metrics: Metrics = dict.fromkeys(METRIC_NAMES) | _reconstruction(model, x, codes, labels)
    _check_finite(codes, train_codes)
    metrics["knn_accuracy"] = knn_accuracy(train_codes, train.labels, codes, labels)
    if isinstance(model, VariationalAutoencoder):
        described = _as_described(model, x)
        metrics |= _variational(model, described, codes, labels)
        if iwae_k is not None:
            n = iwae_sample_count(x.shape[1])
            bound = iwae_nats(model, described[:n], iwae_k, labels[:n])
            metrics |= {"iwae_nats": float(bound.mean()), "iwae_k": iwae_k}
    if isinstance(model, PPCA):
        metrics |= _figures(*exact_rate_and_distortion_nats(model, x), codes)
    _check_finite(*metrics.values())
    return metrics


def iwae_sample_count(n_values: int) -> int:
    """How many images of so many values the IWAE bound is measured on: 1,000 of up to 784, of larger ones 100 or more.

    Its many draws would else take longer for colour images than a training.
    """
    return max(FEWEST_IWAE_SAMPLES, min(N_IWAE_SAMPLES, N_IWAE_VALUES // n_values))


def knn_accuracy(
    train_codes: NDArray[np.float32],
    train_labels: NDArray[np.int64],
    test_codes: NDArray[np.float32],
    test_labels: NDArray[np.int64],
) -> float:
    """Share of test codes (N, K) whose 5 nearest train codes vote for their class."""
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(N_NEIGHBOURS).fit(train_codes, train_labels)
    return float(classifier.score(test_codes, test_labels))


def _check_finite(*values: float | NDArray[np.float32] | None) -> None:
    if not all(np.isfinite(value).all() for value in values if value is not None):
        raise AnalysisError(
            "The model's codes or figures of merit are no finite numbers; train it again with a lower learning rate."
        )


def _as_described(model: VariationalAutoencoder, x: Array) -> Array:
    """The pixels that the model's likelihood is about; x: (N, D) grey."""
    if not isinstance(model.spec, VAESpec) or model.spec.binarisation == "none":
        return x
    return binarised(torch.from_numpy(x), torch.Generator().manual_seed(0)).numpy()


def _reconstruction(model: LatentModel, x: Array, codes: Array, labels: Labels) -> Metrics:
    squared = np.square(x - decoded(model, codes, labels), dtype=np.float64)
    return {
        "mse": float(squared.mean()),
        "sse": float(squared.sum(axis=1).mean()),
        "bce_nats": _bce_nats(model, x, codes, labels),
    }


@torch.inference_mode()
def _bce_nats(model: LatentModel, x: Array, codes: Array, labels: Labels) -> float | None:
    # Logits, so that a confident pixel costs what it should; a decoder without a sigmoid has no cross-entropy.
    if not isinstance(model, Autoencoder) or model.spec.output != "sigmoid":
        return None
    device = model.network.log_variance.device
    columns = (torch.from_numpy(column).split(2000) for column in (x, codes, labels))
    losses = [
        bernoulli_nll_nats(rows, model.network.decode(part.to(device), own.to(device)).cpu())
        for rows, part, own in zip(*columns, strict=True)
    ]
    return float(torch.cat(losses).mean())


def _variational(model: VariationalAutoencoder, x: Array, means: Array, labels: Labels) -> Metrics:
    rates, distortions = rate_and_distortion_nats(model, x, labels)
    return _figures(rates.sum(axis=1), distortions, means)


def _figures(rates: NDArray[np.floating], distortions: NDArray[np.floating], means: NDArray[np.float32]) -> Metrics:
    rate, distortion = float(rates.mean()), float(distortions.mean())
    return {
        "distortion_nats": distortion,
        "rate_nats": rate,
        "negative_elbo_nats": distortion + rate,
        "active_units": count_active_units(torch.from_numpy(means)),
    }
