"""A foreign decoder as a checkpoint of the library: read, reported, kept."""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import isqrt, prod
from pathlib import Path

import numpy as np
import pandas as pd

from explorer.data.isolation import Limits, read_isolated
from explorer.errors import CheckpointError, DatasetError
from explorer.models.architecture import with_weights
from explorer.models.foreign import ForeignModel, foreign_model
from explorer.models.foreign_spec import ForeignSpec
from explorer.models.layers import output_shapes
from explorer.store.checkpoints import save_checkpoint
from explorer.store.codes import Codes
from explorer.store.header import Header
from explorer.store.history import COLUMNS
from explorer.training.run_spec import RunSpec

MAX_FILE_BYTES = 100_000_000
LIMITS = Limits(cpu_s=20, memory_bytes=2_000_000_000)
# What stands in the place of codes where there is no encoder; no data set has a name with a space.
NO_DATA, DRAWS = "no data", "a draw from N(0, I)"
N_DRAWS, N_TEST_DRAWS = 2_000, 500


@dataclass(frozen=True, eq=False)
class ForeignDraft:
    """What was read of a file, before it is kept."""

    file: str
    model: ForeignModel


def read_foreign(path: Path, shape: tuple[int, ...] = ()) -> ForeignDraft:
    """Read a decoder from an ONNX file in a process of its own; shape: of a sample, as the file has it if ().

    Raises CheckpointError with one sentence; nothing is kept.
    """
    try:
        if (size := path.stat().st_size) > MAX_FILE_BYTES:
            raise CheckpointError(f"{path.name} has {size / 1e6:,.0f} MB, but 100 MB are read; give a smaller model.")
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror or error}); give the path of a file.") from error
    try:
        from explorer.store.foreign.onnx_reader import read_onnx
    except ImportError as error:
        raise CheckpointError(
            "An ONNX file needs the package onnx; run `pip install --group onnx` in the explorer's folder."
        ) from error
    try:
        arrays = read_isolated(read_onnx, content, LIMITS)
    except DatasetError as error:
        raise CheckpointError(f"{path.name}: {error}") from error
    spec = ForeignSpec(int(arrays["latent_dim"]), str(arrays["decoder"]))
    found = tuple(int(length) for length in arrays["shape"])
    decoder = with_weights(spec.decoder_skeleton, "decoder", arrays)
    return ForeignDraft(path.name, foreign_model(spec, _sample_shape(spec, shape or found), decoder, ()))


def report_lines(draft: ForeignDraft) -> list[str]:
    """What was read, and which pages will work, in sentences."""
    spec = draft.model.spec
    shape = " × ".join(map(str, draft.model.sample_shape))
    return [
        f"{draft.file} was read as a decoder of {spec.latent_dim} latent dimensions; a sample is {shape}.",
        f"Layers: {spec.decoder}.",
        "Latent and Interpolate work, with draws from N(0, I) in the place of codes.",
        "The other pages need the codes of samples, and the file has no encoder.",
    ]


def keep_foreign(draft: ForeignDraft, name: str, *, replace: bool = False) -> Path:
    """Keep what was read as a checkpoint of the library; raises CheckpointError."""
    model = draft.model
    header = Header(
        sample_shape=model.sample_shape,
        class_names=(DRAWS,),
        data_fingerprint="",
        metrics={},
        step=0,
        n_steps=1,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        duration_s=0.0,
        device="elsewhere",
    )
    run = RunSpec(model.spec, NO_DATA, trained_here=False)
    history = pd.DataFrame(columns=COLUMNS)
    return save_checkpoint(name, run, header, model, history, _draws(model.latent_dim), replace=replace)


def _draws(latent_dim: int) -> Codes:
    """Draws from N(0, I) in the place of codes."""
    rng = np.random.default_rng(0)
    train, test = (rng.standard_normal((n, latent_dim), np.float32) for n in (N_DRAWS, N_TEST_DRAWS))
    return Codes(
        train=train,
        train_labels=np.zeros(N_DRAWS, np.int64),
        test=test,
        test_labels=np.zeros(N_TEST_DRAWS, np.int64),
        test_log_var=np.empty((0, latent_dim), np.float32),
        snapshot_steps=np.empty(0, np.int64),
        snapshots=np.empty((0, 0, latent_dim), np.float32),
        snapshot_labels=np.empty(0, np.int64),
        snapshot_images=np.empty((0, 0, 0), np.uint8),
    )


def _sample_shape(spec: ForeignSpec, asked: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a sample: what is asked for, else a square where the values make one; raises CheckpointError."""
    n_values = prod(output_shapes(spec.decoder_skeleton, spec.latent_dim)[-1])
    if asked and prod(asked) != n_values:
        raise CheckpointError(
            f"The decoder gives {n_values:,} values, but {asked} has {prod(asked):,}; give its shape."
        )
    side = isqrt(n_values)
    return asked or ((side, side) if side * side == n_values and side > 1 else (n_values,))
