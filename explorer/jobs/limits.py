"""What one run and the queue may ask of the machine; every refusal says the number that was exceeded."""

import shutil
from math import prod
from pathlib import Path

from explorer.data import SourceState, find_source
from explorer.errors import JobError, SpecError, TrainingError
from explorer.jobs.database import runs_folder
from explorer.models.foreign_spec import ForeignSpec
from explorer.models.parameters import parameter_counts
from explorer.models.shapes import convolved, image_sizes, strides
from explorer.models.spec import CLOSED_FORM, AESpec, ConvAESpec, ConvVAESpec, LinearAESpec, VAESpec
from explorer.models.written_numbers import percent
from explorer.store import checkpoints_folder
from explorer.store.schema import Connection, count_rows
from explorer.training.memory import FLOAT32_BYTES, fits_into, machine_memory_bytes
from explorer.training.run_spec import RunSpec

MAX_PARAMETERS = 100_000_000
MAX_QUEUED = 100
# The rest of the memory is the system's and the server's.
MEMORY_FRACTION = 0.8
SPARE_DISK_BYTES = 100_000_000
# Weights, their gradient and Adam's two moments; a layer's output, what it was before activation, and both gradients.
COPIES_OF_WEIGHTS = 4
COPIES_OF_ACTIVATIONS = 4


def check_resources(run: RunSpec) -> None:
    """Raise SpecError or TrainingError for a run with more parameters, memory or files than this machine allows.

    A data set that nobody knows is refused elsewhere.
    """
    source = find_source(run.dataset)
    if source is None:
        return
    _check_parameters(run, source)
    _check_memory(run, source)
    _check_disk(run, source)


def check_queue(connection: Connection) -> None:
    """Raise JobError when no more runs may wait."""
    n_queued = count_rows(connection, "FROM runs WHERE state = 'queued'")
    if n_queued >= MAX_QUEUED:
        raise JobError(f"{n_queued} runs wait already, and at most {MAX_QUEUED} may; cancel one, or wait for its turn.")


def memory_bytes(run: RunSpec, source: SourceState) -> int:
    """An estimate of the memory that a training takes: weights, one batch's activations and the training split.

    A large split stays on the disk, from which it is read batch by batch; a fit in closed form wants it whole.
    """
    n_pixels = prod(source.sample_shape)
    if isinstance(run.model, (*CLOSED_FORM, ForeignSpec)):
        # The covariance and its eigenvectors, in double precision.
        return 2 * 8 * n_pixels**2 + FLOAT32_BYTES * source.n_train * n_pixels
    weights = COPIES_OF_WEIGHTS * _n_parameters(run, source)
    activations = COPIES_OF_ACTIVATIONS * run.batch_size * _n_activations(run.model, source)
    n_resident = source.n_train if fits_into(source.n_train, n_pixels, machine_memory_bytes()) else run.batch_size
    return FLOAT32_BYTES * (weights + activations + n_resident * n_pixels)


def disk_bytes(run: RunSpec, source: SourceState) -> int:
    """An estimate of what a training keeps on the disk: its state twice while one replaces the other, and its model."""
    n_codes = (source.n_train + 2 * source.n_test) * run.model.latent_dim
    state_and_model = 2 * (COPIES_OF_WEIGHTS - 1) + 1
    return FLOAT32_BYTES * (state_and_model * _n_parameters(run, source) + n_codes)


def _check_parameters(run: RunSpec, source: SourceState) -> None:
    n = _n_parameters(run, source)
    if n > MAX_PARAMETERS:
        raise SpecError(
            f"The model would have {n:,} parameters, but at most {MAX_PARAMETERS:,} are trained here; take narrower or "
            "fewer layers."
        )


def _check_memory(run: RunSpec, source: SourceState) -> None:
    needed, present = memory_bytes(run, source), machine_memory_bytes()
    if present is not None and needed > MEMORY_FRACTION * present:
        raise TrainingError(
            f"The training would take about {needed / 1e9:.1f} GB of memory, but at most "
            f"{percent(MEMORY_FRACTION)} of this machine's {present / 1e9:.1f} GB may be used; take smaller batches or "
            "narrower layers."
        )


def _check_disk(run: RunSpec, source: SourceState) -> None:
    needed = disk_bytes(run, source) + SPARE_DISK_BYTES
    for folder in (runs_folder(), checkpoints_folder()):
        free = shutil.disk_usage(_existing_parent(folder)).free
        if needed > free:
            raise TrainingError(
                f"The training would need {needed / 1e6:,.0f} MB of the disk that holds {folder}, where "
                f"{free / 1e6:,.0f} MB are free; empty the bin, remove runs, or make room otherwise."
            )


def _n_parameters(run: RunSpec, source: SourceState) -> int:
    return parameter_counts(run.model, source.sample_shape, source.n_classes).total


def _n_activations(spec: LinearAESpec | AESpec | VAESpec, source: SourceState) -> int:
    """The numbers that the layers of encoder and decoder give for one sample."""
    n_pixels = prod(source.sample_shape)
    if isinstance(spec, LinearAESpec):
        return spec.latent_dim + n_pixels
    maps = 0
    if isinstance(spec, ConvAESpec | ConvVAESpec):
        before = image_sizes(spec, source.sample_shape)
        sizes = (convolved(size, stride) for size, stride in zip(before, strides(spec), strict=False))
        maps = sum(n * prod(size) for n, size in zip(spec.channels, sizes, strict=True))
    return 2 * (maps + sum(spec.hidden)) + 3 * spec.latent_dim + n_pixels


def _existing_parent(folder: Path) -> Path:
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
