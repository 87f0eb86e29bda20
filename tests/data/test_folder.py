"""The app's folders are found from wherever it is started."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.data.folder import data_folder, importing_environment
from explorer.jobs import runs_folder
from explorer.store import checkpoints_folder

ROOT = Path(__file__).parents[2]
FOLDERS = {"DATA": data_folder, "CHECKPOINTS": checkpoints_folder, "RUNS": runs_folder}


@pytest.mark.parametrize("name", FOLDERS)
def test_folder_lies_beside_the_app_or_where_it_was_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder: Callable[[], Path] = FOLDERS[name]
    monkeypatch.setenv("HOME", "/house/of/ada")
    for given, expected in {
        "": ROOT / name.lower(),
        "elsewhere": Path("elsewhere"),
        "~/lecture": Path("/house/of/ada/lecture"),
        "~nobody-of-that-name/lecture": Path("~nobody-of-that-name/lecture"),
    }.items():
        monkeypatch.setenv(f"EXPLORER_{name}", given)
        assert folder() == expected


def test_explorer_started_elsewhere_has_its_models_and_leaves_nothing_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in FOLDERS:
        monkeypatch.delenv(f"EXPLORER_{name}", raising=False)
    code = "import explorer.store; print([info.name for info in explorer.store.list_checkpoints()])"
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, cwd=tmp_path, env=importing_environment(), capture_output=True, check=True)
    assert b"digits-pca" in shown.stdout
    assert list(tmp_path.iterdir()) == []
