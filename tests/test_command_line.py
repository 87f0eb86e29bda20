"""The command line: what it prints for machines, and one sentence with exit code 2 for any mistake."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.__main__ import main
from explorer.data import DATASET_NAMES
from explorer.models import FAMILIES, make_spec
from explorer.models.presets import PRESETS, Preset
from explorer.store import broken_checkpoints, list_checkpoints, load_checkpoint
from tests.store.conftest import edit_spec

ROOT = Path(__file__).parents[1]
TINY = ("--set", "hidden=8", "--epochs", "2", "--batch-size", "200")


@pytest.fixture
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty library and an empty data folder."""
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "checkpoints"))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("EXPLORER_RUNS", str(tmp_path / "runs"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a VAE and a PCA, made by the command line itself."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_CHECKPOINTS", str(folder))
        patch.setenv("EXPLORER_RUNS", str(tmp_path_factory.mktemp("runs")))
        assert main(["train", "vae", *TINY, "--name", "vae"]) == 0
        assert main(["train", "pca", "--name", "pca"]) == 0
    return folder


@pytest.fixture
def library(own_folders: None, trained: Path, tmp_path: Path) -> Path:
    """A copy of that library."""
    return Path(shutil.copytree(trained, tmp_path / "checkpoints"))


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    """The objects that a command prints with --json."""
    assert main([*arguments, "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return [json.loads(line, parse_constant=refuse) for line in captured.out.splitlines()]


def mistake(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence on stderr of a command that ends with exit code 2."""
    assert main([*arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (sentence,) = captured.err.splitlines()
    assert re.fullmatch(r"explorer: .*\.", sentence)
    return sentence


def test_datasets_says_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    listed = {row["name"]: row for row in rows(capsys, "datasets")}
    assert tuple(listed) == DATASET_NAMES
    digits, mnist = listed["digits"], listed["mnist"]
    assert (digits["available"], digits["n_train"], digits["n_test"]) == (True, 1437, 360)
    assert (digits["sample_shape"], digits["n_classes"]) == ([8, 8], 10)
    assert not mnist["available"]
    assert "train-images-idx3-ubyte" in mnist["how_to_get"]
    assert main(["datasets"]) == 0
    assert "train-images-idx3-ubyte" in capsys.readouterr().out


def test_models_says_what_can_be_set(capsys: pytest.CaptureFixture[str]) -> None:
    listed = {row["family"]: row["fields"] for row in rows(capsys, "models")}
    assert tuple(listed) == tuple(FAMILIES)
    assert listed["vae"]["beta"]["default"] == 1.0
    assert main(["models"]) == 0
    assert "beta=1.0: weight of the KL term" in capsys.readouterr().out


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_trains_with_its_defaults(family: str, capsys: pytest.CaptureFixture[str]) -> None:
    fields = ("--set", "pretraining=1") if family == "gmvae" else ()
    *epochs, last = rows(capsys, "train", family, "--epochs", "2", "--batch-size", "500", "--name", "new", *fields)
    assert Path(last["checkpoint"]).name == "new"
    assert len(epochs) == (1 if family in ("pca", "ppca") else 2)
    assert load_checkpoint("new").run.model.family == family


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_a_preset_is_listed_with_the_options_that_make_it(preset: Preset, capsys: pytest.CaptureFixture[str]) -> None:
    (options,) = [
        row["presets"][preset.title] for row in rows(capsys, "models") if row["family"] == preset.model.family
    ]
    fields = dict(text.split("=", 1) for text in options if text != "--set")
    assert make_spec(preset.model.family, fields) == preset.model


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("ae", "--set", "sparsity=k_sparse", "--set", "sparse_units=3"), "sparse_units is 3, but the code has only"),
        (("ae", "--set", "sparsity_rate=0"), "sparsity_rate is '0', but must be a number from 0.0001 to 0.9999"),
        (("ae", "--set", "sparsity_rate=1"), "sparsity_rate is '1', but must be a number from 0.0001 to 0.9999"),
        (("ae", "--set", "classifier_weight=-1"), "classifier_weight is '-1', but must be a number from 0"),
        (("ae", "--set", "corruption=masking", "--set", "corruption_level=1"), "takes a probability below 1"),
        (("ae", "--set", "corruption=salt_and_pepper", "--set", "corruption_level=1"), "takes a probability below 1"),
        (("cvae", "--set", "classifier_weight=1"), "cvae: the encoder is given the label"),
        (("cvae", "--set", "prior=vamp"), "cvae: prior=vamp needs an encoder that asks for no label"),
        (("conv_vae", "--set", "prior=vamp", "--set", "batch_norm=yes"), "batch_norm=yes would mix pseudo-inputs"),
        (("conv_ae", "--set", "batch_norm=yes", "--set", "contraction=1"), "conv_ae: contraction is about one"),
        (("vae", "--set", "binarisation=dynamic", "--set", "likelihood=gaussian"), "choose that or binarisation=none"),
        (("ae", "--set", "sparsity=kl"), "add code_activation=sigmoid"),
        (("conv_vae", "--dataset", "swiss_roll", "--set", "output=identity", "--set", "likelihood=gaussian"),
         "convolutions need images, but a sample of this data has the shape (3,); choose vae instead."),
        (("gmvae", "--set", "n_components=1"), "n_components is '1', but must be a whole number from 2 to 100"),
    ],
    ids=lambda part: "" if isinstance(part, str) else " ".join(part),
)  # fmt: skip
def test_what_makes_no_sense_is_one_sentence(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *arguments, "--name", "new"]) == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1


def test_train_reports_the_means_of_each_epoch_and_the_checkpoint(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    *epochs, last = rows(capsys, "train", "vae", *TINY, "--name", "new", "--seed", "3", "--set", "beta=2")
    assert last == {"checkpoint": str(tmp_path / "checkpoints" / "new")}
    assert [row["epoch"] for row in epochs] == [1, 2]
    checkpoint = load_checkpoint("new")
    assert (checkpoint.run.seed, checkpoint.run.batch_size, checkpoint.run.n_epochs) == (3, 200, 2)
    history = checkpoint.history
    n_steps = np.diff(history["step"], prepend=0)
    for row in epochs:
        of_epoch = np.ceil(history["epoch"]) == row["epoch"]
        assert n_steps[of_epoch].sum() == 7
        for term in ("loss", "reconstruction", "kl"):
            mean = np.average(history[term][of_epoch], weights=n_steps[of_epoch])
            assert row[term] == pytest.approx(mean, rel=1e-9)
        assert row["loss"] == pytest.approx(row["reconstruction"] + 2 * row["kl"], rel=1e-5)
        assert row["samples_per_s"] > 0


def test_epochs_of_many_steps_are_weighted_by_the_steps_of_a_record(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("train", "vae", *TINY, "--replace", "--name", "new")
    every_step = rows(capsys, *arguments)
    monkeypatch.setattr("explorer.training.loop.RECORDS_PER_EPOCH", 2)
    monkeypatch.setattr("explorer.training.replay.N_SNAPSHOTS", 3)
    some = rows(capsys, *arguments)
    assert len(load_checkpoint("new").history) < 14
    for term in ("loss", "reconstruction", "kl"):
        assert [row[term] for row in some[:2]] == pytest.approx([row[term] for row in every_step[:2]], rel=1e-5)


def test_train_prints_units_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "vae", *TINY, "--name", "vae"]) == 0
    assert main(["train", "pca", "--name", "pca"]) == 0
    of_vae, _, kept, of_pca, _ = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"epoch    1  loss [\d.]+ nats, [\d.]+ of KL, per image  [\d,]+ images/s", of_vae)
    assert re.fullmatch(r"epoch    1  loss [\d.]+ squared error, per image  [1-9][\d,]* images/s", of_pca)
    assert kept == f"Kept as {load_checkpoint('vae').info.path}."


def test_pca_has_one_epoch_without_kl(capsys: pytest.CaptureFixture[str]) -> None:
    epoch, last = rows(capsys, "train", "pca", "--set", "latent_dim=3")
    assert (epoch["epoch"], epoch["kl"]) == (1, None)
    assert epoch["loss"] == epoch["reconstruction"] > 0
    assert Path(last["checkpoint"]).name == "digits-pca-3d-seed0"


def test_evaluate_prints_the_figures_of_merit(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    (row,) = rows(capsys, "evaluate", "vae")
    assert row == pytest.approx(load_checkpoint("vae").info.metrics, nan_ok=False)
    (bound,) = rows(capsys, "evaluate", str(library / "vae"), "--iwae", "5", "--split", "train")
    assert bound["iwae_k"] == 5
    assert bound["iwae_nats"] > 0
    assert bound["mse"] != row["mse"]
    (pca,) = rows(capsys, "evaluate", "pca", "--iwae", "5")
    assert (pca["iwae_nats"], pca["rate_nats"], pca["active_units"]) == (None, None, None)
    assert main(["evaluate", "vae"]) == 0
    assert re.search(r"VAE, K = 2 on digits, test\nmse +[\d.]+\n", capsys.readouterr().out)


@pytest.mark.parametrize(("name", "sampler"), [("vae", "prior"), ("pca", "gmm3")])
def test_holes_stand_beside_their_nulls(
    library: Path, capsys: pytest.CaptureFixture[str], name: str, sampler: str
) -> None:
    (row,) = rows(capsys, "holes", name, "--sampler", sampler)
    for key in ("hole_rate", "coverage", "c2st"):
        assert row[f"{key}_low"] <= row[key] <= row[f"{key}_high"]
        assert 0 <= row[f"{key}_null"] <= 1
    assert row["hole_rate_null"] == pytest.approx(0.01, abs=0.002)
    assert row["sampler"] == sampler


@pytest.mark.parametrize(("name", "sampler"), [("pca", "prior"), ("vae", "dice"), ("vae", "gmm2000"), ("gone", "kde")])
def test_holes_without_meaning_are_a_sentence(
    library: Path, capsys: pytest.CaptureFixture[str], name: str, sampler: str
) -> None:
    assert main(["holes", name, "--sampler", sampler]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("sampler", ["prior", "standard_normal", "gaussian", "gmm3", "kde"])
def test_sample_draws_a_picture(
    capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path, sampler: str
) -> None:
    out = tmp_path / "pictures" / "grid.png"
    arguments = ("sample", "vae", "--sampler", sampler, "--n", "7", "--out", str(out))
    (row,) = rows(capsys, *arguments)
    assert row == {"out": str(out), "sampler": sampler, "n": 7, "seed": 0}
    with Image.open(out) as picture:
        assert (picture.mode, picture.size) == ("L", (3 * 92 - 4, 3 * 92 - 4))
    first = out.read_bytes()
    rows(capsys, *arguments)
    assert out.read_bytes() == first
    rows(capsys, *arguments, "--seed", "1")
    assert out.read_bytes() != first


def test_the_prior_of_a_vae_is_standard_normal(
    capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path
) -> None:
    pictures = []
    for sampler in ("prior", "standard_normal", "gaussian"):
        rows(capsys, "sample", "vae", "--sampler", sampler, "--out", f"{sampler}.png")
        pictures.append((tmp_path / f"{sampler}.png").read_bytes())
    assert pictures[0] == pictures[1] != pictures[2]


def test_a_conditional_model_is_sampled_by_class(
    capsys: pytest.CaptureFixture[str], own_folders: None, tmp_path: Path
) -> None:
    rows(capsys, "train", "cvae", *TINY, "--name", "cvae")
    for name, label in (("all", ()), ("three", ("--label", "3"))):
        (row,) = rows(capsys, "sample", "cvae", "--sampler", "prior", "--out", f"{name}.png", *label)
        assert row.get("label") == (3 if label else None)
    with Image.open(tmp_path / "all.png") as every, Image.open(tmp_path / "three.png") as three:
        height = (every.height + 4) // 10
        same = [
            np.array_equal(np.array(every)[top : top + height - 4], np.array(three)[top : top + height - 4])
            for top in range(0, every.height, height)
        ]
    # A row of ten images is a class, from the same codes.
    assert same == [label == 3 for label in range(10)]
    assert rows(capsys, "holes", "cvae", "--sampler", "prior")[0]["sampler"] == "prior"
    assert main(["sample", "cvae", "--label", "10"]) == 2
    assert "CVAE knows the classes 0 to 9, but was given labels from 10 to 10" in capsys.readouterr().err


def test_no_command_is_a_question_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "Usage: " in capsys.readouterr().out


TRAIN = ("train", "vae", *TINY)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("train", "gan"), "no model family 'gan'; choose one of pca, ppca, linear_ae, ae, conv_ae, vae"),
        (("train", "vae", "--dataset", "cifar"), "no data set 'cifar'; choose one of mnist"),
        (("train", "vae", "--dataset", "mnist"), "MNIST is not on this machine: .* put the files train-images"),
        ((*TRAIN, "--set", "depth=3"), "vae has no field 'depth'; its fields are activation, beta"),
        ((*TRAIN, "--set", "latent_dim=0"), "vae: latent_dim is '0', but must be a whole number from 1 to 1024"),
        ((*TRAIN, "--set", "beta=-1"), "vae: beta is '-1', but must be a number from 0 to 1000"),
        ((*TRAIN, "--set", "beta=nan"), "vae: beta is 'nan', but must be a number from 0"),
        ((*TRAIN, "--set", "beta=1e999"), "vae: beta is '1e999'"),
        ((*TRAIN, "--set", "beta"), "--set 'beta' is no field=value pair; write it as latent_dim=2"),
        ((*TRAIN, "--set", "=1"), "--set '=1' is no field=value pair"),
        (("train", "pca", "--set", "latent_dim=65"), "latent_dim is 65, but must be from 1 to 64"),
        ((*TRAIN, "--learning-rate", "nan"), "training: learning_rate is nan, but must be a number from 1e-08"),
        ((*TRAIN, "--learning-rate", "0"), "training: learning_rate is 0.0, but must be"),
        ((*TRAIN, "--epochs", "0"), "training: n_epochs is 0, but must be a whole number from 1"),
        ((*TRAIN, "--batch-size", "-1"), "training: batch_size is -1"),
        ((*TRAIN, "--seed", "-1"), "training: seed is -1"),
        ((*TRAIN, "--schedule", "linear"), "training: schedule is 'linear', but must be constant or cosine"),
        ((*TRAIN, "--precision", "int8"), "training: precision is 'int8'"),
        ((*TRAIN, "--validation-fraction", "1"), "training: validation_fraction is 1.0"),
        ((*TRAIN, "--device", "cuda:77"), "Device 'cuda:77' cannot be used here; choose one of auto, cpu"),
        ((*TRAIN, "--name", "../up"), "'../up' cannot be a checkpoint's name; use 1 to 80 letters"),
        ((*TRAIN, "--name", "vae"), r"vae exists already; choose another name, or replace it"),
        (("train", "vae", "--epochs", "10", "--learning-rate", "1e6"), r"at step \d+: .* 1e\+06; try a tenth of it"),
        (("evaluate", "absent"), "no checkpoint 'absent'; it may have been deleted or renamed; there are: pca, vae"),
        (("evaluate", "../../absent"), "no checkpoint '../../absent'"),
        (("evaluate", "vae", "--split", "val"), "no split 'val'; choose train or test"),
        (("sample", "absent"), "no checkpoint 'absent'"),
        (("sample", "pca", "--sampler", "prior"), "The sampler is 'prior', but this model has none, only a VAE does"),
        (("sample", "vae", "--label", "3"), "The label is 3, but VAE takes no class; leave the label out"),
        (("sample", "vae", "--label", "-1"), "Invalid value for '--label'"),
        (("sample", "vae", "--sampler", "flux"), "no sampler 'flux'; choose one of prior, standard_normal"),
        (("sample", "vae", "--out", "grid.jpg"), "grid.jpg does not end in .png"),
        (("sample", "vae", "--out", "checkpoints/vae/spec.json/grid.png"), "could not be written"),
        (("datasets", "--download", "cifar"), "no data set 'cifar'"),
        # The command line's own rules.
        (("fly",), "No such command 'fly'; see --help"),
        (("train",), "Missing argument 'family'; see --help"),
        (("train", "vae", "--epochs", "many"), "Invalid value for '--epochs'"),
        (("train", "vae", "--fast"), "No such option: --fast"),
        (("evaluate", "vae", "--iwae", "0"), "Invalid value for '--iwae'"),
        (("sample", "vae", "--n", "0"), "Invalid value for '--n'"),
        (("sample", "vae", "--seed", "-1"), "Invalid value for '--seed'"),
        (("sample", "vae", "--n"), "requires an argument"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_sentence_and_loses_nothing(
    capsys: pytest.CaptureFixture[str], library: Path, arguments: tuple[str, ...], reason: str
) -> None:
    before = {path: path.read_bytes() for path in library.rglob("*") if path.is_file()}
    with np.errstate(all="ignore"):
        main([*arguments])
    captured = capsys.readouterr()
    assert re.search(reason, captured.err)
    assert re.fullmatch(r"explorer: [^\n]*\.\n", captured.err)
    assert {path: path.read_bytes() for path in library.rglob("*") if path.is_file()} == before
    assert main([*arguments]) == 2


def test_a_folder_that_cannot_be_written_is_found_before_the_training(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "file"))
    assert "file is no folder that can be written" in mistake(capsys, *TRAIN)


def test_a_disk_that_fills_up_is_a_sentence(
    capsys: pytest.CaptureFixture[str], library: Path, full_disk: pytest.MonkeyPatch
) -> None:
    assert main([*TRAIN, "--name", "vae", "--replace"]) == 2
    full_disk.undo()
    assert re.fullmatch(
        r"explorer: .*vae could not be written \(No space left on device\); nothing that was there is lost: .*\n",
        capsys.readouterr().err,
    )
    assert (len(list_checkpoints()), broken_checkpoints()) == (2, ())
    load_checkpoint("vae")


def test_a_torn_checkpoint_is_a_sentence(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    (library / "vae" / "weights.safetensors").write_bytes(b"torn")
    for command in ("evaluate", "sample"):
        assert "weights.safetensors (4 bytes) is damaged" in mistake(capsys, command, "vae")


def test_a_checkpoint_whose_data_set_is_missing_says_how_to_get_it(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    edit_spec(library / "vae", lambda document: document["run"].update(dataset="mnist"))
    assert "MNIST is not on this machine" in mistake(capsys, "evaluate", "vae")


@pytest.mark.parametrize("family", ["linear_ae", "ae"])
def test_a_wild_learning_rate_ends_in_a_checkpoint_or_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, family: str
) -> None:
    code = main(["train", family, "--learning-rate", "1e6", "--name", "wild"])
    captured = capsys.readouterr()
    if code == 0:
        load_checkpoint("wild")
    else:
        assert code == 2
        assert re.fullmatch(r"explorer: [^\n]*learning rate[^\n]*\.\n", captured.err)
        assert not (tmp_path / "checkpoints" / "wild").exists()


@pytest.mark.parametrize(
    ("arguments", "code"), [(("models", "--json"), 0), (("train", "gan"), 2), (("train", "--fast"), 2)]
)
def test_the_exit_code_reaches_the_shell(arguments: tuple[str, ...], code: int) -> None:
    program = [sys.executable, "-m", "explorer", *arguments]
    answer = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert answer.returncode == code
    assert len(answer.stderr.splitlines()) == (1 if code else 0)
    assert bool(answer.stdout) == (code == 0)


def test_a_reader_that_leaves_early_is_no_error() -> None:
    program = f"{sys.executable} -m explorer models --json | head -c 1"
    answer = subprocess.run(program, shell=True, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)  # noqa: S602
    assert (answer.stdout, answer.stderr) == ("{", "")


def test_whatever_is_said_is_printed_in_any_encoding() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    program = [sys.executable, "-m", "explorer", "models"]
    answer = subprocess.run(program, cwd=ROOT, capture_output=True, env=environment, check=False, timeout=120)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert b"?" in answer.stdout


def test_quantize_is_told_the_precision(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quantize", "vae"]) == 2
    assert "add --float16, the only one there is" in capsys.readouterr().err


@pytest.mark.usefixtures("own_folders")
@pytest.mark.parametrize("name", ["CON", "nul", "end.", "vae "])
def test_a_name_that_some_system_cannot_have_is_refused_before_the_training(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "vae", "--dataset", "digits", *TINY, "--name", name]) == 2
    assert f"explorer: {name!r} cannot be a checkpoint's name" in capsys.readouterr().err


def test_drop_replay_keeps_the_model(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    before, size = load_checkpoint("vae"), (library / "vae" / "codes.npz").stat().st_size
    (row,) = rows(capsys, "drop-replay", "vae")
    after = load_checkpoint(row["checkpoint"])
    assert (before.codes.snapshot_steps.size > 0, after.codes.snapshot_steps.size) == (True, 0)
    np.testing.assert_array_equal(after.model.decode(after.codes.test), before.model.decode(before.codes.test))
    assert (library / "vae" / "codes.npz").stat().st_size < size
