"""Anomaly detection: by what a model loses of a picture, by where its code lies, and by both, with ROC curves."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from explorer.analysis.auc import NORMAL_MARGIN, auc_interval, placements
from explorer.analysis.density import Sampler, fit_sampler
from explorer.analysis.measure import Interval, Progress
from explorer.data import Dataset
from explorer.data.subsets import without_class
from explorer.errors import AnalysisError
from explorer.models.latent_model import LatentModel
from explorer.models.pca import fit_pca
from explorer.models.spec import AESpec, PCASpec
from explorer.training import RunSpec, start, train

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
ERROR, DENSITY, BOTH = "error", "density", "both"
KINDS = (ERROR, DENSITY, BOTH)
MIXTURE = "gmm20"
FEWEST = 5
TIE = 0.5
# A picture that is met exactly would have an infinite logarithm.
SMALLEST_ERROR = 1e-6
LARGE_RUN = RunSpec(
    AESpec(latent_dim=16, hidden=(256, 64)),
    "",
    n_epochs=4,
    learning_rate=2e-3,
    schedule="cosine",
    validation_fraction=0,
)
SMALL_RUN = replace(LARGE_RUN, model=AESpec(latent_dim=10, hidden=(64, 32)), n_epochs=150)
SMALL_SAMPLES = 10_000
# Of the whole time; the rest is judging.
TRAINING_FRACTION = 0.8


@dataclass(frozen=True, eq=False)
class Detector:
    """A model with two densities: of its training codes, and of codes with the logarithm of their squared error."""

    model: LatentModel
    codes: Sampler
    codes_and_errors: Sampler

    def scores(self, x: Array) -> dict[str, Wide]:
        """How anomalous each picture of x (N, D) is, (N,) by each of KINDS; larger is more anomalous.

        error: squared error summed over pixels; density: −log q(z) in nats; both: −log q(z, log error) in nats, after
        Zong et al. 2018, section 3.2.
        """
        z, errors = encoded(self.model, x)
        density, both = -self.codes.log_density(z), -self.codes_and_errors.log_density(with_errors(z, errors))
        return {ERROR: errors, DENSITY: density, BOTH: both}


@dataclass(frozen=True, eq=False)
class Detection:
    """One score of one model on N inliers and M anomalies, with its ROC curve.

    inliers: (N,), anomalies: (M,), larger is more anomalous; false_alarms and found: (P,), the fraction of inliers and
    of anomalies beyond each threshold; auc: the probability that an anomaly scores above an inlier, 0.5 for guessing.
    """

    title: str
    kind: str
    inliers: Wide
    anomalies: Wide
    false_alarms: Wide
    found: Wide
    auc: Interval


def encoded(model: LatentModel, x: Array) -> tuple[Array, Wide]:
    """The codes (N, K) of pictures (N, D) and their squared errors summed over pixels, (N,)."""
    z = model.encode(x)
    return z, np.square(x - model.decode(z), dtype=np.float64).sum(axis=1)


def with_errors(z: Array, errors: Wide) -> Array:
    """Codes (N, K) with the logarithm of their errors as one more number, (N, K + 1)."""
    return np.column_stack((z, np.log(np.maximum(errors, SMALLEST_ERROR)))).astype(np.float32)


def fit_detector(model: LatentModel, x: Array, seed: int) -> Detector:
    """Densities of what a model makes of its training images (N, D); raises AnalysisError where there is none."""
    z, errors = encoded(model, x)
    return Detector(model, fit_sampler(MIXTURE, z, seed), fit_sampler(MIXTURE, with_errors(z, errors), seed))


def judge(title: str, kind: str, inliers: Wide, anomalies: Wide) -> Detection:
    """The ROC curve of a score; raises AnalysisError for fewer than five pictures of a kind."""
    for name, scores in (("inliers", inliers), ("anomalies", anomalies)):
        if len(scores) < FEWEST:
            raise AnalysisError(
                f"There are only {len(scores)} {name}, and an ROC curve needs at least {FEWEST} pictures of each kind; "
                "choose another class or data set."
            )
    is_anomaly = np.repeat([0, 1], [len(inliers), len(anomalies)])
    false_alarms, found, _ = roc_curve(is_anomaly, np.concatenate((inliers, anomalies)))
    return Detection(title, kind, inliers, anomalies, false_alarms, found, auc_interval(inliers, anomalies))


def auc_difference(one: Detection, other: Detection) -> Interval:
    """By how much one area exceeds another on the same pictures, with an interval of at least 95 %.

    DeLong's variance for paired scores is too small where few pairs are out of order, so that it is taken as if the
    placements of one more picture of each kind differed by a half, as a tie does (after Agresti & Min 2005).
    """
    pairs = zip(placements(one.inliers, one.anomalies), placements(other.inliers, other.anomalies), strict=True)
    of_anomalies, of_inliers = (first - second for first, second in pairs)
    difference = float(of_anomalies.mean())
    variance = sum(float(of.var(ddof=1)) / len(of) + (TIE / len(of)) ** 2 for of in (of_anomalies, of_inliers))
    margin = NORMAL_MARGIN * math.sqrt(variance)
    return Interval(difference, difference - margin, difference + margin)


@dataclass(frozen=True, eq=False)
class ErrorAmongOthers:
    """The squared error of one picture, summed over pixels, among those of N test images.

    x_hat: (D,), the picture's reconstruction; errors: (N,).
    """

    title: str
    x_hat: Array
    error: float
    errors: Wide

    @property
    def fraction_below(self) -> float:
        """The fraction of the test images that have a smaller error."""
        return float((self.errors < self.error).mean())


def error_among_others(title: str, model: LatentModel, x: Array, errors: Wide) -> ErrorAmongOthers:
    """What a model loses of one picture x (D,), beside what it loses of the test images, (N,)."""
    x_hat = model.decode(model.encode(x[None]))[0]  # (D,)
    return ErrorAmongOthers(title, x_hat, float(np.square(x - x_hat, dtype=np.float64).sum()), errors)


def detect(
    models: Mapping[str, LatentModel], train_x: Array, inliers: Array, anomalies: Array, seed: int
) -> Iterator[Progress[tuple[Detection, ...]]]:
    """Every score of every model on inliers (N, D) and anomalies (M, D); densities are fitted to train_x."""
    done: list[Detection] = []
    for index, (title, model) in enumerate(models.items()):
        yield Progress(index / len(models), f"fitting densities to the codes of {title}", tuple(done))
        detector = fit_detector(model, train_x, seed)
        of_inliers, of_anomalies = detector.scores(inliers), detector.scores(anomalies)
        done += [judge(title, kind, of_inliers[kind], of_anomalies[kind]) for kind in KINDS]
    yield Progress(1.0, "done", tuple(done))


def detect_left_out(train: Dataset, test: Dataset, label: int, seed: int) -> Iterator[Progress[tuple[Detection, ...]]]:
    """An autoencoder trained without one class, and PCA of as many dimensions, on the test split with that class."""
    dataset, x, is_anomaly = without_class(train, label), test.pixels(), test.labels == label
    run = run_for(dataset)
    for step in learn(run, dataset):
        yield Progress(TRAINING_FRACTION * step.fraction, step.doing, ())
    yield Progress(TRAINING_FRACTION, "fitting PCA", ())
    vectors = dataset.samples.reshape(len(dataset), -1)
    pca = fit_pca(vectors, dataset.sample_shape, PCASpec(latent_dim=run.model.latent_dim))
    models: dict[str, LatentModel] = {"AE": step.result, "PCA": pca}
    for judged in detect(models, dataset.pixels(), x[~is_anomaly], x[is_anomaly], seed):
        yield Progress(TRAINING_FRACTION + (1 - TRAINING_FRACTION) * judged.fraction, judged.doing, judged.result)


def run_for(dataset: Dataset) -> RunSpec:
    """How a small autoencoder learns a data set within seconds."""
    run = SMALL_RUN if len(dataset) < SMALL_SAMPLES else LARGE_RUN
    return replace(run, dataset=dataset.name)


def learn(run: RunSpec, dataset: Dataset) -> Iterator[Progress[LatentModel]]:
    """Train on the CPU, a step of progress now and then; to stop is not to ask for the next. Raises TrainingError."""
    state = start(run, dataset, "cpu")
    yield Progress(0.0, "training begins", state.model)
    for record in train(state):
        share = record.step / record.n_steps
        yield Progress(share, f"training, epoch {record.epoch:.1f} of {run.n_epochs}", state.model)
