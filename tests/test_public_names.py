"""The package as a notebook sees it."""

import doctest
import subprocess
import sys

import pytest

import explorer


def test_example_of_the_package_runs() -> None:
    failed, attempted = doctest.testmod(explorer)
    assert (failed, attempted > 0) == (0, True)


def test_every_public_name_is_there_and_listed() -> None:
    assert sorted(explorer._HOMES) == sorted(explorer.__all__)
    assert all(getattr(explorer, name).__name__ == name for name in explorer.__all__)


def test_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'undeclared'"):
        _ = explorer.undeclared


def test_what_the_first_page_needs_does_not_load_torch() -> None:
    modules = "explorer.ui.caches, explorer.ui.models.cards, explorer.ui.dataset_card"
    code = f"import sys, {modules}; print('torch' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
