"""What a run will cost, before it starts: parameters, samples, and the time that runs like it took here."""

import math
from itertools import pairwise

from explorer.jobs.database import reading
from explorer.jobs.job import job_from_row
from explorer.models import LinearAESpec, ModelSpec, PPCASpec, VAESpec
from explorer.models.spec import CLOSED_FORM
from explorer.training.run_spec import RunSpec

# Beyond this ratio of parameters another run says too little about this one's speed.
COMPARABLE = 4.0


def n_parameters(spec: ModelSpec, n_pixels: int) -> int:
    """How many numbers training adjusts; for PCA the mean and the axes that the code uses, for PPCA the noise too."""
    latent_dim = spec.latent_dim
    if isinstance(spec, CLOSED_FORM):
        return n_pixels * (latent_dim + 1) + isinstance(spec, PPCASpec)
    if isinstance(spec, LinearAESpec):
        biases = latent_dim + n_pixels if spec.output == "sigmoid" else 0
        return 2 * n_pixels * latent_dim + biases
    n_codes = 2 * latent_dim if isinstance(spec, VAESpec) else latent_dim
    encoder = _dense((n_pixels, *spec.hidden, n_codes))
    return encoder + _dense((latent_dim, *reversed(spec.hidden), n_pixels)) + _learns_variance(spec)


def expected_duration_s(run: RunSpec, n_train: int, n_pixels: int) -> float | None:
    """The training time that the most similar run of this register suggests; None when none is similar.

    n_train: samples of the train split. Similar means the same batch size and a comparable number of parameters.
    """
    size = n_parameters(run.model, n_pixels)
    speeds = [
        (abs(math.log(n_parameters(model, n_pixels) / size)), samples_per_s)
        for model, batch_size, samples_per_s in _measured_speeds(run.dataset)
        if batch_size == run.batch_size
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


def _dense(widths: tuple[int, ...]) -> int:
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(widths))


def _learns_variance(spec: ModelSpec) -> int:
    return int(isinstance(spec, VAESpec) and spec.likelihood == "gaussian" and spec.variance == "learned")
