"""What a run will cost, before it starts: parameters, samples, and the time that runs like it took here."""

import math

from explorer.jobs.database import reading
from explorer.jobs.job import job_from_row
from explorer.models import AESpec, ConvAESpec, ConvVAESpec, ModelSpec
from explorer.models.parameters import parameter_counts
from explorer.models.spec import CLOSED_FORM
from explorer.training.run_spec import RunSpec

# Beyond this ratio of parameters another run says too little about this one's speed.
COMPARABLE = 4.0


def expected_duration_s(run: RunSpec, n_train: int, sample_shape: tuple[int, ...], n_classes: int) -> float | None:
    """The training time that the most similar run of this register suggests; None when none is similar.

    n_train: samples of the train split. Similar means the same batch size, convolutions or none, a contraction or
    none, and a comparable number of parameters.
    """
    size = parameter_counts(run.model, sample_shape, n_classes).total
    speeds = [
        (abs(math.log(parameter_counts(model, sample_shape, n_classes).total / size)), samples_per_s)
        for model, batch_size, samples_per_s in _measured_speeds(run.dataset)
        if batch_size == run.batch_size and _kind(model) == _kind(run.model)
    ]
    distance, samples_per_s = min(speeds, default=(math.inf, 0.0))
    if isinstance(run.model, CLOSED_FORM) or distance > math.log(COMPARABLE):
        return None
    return run.n_epochs * n_train * (1 - run.validation_fraction) / samples_per_s


def _measured_speeds(dataset: str) -> list[tuple[ModelSpec, int, float]]:
    """Model, batch size and samples per second of every run on a data set, the newest first."""
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
