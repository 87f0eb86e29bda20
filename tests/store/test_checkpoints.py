"""Checkpoints come back as they were saved, or not at all: torn, foreign and hostile ones are named and refused."""

import errno
import json
import os
import pickle
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load_file, save_file

from explorer.data import Dataset
from explorer.errors import CheckpointError, SpecError
from explorer.jobs.save_run import finish
from explorer.models import AESpec, LinearAESpec, ModelSpec, PCASpec, VAESpec
from explorer.store import (
    BrokenCheckpoint,
    broken_checkpoints,
    check_name,
    check_target,
    delete_checkpoint,
    list_checkpoints,
    load_checkpoint,
    load_codes,
    read_info,
    rename_checkpoint,
)
from explorer.store import codes as codes_module
from explorer.store.codes import without_replay
from explorer.store.header import parse_header
from explorer.training import Record, RunSpec, TrainingState, start, train
from tests.store.conftest import TINY_RUN, edit_spec, restamp

FILES = ("spec.json", "weights.safetensors", "history.parquet", "codes.npz")


def problem(name: str | Path) -> str:
    """The one sentence that a checkpoint is refused with."""
    with pytest.raises(CheckpointError) as failure:
        load_checkpoint(str(name))
    sentence = str(failure.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


# What is saved comes back.


@pytest.mark.parametrize(
    "spec",
    [
        PCASpec(3),
        LinearAESpec(3),
        LinearAESpec(3, "sigmoid"),
        AESpec(3, ()),
        AESpec(3, (8,), quantisation="codebook", codebook_size=4, code_parts=3),
        VAESpec(3, (8, 5), likelihood="gaussian", output="identity"),
        VAESpec(3, (8,), likelihood="gaussian", variance=0.3),
    ],
    ids=str,
)
def test_a_model_comes_back_with_all_that_is_known_of_it(library: Path, digits: Dataset, spec: ModelSpec) -> None:
    state = start(RunSpec(spec, "digits", n_epochs=1, batch_size=300), digits, "cpu")
    records = list(train(state))
    path = finish(state, records, "one")
    assert path == library / "one"
    assert sorted(file.name for file in path.iterdir()) == sorted(FILES)
    checkpoint = load_checkpoint("one")
    x, z = digits.pixels(), np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    np.testing.assert_allclose(checkpoint.model.encode(x), state.model.encode(x), atol=1e-6)
    np.testing.assert_allclose(checkpoint.model.decode(z), state.model.decode(z), atol=1e-6)
    assert checkpoint.run == checkpoint.info.run == state.run
    assert checkpoint.header.data_fingerprint == digits.fingerprint
    assert (checkpoint.header.step, checkpoint.header.n_steps) == (state.step, state.n_steps)
    assert checkpoint.info.title == f"{spec.title}, K = 3"
    np.testing.assert_allclose(checkpoint.history["loss"], [record.loss for record in records])
    np.testing.assert_allclose(checkpoint.codes.train, state.model.encode(x), rtol=1e-3, atol=1e-3)


def test_codes_and_history_come_back(vae: Path, trained: tuple[TrainingState, list[Record]], digits: Dataset) -> None:
    records = trained[1]
    checkpoint = load_checkpoint("vae")
    codes, history = checkpoint.codes, checkpoint.history
    np.testing.assert_array_equal(codes.train_labels, digits.labels)
    assert codes.test.shape == codes.test_log_var.shape == (len(codes.test_labels), 2)
    kept = [(record.step, record.snapshot) for record in records if record.snapshot is not None]
    assert codes.snapshot_steps.tolist() == [step for step, _ in kept]
    np.testing.assert_allclose(codes.snapshots[-1], kept[-1][1], rtol=1e-3, atol=1e-3)
    assert history["is_epoch_end"].dtype == bool
    assert history["validation_loss"].notna().sum() == 2
    assert history["kl_per_dim"].iloc[-1].tolist() == list(records[-1].kl_per_dim or ())
    np.testing.assert_array_equal(load_codes("vae").test, codes.test)


def test_columns_that_a_model_has_no_numbers_for_are_nan(library: Path, digits: Dataset) -> None:
    state = start(RunSpec(PCASpec(), "digits", validation_fraction=0), digits, "cpu")
    finish(state, list(train(state)), "pca")
    history = load_checkpoint("pca").history
    assert history[["kl", "validation_loss", "active_units"]].isna().all(axis=None)
    assert history["kl"].dtype == float


def test_codes_too_large_for_half_precision_are_kept_in_full(
    library: Path, trained: tuple[TrainingState, list[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def far(path: Path, codes: Any) -> None:
        object.__setattr__(codes, "train", codes.train + np.float32(1e6))
        write(path, codes)

    write = codes_module.write_codes
    monkeypatch.setattr("explorer.store.checkpoints.write_codes", far)
    finish(*trained, "far")
    assert load_checkpoint("far").codes.train == pytest.approx(1e6, rel=1e-3)


def test_a_run_without_records_can_be_kept(library: Path, digits: Dataset) -> None:
    finish(start(TINY_RUN, digits, "cpu"), [], "fresh")
    checkpoint = load_checkpoint("fresh")
    assert len(checkpoint.history) == 0
    assert checkpoint.codes.snapshots.shape == (0, 0, 2)


def test_the_fingerprint_is_that_of_the_content(vae: Path) -> None:
    first = read_info("vae").fingerprint
    assert read_info(str(vae)).fingerprint == load_checkpoint("vae").info.fingerprint == first
    edit_spec(vae, lambda document: document.update(device="another"))
    assert read_info("vae").fingerprint != first


def test_loading_leaves_gradients_off_and_the_global_generator_alone(vae: Path) -> None:
    import torch

    state = torch.get_rng_state()
    network = load_checkpoint("vae").model.network  # type: ignore[attr-defined]
    assert not any(parameter.requires_grad or parameter.is_meta for parameter in network.parameters())
    torch.testing.assert_close(torch.get_rng_state(), state)


# Files that are not what was saved.


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(vae: Path, name: str) -> None:
    (vae / name).unlink()
    assert f"lacks {name}" in problem("vae")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("change", ["truncated", "oversized", "emptied", "altered"])
def test_a_torn_file_is_named(vae: Path, name: str, change: str) -> None:
    content = (vae / name).read_bytes()
    middle = len(content) // 2
    changed = {
        "truncated": content[:middle],
        "oversized": content + bytes(100),
        "emptied": b"",
        "altered": content[:middle] + bytes((content[middle] ^ 128,)) + content[middle + 1 :],
    }
    (vae / name).write_bytes(changed[change])
    assert str(vae / name) in problem("vae")


FOREIGN_FILES = (
    "desktop.ini", "Thumbs.db", "Icon\r", ".DS_Store", "README.md", "spec.json~", "model.pkl",
    "weights (conflicted copy 2026-11-26).safetensors",
)  # fmt: skip


@pytest.mark.usefixtures("opens_files_alone")
def test_foreign_files_are_ignored_and_never_opened(vae: Path) -> None:
    size = read_info("vae").n_bytes
    for name in FOREIGN_FILES:
        os.mkfifo(vae / name)
    (vae / "__pycache__").mkdir()
    assert [info.name for info in list_checkpoints()] == ["vae"]
    assert load_checkpoint("vae").info.n_bytes == size == sum((vae / name).stat().st_size for name in FILES)


@pytest.mark.usefixtures("opens_files_alone")
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_only_regular_files_are_opened(vae: Path, name: str, make: Callable[[Path], object]) -> None:
    (vae / name).unlink()
    make(vae / name)
    assert f"{name} cannot be used: it is no regular file" in problem("vae")
    assert [broken.problem for broken in broken_checkpoints()] == [problem("vae")]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_may_not_be_read_is_one_sentence(vae: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == name:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert f"{name} cannot be read (Permission denied); change its permissions" in problem("vae")


# Files that spec.json vouches for, but that do not belong to it.


def wrong_weights(name: str, change: Callable[[Any], Any]) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        arrays = load_file(folder / "weights.safetensors")
        changed = change(arrays.pop(name, np.zeros(1, np.float32)))
        save_file(arrays | ({} if changed is None else {name: changed}), folder / "weights.safetensors")

    return tamper


def with_nan(array: Any) -> Any:
    array.flat[3] = np.nan
    return array


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (wrong_weights("encoder.0.bias", lambda _: None), "disagree about encoder.0.bias"),
        (wrong_weights("extra", lambda array: array), "disagree about extra"),
        (wrong_weights("encoder.0.weight", lambda array: array.T.copy()), r"encoder.0.weight as float32 \(64, 8\)"),
        (wrong_weights("encoder.0.weight", lambda array: array[:-1]), r"float32 \(7, 64\), .* wants float32 \(8, 64\)"),
        (wrong_weights("encoder.0.weight", lambda array: array.astype(np.float64)), "as float64"),
        (wrong_weights("decoder.0.weight", with_nan), "values in decoder.0.weight that are not finite"),
        (lambda folder: (folder / "weights.safetensors").write_bytes(pickle.dumps({"a": 1})), "cannot be used"),
        (lambda folder: (folder / "weights.safetensors").write_bytes(b"\xff" * 100), "cannot be used"),
    ],
)
def test_foreign_weights_are_refused(vae: Path, tamper: Callable[[Path], object], reason: str) -> None:
    tamper(vae)
    restamp(vae)
    sentence = problem("vae")
    assert re.search(reason, sentence)
    assert "weights.safetensors" in sentence


def test_a_spec_of_enormous_layers_costs_nothing(vae: Path) -> None:
    edit_spec(vae, lambda document: document["run"]["model"].update(hidden=[8192] * 8, latent_dim=512))
    assert "weights.safetensors" in problem("vae")


def wrong_table(change: Callable[[pd.DataFrame], object]) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        table = pq.read_table(folder / "history.parquet").to_pandas()
        changed = change(table)
        table = changed if isinstance(changed, pd.DataFrame) else table
        pq.write_table(pa.Table.from_pandas(table), folder / "history.parquet")

    return tamper


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (wrong_table(lambda table: table.drop(columns="kl")), "missing or unknown columns: kl"),
        (wrong_table(lambda table: table.assign(lr=1.0)), "missing or unknown columns: lr"),
        (wrong_table(lambda table: table.assign(loss="low")), "its column loss holds large_string instead of numbers"),
        (wrong_table(lambda table: table.assign(loss=[["low"]] * len(table))), "its column loss holds list<"),
        (lambda folder: (folder / "history.parquet").write_bytes(b"PAR1" + bytes(50) + b"PAR1"), "cannot be used"),
    ],
)
def test_a_foreign_history_is_refused(vae: Path, tamper: Callable[[Path], object], reason: str) -> None:
    tamper(vae)
    restamp(vae)
    sentence = problem("vae")
    assert reason in sentence
    assert "history.parquet" in sentence


@pytest.mark.parametrize(
    ("limit", "what"), [("MAX_VALUES", "values"), ("MAX_RECORDS", "records"), ("MAX_UNPACKED_BYTES", "bytes")]
)
def test_a_history_that_unpacks_to_too_much_is_refused(
    limit: str, what: str, vae: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"explorer.store.history.{limit}", 10)
    monkeypatch.setattr(pq.ParquetFile, "read", refusing("the file was unpacked"))
    assert re.search(rf"history.parquet cannot be used: it unpacks to [\d,]+ {what}, more than 10;", problem("vae"))


def test_a_history_of_one_value_a_million_times_is_not_unpacked(vae: Path) -> None:
    pq.write_table(pa.table({"loss": np.zeros((1 << 20) + 1)}), vae / "history.parquet")
    assert (vae / "history.parquet").stat().st_size < 1 << 14
    restamp(vae)
    assert "it unpacks to 1,048,577 records, more than 1,048,576" in problem("vae")


class Intruder:
    """Something that leaves a trace when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.trace,)


def wrong_codes(**changes: Any) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        with np.load(folder / "codes.npz") as archive:
            arrays: dict[str, Any] = dict(archive)
        for name, change in changes.items():
            arrays[name] = change(arrays[name]) if callable(change) else change
        np.savez(folder / "codes.npz", **{name: array for name, array in arrays.items() if array is not None})

    return tamper


def with_member(name: str, content: bytes) -> Callable[[Path], None]:
    """The archive with one member replaced by these bytes."""

    def tamper(folder: Path) -> None:
        with zipfile.ZipFile(folder / "codes.npz") as archive:
            members = {member: archive.read(member) for member in archive.namelist()}
        members.pop("train.npy")
        with zipfile.ZipFile(folder / "codes.npz", "w") as archive:
            for member, value in (members | {name: content}).items():
                archive.writestr(member, value)

    return tamper


def npy(shape: str) -> bytes:
    """A header that promises an array, and nothing behind it."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (wrong_codes(train=None), "instead of"),
        (wrong_codes(extra=np.zeros(3)), "instead of"),
        (wrong_codes(train=lambda z: z[:, :1]), r"train has the shape \(1437, 1\) instead of \(1437, 2\)"),
        (wrong_codes(train=lambda z: z[:-1]), r"train has the shape \(1436, 2\) instead of \(1437, 2\)"),
        (wrong_codes(test_log_var=lambda v: v[:7]), r"test_log_var has the shape \(7, 2\)"),
        (wrong_codes(snapshots=lambda s: s[:-1]), "snapshots has the shape"),
        (wrong_codes(train_labels=lambda labels: labels[:, None]), "train_labels has the shape"),
        (wrong_codes(train_labels=np.uint8(3)), "the shape"),
        (wrong_codes(train_labels=lambda labels: labels + np.uint8(5)), "a label is none of the 10 classes"),
        (wrong_codes(test_labels=lambda labels: labels.astype(np.int8) - np.int8(1)), "a label is none of the 10"),
        (wrong_codes(train=with_nan), "train holds values that are not finite"),
        (wrong_codes(train=lambda z: z.astype(int)), "train does not hold floating-point numbers"),
        (wrong_codes(train=lambda z: z.astype(complex)), "train does not hold floating-point numbers"),
        (wrong_codes(train=lambda z: z.astype(str)), "train does not hold floating-point numbers"),
        (wrong_codes(test_labels=lambda labels: labels.astype(float)), "test_labels does not hold whole numbers"),
        (
            wrong_codes(
                test=np.empty((0, 2), np.float32),
                test_labels=np.empty(0, np.uint8),
                test_log_var=np.empty((0, 2), np.float32),
            ),
            "it holds no codes of the test split",
        ),
        (with_member("train", b"raw bytes"), "train does not hold floating-point numbers"),
        (with_member("train.npy", b"no array"), "cannot be used"),
        (with_member("train.npy", npy("(1437, 2)")), "cannot be used"),
        (with_member("train.npy", npy("(1000000000000000, 2)")), "cannot be used"),
        (with_member("train.npy", npy("(-1, 2)")), "cannot be used"),
        (lambda folder: (folder / "codes.npz").write_bytes(b"PK\x05\x06" + bytes(18)), "it holds .* instead of"),
        (lambda folder: (folder / "codes.npz").write_bytes(b"no archive"), "cannot be used"),
    ],
)
def test_foreign_codes_are_refused(vae: Path, tamper: Callable[[Path], object], reason: str) -> None:
    tamper(vae)
    restamp(vae)
    sentence = problem("vae")
    assert re.search(reason, sentence)
    assert "codes.npz" in sentence
    with pytest.raises(CheckpointError):
        load_codes("vae")


def test_nothing_in_a_checkpoint_executes(vae: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    payload = np.empty(1, object)
    payload[0] = Intruder(trace)
    wrong_codes(train=payload)(vae)
    restamp(vae)
    assert "Object arrays cannot be loaded" in problem("vae")
    (vae / "codes.npz").write_bytes(pickle.dumps(Intruder(trace)))
    restamp(vae)
    assert "codes.npz" in problem("vae")
    assert not trace.exists()
    pickle.loads((vae / "codes.npz").read_bytes())  # noqa: S301 - the intruder would have left its trace
    assert trace.exists()


def test_a_zip_bomb_is_not_unpacked(vae: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Labels are bytes on the disk and eight bytes each in memory.
    wrong_codes(train_labels=np.zeros(1 << 23, np.uint8))(vae)
    with zipfile.ZipFile(vae / "codes.npz") as stored:
        members = {name: stored.read(name) for name in stored.namelist()}
    with zipfile.ZipFile(vae / "codes.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in members.items():
            archive.writestr(name, value)
    assert (vae / "codes.npz").stat().st_size < 1 << 18
    restamp(vae)
    monkeypatch.setattr(codes_module, "MAX_CODES_BYTES", 1 << 25)
    monkeypatch.setattr(np, "load", refusing("the archive was opened"))
    assert re.search(r"it unpacks to 67,\d+,\d+ bytes, more than 33,554,432", problem("vae"))


# spec.json.


def set_to(value: Any, *keys: str) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        for key in keys[:-1]:
            document = document[key]
        document[keys[-1]] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (set_to(1, "author"), "missing or unknown fields: author"),
        (lambda document: document.pop("metrics"), "missing or unknown fields: metrics"),
        (set_to(3, "format"), "its format is 3, but this version reads 1 and 2"),
        (set_to(1, "format"), "missing or unknown fields: digest"),
        (set_to(0, "n_steps"), "its n_steps must be a whole number from 1"),
        (set_to(10**6, "step"), "its step is 1000000 of "),
        (set_to("gan", "run", "model", "family"), "no model family 'gan'"),
        (set_to(3, "run", "model", "depth"), "vae has no field 'depth'"),
        (set_to(0, "run", "model", "latent_dim"), "latent_dim is 0"),
        (set_to("sgd", "run", "optimizer"), "training has no field 'optimizer'"),
        (set_to([], "run"), "cannot be used"),
        (set_to([8, 0], "sample_shape"), "its sample_shape must be 1 to 3 lengths above 0"),
        (set_to([8, -8], "sample_shape"), "its sample_shape must be"),
        (set_to([True], "sample_shape"), "its sample_shape must be"),
        (set_to([8.5], "sample_shape"), "its sample_shape must be"),
        (set_to(64, "sample_shape"), "its sample_shape must be"),
        (set_to("0123456789", "class_names"), "its class_names must be a list of names"),
        (set_to([1, 2], "class_names"), "its class_names must be a list of names"),
        (set_to({"mse": "low"}, "metrics"), "its metrics must be finite numbers or null by name"),
        (set_to({"mse": float("nan")}, "metrics"), "its metrics must be finite numbers"),
        (set_to({"mse": float("inf")}, "metrics"), "its metrics must be finite numbers"),
        (set_to({"mse": 10**400}, "metrics"), "cannot be used"),
        (set_to(-1, "step"), "its step must be a whole number from 0"),
        (set_to(None, "created"), "its created must be text"),
        (set_to("long", "duration_s"), "its duration_s must be a number of seconds"),
        (set_to([], "files"), "its files must be digests by file name"),
    ],
)
def test_a_wrong_field_is_named_and_listed(vae: Path, edit: Callable[[dict[str, Any]], None], reason: str) -> None:
    edit_spec(vae, edit)
    sentence = problem("vae")
    assert reason in sentence
    assert str(vae / "spec.json") in sentence
    assert list_checkpoints() == ()
    assert broken_checkpoints() == (BrokenCheckpoint("vae", vae, sentence),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Expecting value"),
        (b"{", "Expecting property name"),
        (b"\xff\xfe{}", "codec can't decode"),
        (b"[]", "it is no JSON object"),
        (b"null", "it is no JSON object"),
        (b'{"format": 1}', "missing or unknown fields: class_names"),
        (b"[" * 200_000, "recursion"),
        (b" " * (1 << 20) + b"{}", "it has 1,048,578 bytes, more than 1,048,576"),
    ],
    ids=["empty", "torn", "not UTF-8", "list", "null", "bare", "nested", "enormous"],
)
def test_a_spec_that_is_no_spec_is_named_and_listed(vae: Path, content: bytes, reason: str) -> None:
    (vae / "spec.json").write_bytes(content)
    sentence = problem("vae")
    assert re.search(f"spec.json cannot be used: .*{reason}", sentence)
    assert [broken.problem for broken in broken_checkpoints()] == [sentence]


@pytest.mark.parametrize("stamp", [None, 7, {}, {"bytes": "many", "sha256": ""}])
def test_a_stamp_that_is_none_vouches_for_nothing(vae: Path, stamp: Any) -> None:
    edit_spec(vae, set_to(stamp, "files", "codes.npz"))
    assert "codes.npz" in problem("vae")


def test_a_broken_one_does_not_hide_the_others(vae: Path, library: Path) -> None:
    (library / "broken").mkdir()
    (library / ".half.123.tmp").mkdir()
    (library / "notes.txt").write_text("no checkpoint")
    assert [info.name for info in list_checkpoints()] == ["vae"]
    assert [broken.name for broken in broken_checkpoints()] == ["broken"]


def test_no_folder_has_no_checkpoints(library: Path) -> None:
    assert list_checkpoints() == ()
    assert problem("vae").endswith("no checkpoint 'vae'; it may have been deleted or renamed; there are: none yet.")


def test_the_nearest_names_are_given_and_no_others(vae: Path, library: Path) -> None:
    for number in range(40):
        (library / f"pca-{number}").mkdir()
    assert re.search(r"; the nearest of 41 names are vae(, pca-\d+){3}\.$", problem("vea"))


def test_a_folder_that_cannot_be_read_is_a_sentence(vae: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(CheckpointError, match=r"cannot be read \(Permission denied\); mend it, or set EXPLORER_CHECK"):
        list_checkpoints()


# Names.


@pytest.mark.parametrize("name", ["a", "vae-2d", "VAE_2.1", "0" * 80])
def test_names_that_are_allowed(name: str) -> None:
    assert check_name(name) == name


BAD_NAMES = ["", ".", "..", ".hidden", "../up", "a/b", "/etc", "a\\b", "a b", "a\n", "a\0b", "ä", "-a", "0" * 81, "a "]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_are_not_allowed(
    name: str, library: Path, trained: tuple[TrainingState, list[Record]], tmp_path: Path
) -> None:
    with pytest.raises(CheckpointError, match="cannot be a checkpoint's name; use 1 to 80 letters"):
        finish(*trained, name)
    assert list(tmp_path.rglob("spec.json")) == []


@pytest.mark.parametrize("name", ["", ".", "..", "../outside", "a/../../outside", "/", "a\0b", "x" * 5000, "absent"])
def test_no_name_reaches_out_of_the_library(name: str, vae: Path, library: Path) -> None:
    outside = library.parent / "outside"
    outside.mkdir()
    (library / "a").mkdir()
    problem(name)
    for change in (delete_checkpoint, lambda given: rename_checkpoint(given, "new")):
        with pytest.raises(CheckpointError, match="no checkpoint"):
            change(name)
    assert outside.is_dir()
    assert sorted(path.name for path in library.iterdir()) == ["a", "vae"]


def test_a_path_is_a_name_as_well(vae: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = vae.rename(tmp_path / "elsewhere")
    assert load_checkpoint(str(elsewhere)).info.path == elsewhere
    monkeypatch.chdir(tmp_path)
    assert load_checkpoint("elsewhere").info.name == "elsewhere"


def test_renaming_moves_and_never_overwrites(vae: Path, library: Path) -> None:
    (library / "taken").mkdir()
    with pytest.raises(CheckpointError, match="There is a checkpoint 'taken' already"):
        rename_checkpoint("vae", "taken")
    with pytest.raises(CheckpointError, match="cannot be a checkpoint's name"):
        rename_checkpoint("vae", "../out")
    assert rename_checkpoint("vae", "better") == library / "better"
    assert load_checkpoint("better").info.name == "better"
    assert not vae.exists()


@pytest.mark.parametrize("name", ["CON", "nul", "Aux.v2", "com1", "LPT9", "end."])
def test_names_that_windows_cannot_have_are_refused(name: str, vae: Path) -> None:
    for use in (
        check_name,
        lambda given: check_target(given, replace=True),
        lambda given: rename_checkpoint("vae", given),
    ):
        with pytest.raises(CheckpointError, match="because Windows has no folder of that name; choose another one"):
            use(name)
    assert [check_name(near) for near in ("CONsole", "null", "com", "end.2")] == ["CONsole", "null", "com", "end.2"]


@pytest.mark.parametrize("change", [delete_checkpoint, lambda name: rename_checkpoint(name, "new")])
def test_what_cannot_be_moved_stays(
    change: Callable[[str], object], vae: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refusing("Read-only file system", errno.EROFS))
        with pytest.raises(CheckpointError, match=r"could not be .* \(Read-only file system\); it is as it was"):
            change("vae")
    load_checkpoint("vae")


# Disks that are full or closed.


def refusing(reason: str = "No space left on device", number: int = errno.ENOSPC) -> Callable[..., Any]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, reason)

    return refuse


WRITES = [
    "pathlib.Path.write_bytes",
    "pyarrow.parquet.write_table",
    "numpy.savez_compressed",
    "pathlib.Path.write_text",
]


@pytest.mark.parametrize("write", [*WRITES, "pathlib.Path.mkdir", "pathlib.Path.rename"])
def test_a_full_disk_leaves_nothing_behind(
    write: str, library: Path, trained: tuple[TrainingState, list[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(write, refusing())
        with pytest.raises(
            CheckpointError, match=r"could not be written \(No space left on device\); nothing that was"
        ):
            finish(*trained, "new")
    assert not library.exists() or list(library.iterdir()) == []


@pytest.mark.parametrize("write", WRITES)
def test_a_full_disk_keeps_the_old_one(
    write: str, vae: Path, trained: tuple[TrainingState, list[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {file.name: file.read_bytes() for file in vae.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr(write, refusing())
        with pytest.raises(CheckpointError, match="No space left on device"):
            finish(*trained, "vae", replace=True)
    assert {file.name: file.read_bytes() for file in vae.iterdir()} == before
    assert [path.name for path in vae.parent.iterdir()] == ["vae"]


def test_a_swap_that_fails_half_way_is_undone(
    vae: Path, trained: tuple[TrainingState, list[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, before = Path.rename, (vae / "spec.json").read_bytes()

    def fail_for_the_new_one(source: Path, target: Path) -> Path:
        if Path(target) == vae and ".old" not in source.name:
            raise OSError(errno.EIO, "Input/output error")
        return rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("explorer.store.atomic_write.exchange", lambda *_: False)
        patch.setattr(Path, "rename", fail_for_the_new_one)
        with pytest.raises(CheckpointError, match="Input/output error"):
            finish(*trained, "vae", replace=True)
    assert (vae / "spec.json").read_bytes() == before
    assert [path.name for path in vae.parent.iterdir()] == ["vae"]


def test_replacing_is_asked_for(vae: Path, trained: tuple[TrainingState, list[Record]]) -> None:
    (vae / "spec.json").write_text("{}")
    with pytest.raises(CheckpointError, match="exists already; choose another name or delete it"):
        finish(*trained, "vae")
    finish(*trained, "vae", replace=True)
    load_checkpoint("vae")
    assert [path.name for path in vae.parent.iterdir()] == ["vae"]


def test_a_target_is_checked_before_the_training(vae: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_target("new", replace=False) == library / "new"
    assert check_target("vae", replace=True) == vae
    with pytest.raises(CheckpointError, match="exists already"):
        check_target("vae", replace=False)
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda *_: False)
        with pytest.raises(CheckpointError, match="cannot be written; change its permissions"):
            check_target("new", replace=False)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(vae / "spec.json"))
    with pytest.raises(CheckpointError, match="is no folder that can be written"):
        check_target("new", replace=False)


def test_every_flipped_bit_of_spec_json_is_noticed(pristine: Path, vae: Path) -> None:
    content = (pristine / "spec.json").read_bytes()
    for place in range(len(content)):
        for bit in range(8):
            flipped = bytearray(content)
            flipped[place] ^= 1 << bit
            with pytest.raises((CheckpointError, SpecError, ValueError)):
                parse_header(bytes(flipped))
    edited = content.replace(b'"relu"', b'"tanh"')
    assert edited != content
    (vae / "spec.json").write_bytes(edited)
    assert "spec.json cannot be used: its digest does not match, so it was changed after it was saved" in problem("vae")


def test_a_checkpoint_from_before_spec_json_had_a_digest_opens(vae: Path) -> None:
    document = json.loads((vae / "spec.json").read_text("utf-8"))
    del document["digest"]
    (vae / "spec.json").write_text(json.dumps(document | {"format": 1}), "utf-8")
    assert load_checkpoint("vae").info.name == "vae"


def test_spec_json_is_readable_json_without_surprises(pristine: Path) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    document = json.loads((pristine / "spec.json").read_text("utf-8"), parse_constant=refuse)
    assert document["format"] == 2
    assert document["files"].keys() == set(FILES) - {"spec.json"}


def test_moments_of_a_training_can_be_left_out(tmp_path: Path) -> None:
    codes = load_codes(str(Path(__file__).parents[2] / "checkpoints" / "digits-vae-2d"))
    without = without_replay(codes)
    assert codes.snapshots.size
    assert (without.snapshot_steps.size, without.snapshots.shape, without.snapshot_images.size) == (0, (0, 0, 2), 0)
    codes_module.write_codes(tmp_path / "codes.npz", without)
    read = codes_module.parse_codes((tmp_path / "codes.npz").read_bytes(), 2, 10)
    np.testing.assert_array_equal(read.test, codes.test)
    np.testing.assert_array_equal(read.train, codes.train)
    assert read.snapshots.shape == (0, 0, 2)
