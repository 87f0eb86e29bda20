"""Tests that read a data set say so; where it is not there they are skipped, and counted in one line at the end."""

import os
import subprocess
import sys
from pathlib import Path

from explorer.data import list_sources
from explorer.data.published import PUBLISHED

ROOT = Path(__file__).parents[2]


def test_a_test_that_names_no_data_set_sees_none() -> None:
    assert {source.name for source in list_sources() if not source.available} == {
        *("mnist", "fashion_mnist", "kmnist", "fremont", "frey", *PUBLISHED)
    }


def test_what_was_skipped_for_lack_of_data_is_counted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/data/test_images.py"]
    environment = {**os.environ, "EXPLORER_DATA": str(tmp_path)}
    shown = subprocess.run(
        [*command, "-k", "tells_the_truth"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert "Skipped for lack of data: mnist 1, fashion_mnist 1, kmnist 1; " in shown
    assert "1 passed, 3 skipped" in shown
