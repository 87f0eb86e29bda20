"""A model that was made elsewhere as a checkpoint of the library: read, reported, kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import replace as with_fields
from datetime import UTC, datetime
from math import isqrt, prod
from pathlib import Path

import numpy as np
import pandas as pd

from explorer.analysis.evaluate import Metrics, evaluate
from explorer.data import Dataset, list_sources, load_dataset
from explorer.data.isolation import Arrays, Limits, Reader, read_isolated
from explorer.errors import CheckpointError, DatasetError
from explorer.jobs.save_run import model_codes
from explorer.models.architecture import text_of_layers
from explorer.models.foreign import ForeignModel, affine_decoder, foreign_model
from explorer.models.foreign_spec import ForeignSpec
from explorer.models.latent_model import Array
from explorer.models.layers import Dense, Shape, output_shapes
from explorer.store.checkpoints import save_checkpoint
from explorer.store.codes import Codes
from explorer.store.foreign.layouts import layout_by_names, layout_of_file, parts_of_tensors
from explorer.store.foreign.named_tensors import tensors_of
from explorer.store.foreign.parts import Parts, parts_of
from explorer.store.header import Header
from explorer.store.history import COLUMNS
from explorer.training.codes import Labels
from explorer.training.run_spec import RunSpec

MAX_FILE_BYTES = 100_000_000
LIMITS = Limits(cpu_s=20, memory_bytes=2_000_000_000)
# What stands in the place of a data set and of codes where there is no encoder; no data set has a name with a space.
NO_DATA, DRAWS = "no data", "a draw from N(0, I)"
N_DRAWS, N_TEST_DRAWS = 2_000, 500
ONNX, SAFETENSORS, TORCH, SPEC = (".onnx",), (".safetensors",), (".pt", ".pth", ".bin", ".ckpt"), (".json",)
ENDINGS = (*ONNX, *SAFETENSORS, *TORCH, *SPEC)


@dataclass(frozen=True, eq=False)
class ForeignDraft:
    """What was read of files, before it is kept; dataset: whose samples the encoder takes, NO_DATA without one."""

    files: tuple[str, ...]
    model: ForeignModel
    dataset: str = NO_DATA


def read_files(paths: list[Path]) -> dict[str, bytes]:
    """The content of files by their names; raises CheckpointError."""
    try:
        for path in paths:
            _check_size(path.name, path.stat().st_size)
        return {path.name: path.read_bytes() for path in paths}
    except OSError as error:
        raise CheckpointError(f"A file cannot be read ({error.strerror or error}); give its path.") from error


def read_foreign(files: Mapping[str, bytes], shape: Shape = (), dataset: str = "") -> ForeignDraft:
    """Read a model from files by their names, each in a process of its own; nothing is kept or run.

    One ONNX file, or a decoder's and an encoder's; or weights (safetensors, or of torch.save), with a JSON file that
    says which layers they are unless their names do. shape: of a sample, as the files have it if (); dataset: whose
    samples the encoder takes. Raises CheckpointError with one sentence.
    """
    for name, content in files.items():
        _check_size(name, len(content))
    parts = _parts(files)
    is_alone = not parts.decoder
    decoder = (_unfitted_decoder(parts),) if is_alone else parts.decoder
    spec = ForeignSpec(
        parts.latent_dim,
        text_of_layers(decoder),
        text_of_layers(parts.encoder),
        "yes" if parts.is_variational else "no",
        "yes" if is_alone else "no",
    )
    sample_shape = _asked_shape(spec, shape) or _found_shape(spec, parts.sample_shape)
    model = foreign_model(spec, sample_shape, decoder, parts.encoder)
    return ForeignDraft(tuple(files), model, _dataset(spec, sample_shape, dataset))


def _unfitted_decoder(parts: Parts) -> Dense:
    """What stands in the place of an encoder's decoder until it is kept."""
    n_values = prod(parts.sample_shape)
    return Dense(np.zeros((n_values, parts.latent_dim), np.float32), np.zeros(n_values, np.float32))


def fitting_datasets(shape: Shape) -> list[str]:
    """The data sets at hand whose samples have a shape."""
    return [source.name for source in list_sources() if source.available and source.sample_shape == shape]


def report_lines(draft: ForeignDraft) -> list[str]:
    """What was read, which pages will work and why others will not, in sentences."""
    spec, shape = draft.model.spec, " × ".join(map(str, draft.model.sample_shape))
    what = "a decoder" if not spec.encodes else "an encoder of means and log-variances, and a decoder"
    what = what if spec.is_variational or not spec.encodes else "an encoder and a decoder"
    if spec.has_fitted_decoder:
        return [*_lines_of_encoder(draft, shape), *_pages(draft)]
    lines = [
        f"{' and '.join(draft.files)}: {what} of {spec.latent_dim} latent dimensions; a sample is {shape}.",
        f"Decoder: {spec.decoder}.",
    ]
    if not spec.encodes:
        return [
            *lines,
            "Latent plane and Interpolate (between two draws, one axis) will work, with draws from N(0, I) as codes.",
            "Compare, Generate, Holes, Posterior and Applications need the codes of samples, and there is no encoder.",
        ]
    return [
        *lines,
        f"Encoder: {spec.encoder}.",
        f"Its codes will be those of {draft.dataset}.",
        *_pages(draft),
    ]


def _lines_of_encoder(draft: ForeignDraft, shape: str) -> list[str]:
    """What a report says of an encoder that came alone."""
    spec, names, data = draft.model.spec, " and ".join(draft.files), draft.dataset
    gives = "means and log-variances" if spec.is_variational else "codes"
    return [
        f"{names}: an encoder alone, of {gives} of {spec.latent_dim} dimensions; a sample is {shape}.",
        f"Encoder: {spec.encoder}.",
        f"Its codes will be those of {data}.",
        f"The decoder is replaced by the affine map with the least squared error on {data}'s train split.",
        "So what is decoded shows only what an affine map finds in the codes.",
    ]


def keep_foreign(draft: ForeignDraft, name: str, *, replace: bool = False) -> Path:
    """Keep what was read as a checkpoint of the library; raises CheckpointError, DatasetError, AnalysisError."""
    model = draft.model
    run = RunSpec(model.spec, draft.dataset, trained_here=False)
    if not model.spec.encodes:
        header, codes = _header(model, (DRAWS,), "", {}), _draws(model.latent_dim)
    else:
        train, test = load_dataset(draft.dataset), load_dataset(draft.dataset, "test")
        model = _with_fitted_decoder(model, train) if model.spec.has_fitted_decoder else model
        header = _header(model, train.class_names, train.fingerprint, evaluate(model, train, test))
        codes = _codes(model, train, test)
    return save_checkpoint(name, run, header, model, pd.DataFrame(columns=COLUMNS), codes, replace=replace)


def _with_fitted_decoder(model: ForeignModel, train: Dataset) -> ForeignModel:
    x = train.pixels()
    return with_fields(model, decoder=(affine_decoder(model.encode(x), x),))


def _parts(files: Mapping[str, bytes]) -> Parts:
    by_kind = {
        kind: [name for name in files if name.lower().endswith(kind)] for kind in (ONNX, SAFETENSORS, TORCH, SPEC)
    }
    networks, weights, specs = by_kind[ONNX], [*by_kind[SAFETENSORS], *by_kind[TORCH]], by_kind[SPEC]
    counts = len(networks), len(weights), len(specs)
    if sum(counts) != len(files) or counts not in {(1, 0, 0), (2, 0, 0), (0, 1, 0), (0, 1, 1)}:
        raise CheckpointError(
            f"{len(files)} files were given ({', '.join(files)[:120]}); give one or two ONNX files, or weights "
            "(.safetensors, .pt) with a JSON file of their layout."
        )
    if weights:
        tensors = tensors_of(_read(weights[0], files[weights[0]]))
        layout = layout_of_file(files[specs[0]]) if specs else layout_by_names(tensors)
        return parts_of_tensors(layout, tensors)
    found = [parts_of(_read(name, files[name])) for name in networks]
    try:
        return found[0] if len(found) == 1 else found[0].joined(found[1])
    except CheckpointError as error:
        raise CheckpointError(
            f"The two files are not of one model: {error}; give a decoder and its encoder."
        ) from error


def _read(name: str, content: bytes) -> Arrays:
    reader = next(reader for kind, reader in _READERS.items() if name.lower().endswith(kind))()
    try:
        return read_isolated(reader, content, LIMITS)
    except DatasetError as error:
        raise CheckpointError(f"{name}: {error}") from error


def _onnx_reader() -> Reader:
    try:
        from explorer.store.foreign.onnx_reader import read_onnx
    except ImportError as error:
        raise CheckpointError(
            "An ONNX file needs the package onnx; run `pip install --group onnx` in the explorer's folder."
        ) from error
    return read_onnx


def _safetensors_reader() -> Reader:
    from explorer.store.foreign.safetensors_reader import read_safetensors

    return read_safetensors


def _torch_reader() -> Reader:
    from explorer.store.foreign.torch_reader import read_torch

    return read_torch


_READERS: dict[tuple[str, ...], Callable[[], Reader]] = {
    ONNX: _onnx_reader,
    SAFETENSORS: _safetensors_reader,
    TORCH: _torch_reader,
}


def _check_size(name: str, n_bytes: int) -> None:
    if n_bytes > MAX_FILE_BYTES:
        raise CheckpointError(f"{name} has {n_bytes / 1e6:,.0f} MB, but 100 MB are read; give a smaller model.")


def _pages(draft: ForeignDraft) -> list[str]:
    """Which pages will work with a model that encodes, and why others will not."""
    spec, is_picture = draft.model.spec, len(draft.model.sample_shape) > 1
    working = ["Latent plane", "Compare (Planes)", "Interpolate", "Generate", "Holes"]
    if is_picture:
        working.append("Applications")
    if spec.is_variational:
        working.append("Posterior")
    lines = [
        f"These pages will work: {', '.join(working)}.",
        "ELBO, Trade-off, Objectives and other views of Compare need to know the training, which nobody knows here.",
    ]
    if not spec.is_variational:
        lines.append("Posterior needs an encoder that gives a distribution, and this one gives codes.")
    return lines if is_picture else [*lines, "Applications needs pictures, and a sample is a list of numbers here."]


def _asked_shape(spec: ForeignSpec, asked: Shape) -> Shape:
    """The shape of a sample that is asked for, () for none; raises CheckpointError for another number of values."""
    n_values = _n_values(spec)
    if asked and prod(asked) != n_values:
        raise CheckpointError(
            f"The decoder gives {n_values:,} values, but {asked} has {prod(asked):,}; give its shape."
        )
    return asked


def _found_shape(spec: ForeignSpec, found: Shape) -> Shape:
    """The shape of a sample as the file has it, or a square of values that make one."""
    n_values = _n_values(spec)
    side = isqrt(n_values)
    is_square = side * side == n_values and side > 1
    if len(found) > 1 and prod(found) == n_values:
        return found
    return (side, side) if is_square else (n_values,)


def _n_values(spec: ForeignSpec) -> int:
    return prod(output_shapes(spec.decoder_skeleton, spec.latent_dim)[-1])


def _dataset(spec: ForeignSpec, shape: Shape, asked: str) -> str:
    """The data set whose samples are encoded, what is asked for or the first of their shape; raises CheckpointError."""
    if not spec.encodes:
        return NO_DATA
    fitting = fitting_datasets(shape)
    if asked and asked not in fitting:
        raise CheckpointError(
            f"The encoder takes samples of the shape {shape}, but no data set {asked[:40]!r} at hand has it; "
            f"choose {', '.join(fitting) or 'a data set of that shape'}."
        )
    if not fitting:
        raise CheckpointError(
            f"The encoder takes samples of the shape {shape}, but no data set at hand has it; add one, or give the "
            "decoder alone."
        )
    return asked or fitting[0]


def _header(model: ForeignModel, class_names: tuple[str, ...], fingerprint: str, metrics: Metrics) -> Header:
    return Header(
        sample_shape=model.sample_shape,
        class_names=class_names,
        data_fingerprint=fingerprint,
        metrics=metrics,
        step=0,
        n_steps=1,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        duration_s=0.0,
        device="elsewhere",
    )


def _codes(model: ForeignModel, train: Dataset, test: Dataset) -> Codes:
    codes = model_codes(model, train, test)
    return _without_snapshots(codes["train"], train.labels, codes["test"], test.labels, log_var=codes["test_log_var"])


def _draws(latent_dim: int) -> Codes:
    """Draws from N(0, I) in the place of codes."""
    rng = np.random.default_rng(0)
    train, test = (rng.standard_normal((n, latent_dim), np.float32) for n in (N_DRAWS, N_TEST_DRAWS))
    labels = (np.zeros(n, np.int64) for n in (N_DRAWS, N_TEST_DRAWS))
    return _without_snapshots(train, next(labels), test, next(labels), log_var=np.empty((0, latent_dim), np.float32))


def _without_snapshots(train: Array, train_labels: Labels, test: Array, test_labels: Labels, log_var: Array) -> Codes:
    """Codes of a training that nobody saw; log_var: of the test codes, (0, K) for none."""
    return Codes(
        train=train,
        train_labels=train_labels,
        test=test,
        test_labels=test_labels,
        test_log_var=log_var,
        snapshot_steps=np.empty(0, np.int64),
        snapshots=np.empty((0, 0, train.shape[1]), np.float32),
        snapshot_labels=np.empty(0, np.int64),
        snapshot_images=np.empty((0, 0, 0), np.uint8),
    )
