"""What a run will cost, before it starts: parameters, samples, and the time that runs like it took here."""

import math
from itertools import pairwise

from explorer.jobs.database import reading
from explorer.jobs.job import job_from_row
from explorer.models import (
    AESpec,
    ConvAESpec,
    ConvVAESpec,
    CVAESpec,
    GMVAESpec,
    LinearAESpec,
    ModelSpec,
    PPCASpec,
    VAESpec,
)
from explorer.models.shapes import image_sizes
from explorer.models.spec import CLOSED_FORM
from explorer.training.run_spec import RunSpec

# Beyond this ratio of parameters another run says too little about this one's speed.
COMPARABLE = 4.0


def n_parameters(spec: ModelSpec, sample_shape: tuple[int, ...], n_classes: int) -> int:
    """How many numbers training adjusts; for PCA the mean and the axes that the code uses, for PPCA the noise too.

    n_classes: of the data set, which a classifier or a conditional model adds. Raises SpecError for convolutions on
    samples that are no images.
    """
    n_pixels, latent_dim = math.prod(sample_shape), spec.latent_dim
    if isinstance(spec, CLOSED_FORM):
        return n_pixels * (latent_dim + 1) + isinstance(spec, PPCASpec)
    if isinstance(spec, LinearAESpec):
        biases = latent_dim + n_pixels if spec.output == "sigmoid" else 0
        return 2 * n_pixels * latent_dim + biases
    n_codes = 2 * latent_dim if isinstance(spec, VAESpec) else latent_dim
    if isinstance(spec, ConvAESpec | ConvVAESpec):
        coders = _convolutional(spec, image_sizes(spec, sample_shape), n_codes)
    else:
        told = n_classes if isinstance(spec, CVAESpec) else 0
        encoder = _dense((n_pixels + told, *spec.hidden, n_codes))
        coders = encoder + _dense((latent_dim + told, *reversed(spec.hidden), n_pixels))
    return coders + _of_parts(spec, n_classes)


def expected_duration_s(run: RunSpec, n_train: int, sample_shape: tuple[int, ...], n_classes: int) -> float | None:
    """The training time that the most similar run of this register suggests; None when none is similar.

    n_train: samples of the train split. Similar means the same batch size, convolutions or none, a contraction or
    none, and a comparable number of parameters.
    """
    size = n_parameters(run.model, sample_shape, n_classes)
    speeds = [
        (abs(math.log(n_parameters(model, sample_shape, n_classes) / size)), samples_per_s)
        for model, batch_size, samples_per_s in _measured_speeds(run.dataset)
        if batch_size == run.batch_size and _kind(model) == _kind(run.model)
    ]
    distance, samples_per_s = min(speeds, default=(math.inf, 0.0))
    if isinstance(run.model, CLOSED_FORM) or distance > math.log(COMPARABLE):
        return None
    return run.n_epochs * n_train * (1 - run.validation_fraction) / samples_per_s


def _measured_speeds(dataset: str) -> list[tuple[ModelSpec, int, float]]:
    """Model, batch size and samples a second of every run on a data set, the newest first."""
    with reading() as connection:
        rows = connection.execute(
            "SELECT runs.*, samples_per_s FROM runs JOIN metrics ON runs.id = run_id AND runs.step = metrics.step "
            "WHERE samples_per_s > 0 ORDER BY runs.id DESC LIMIT 100"
        ).fetchall()
    runs = [(job_from_row(row).run, float(row["samples_per_s"])) for row in rows]
    return [(run.model, run.batch_size, speed) for run, speed in runs if run.dataset == dataset]


def _kind(spec: ModelSpec) -> tuple[bool, bool]:
    """What makes models of equal size differ in speed several times over."""
    is_contracted = isinstance(spec, AESpec) and spec.contraction > 0
    return isinstance(spec, ConvAESpec | ConvVAESpec), is_contracted


def _dense(widths: tuple[int, ...]) -> int:
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(widths))


def _convolutional(spec: ConvAESpec | ConvVAESpec, sizes: list[tuple[int, int]], n_codes: int) -> int:
    """Kernels of 3 × 3 there and back, the dense layers between, and two numbers a map of each normalisation."""
    features = spec.channels[-1] * math.prod(sizes[-1])
    steps = list(pairwise((1, *spec.channels)))
    there, back = (
        sum((9 * n_in + 1) * n_out for n_in, n_out in way) for way in (steps, [step[::-1] for step in steps])
    )
    normalised = 2 * (sum(spec.channels) + sum(spec.channels[:-1])) if spec.batch_norm == "yes" else 0
    dense = _dense((features, *spec.hidden, n_codes)) + _dense((spec.latent_dim, *reversed(spec.hidden), features))
    return there + back + normalised + dense


def _of_parts(spec: AESpec | VAESpec, n_classes: int) -> int:
    """What stands beside encoder and decoder: a learned variance, a classifier, a mixture prior."""
    learns_variance = isinstance(spec, VAESpec) and spec.likelihood == "gaussian" and spec.variance == "learned"
    classifier = (spec.latent_dim + 1) * n_classes if spec.classifier_weight else 0
    mixture = spec.n_components * (2 * spec.latent_dim + 1) if isinstance(spec, GMVAESpec) else 0
    return learns_variance + classifier + mixture
