"""A library of its own for every test, and checkpoints of small models, trained once."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explorer.data import Dataset, load_dataset
from explorer.jobs.save_run import finish
from explorer.models import VAESpec
from explorer.training import Record, RunSpec, TrainingState, start, train

TINY_RUN = RunSpec(VAESpec(2, (8,)), "digits", n_epochs=2, batch_size=200)


@pytest.fixture
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty library, and rooms of the test's own."""
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "checkpoints"))
    monkeypatch.setenv("EXPLORER_RUNS", str(tmp_path / "runs"))


@pytest.fixture
def library(own_folders: None, tmp_path: Path) -> Path:
    """The folder of the checkpoints."""
    return tmp_path / "checkpoints"


@pytest.fixture(scope="session")
def digits() -> Dataset:
    return load_dataset("digits")


@pytest.fixture(scope="session")
def trained(digits: Dataset) -> tuple[TrainingState, list[Record]]:
    """A VAE after its training."""
    state = start(TINY_RUN, digits, "cpu")
    return state, list(train(state))


@pytest.fixture(scope="session")
def pristine(trained: tuple[TrainingState, list[Record]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint that no test changes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path_factory.mktemp("pristine")))
        return finish(*trained, "vae")


@pytest.fixture
def vae(library: Path, pristine: Path) -> Path:
    """A checkpoint of the library, named vae."""
    return Path(shutil.copytree(pristine, library / "vae"))


Edit = Callable[[dict[str, Any]], object]


def edit_spec(folder: Path, edit: Edit) -> None:
    """Change spec.json in place, with the digest that belongs to the change."""
    document = json.loads((folder / "spec.json").read_text("utf-8"))
    edit(document)
    unsigned = json.dumps(document | {"digest": "0" * 64})
    digest = hashlib.sha256(unsigned.encode()).hexdigest()
    (folder / "spec.json").write_text(unsigned.replace("0" * 64, digest), "utf-8")


def restamp(folder: Path) -> None:
    """Make spec.json vouch for the files as they are now, as somebody would who means harm."""

    def stamps(document: dict[str, Any]) -> None:
        for name in document["files"]:
            content = (folder / name).read_bytes()
            document["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    edit_spec(folder, stamps)
