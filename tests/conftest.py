"""What tests share: the app without a browser, and whether real data are at hand."""

import errno
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from explorer.data import list_sources
from explorer.store import postgres
from tests import postgres_server

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest
    from streamlit.testing.v1.local_script_runner import LocalScriptRunner

ROOT = Path(__file__).parents[1]


# Each is a marker of its own: a test that reads the data set says so.
NOT_ALWAYS_THERE = ("mnist", "fashion_mnist", "kmnist", "fremont", "frey")
LACKS = "lacks the data set "


def needed_data(node: pytest.Item) -> list[str]:
    """The data sets that a test says it reads."""
    return [name for name in NOT_ALWAYS_THERE if node.get_closest_marker(name)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests that read a data set are skipped, with the reason, where it is not in the data folder."""
    for name in needed_data(item):
        source = {source.name: source for source in list_sources()}[name]
        if not source.available:
            pytest.skip(f"{LACKS}{name}: {source.how_to_get}")
    if item.get_closest_marker("cuda"):
        import torch

        if not torch.cuda.is_available():
            pytest.skip("there is no CUDA device")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that says how many tests were skipped for want of which data."""
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())]
    lacking = {name: sum(f"{LACKS}{name}:" in reason for reason in reasons) for name in NOT_ALWAYS_THERE}
    if named := ", ".join(f"{name} {n}" for name, n in lacking.items() if n):
        terminalreporter.write_line(
            f"Skipped for lack of data: {named}; `python -m explorer datasets` says where it goes."
        )


@pytest.fixture(autouse=True)
def own_folders(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The checkpoints that come with the explorer, runs of the test's own, and no data but what its markers name."""
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(ROOT / "checkpoints"))
    monkeypatch.setenv("EXPLORER_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("EXPLORER_LECTURES", str(tmp_path / "lectures"))
    monkeypatch.delenv(postgres.VARIABLE, raising=False)
    # Servers of browser tests outlive a test; what they see is said where they are started.
    if not needed_data(request.node) and not request.node.get_closest_marker("browser"):
        monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "no-data"))


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """The folder of a PostgreSQL server that runs as long as the tests do."""
    with postgres_server.started_server() as folder:
        yield folder
        postgres.forget()


@pytest.fixture
def server_database(server_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database without tables, which register and rooms are kept in."""
    monkeypatch.setenv(postgres.VARIABLE, address := postgres_server.address_of(server_folder))
    postgres_server.clear(address)
    return address


NEEDS_SQLALCHEMY = pytest.mark.skipif(
    not all(map(find_spec, postgres.PACKAGES)), reason="there is no SQLAlchemy: pip install --group postgres"
)
ON_SERVER = [
    pytest.mark.slow,
    pytest.mark.skipif(postgres_server.PROGRAMS is None, reason="there is no server: apt-get install postgresql"),
    NEEDS_SQLALCHEMY,
]


@pytest.fixture(params=[pytest.param(None, id="sqlite"), pytest.param("server_database", marks=ON_SERVER, id="server")])
def either_database(request: pytest.FixtureRequest) -> None:
    """Register and rooms in a file of SQLite, and once more on a server."""
    if request.param is not None:
        request.getfixturevalue(request.param)


@pytest.fixture(scope="session", autouse=True)
def spare_streamlit() -> Iterator[None]:
    """Streamlit asks every installed package for components at each AppTest, which takes longer than most pages, and
    looks every millisecond whether a script has ended, which takes a part of the script's own time.

    A machine that only trains has no Streamlit.
    """
    with pytest.MonkeyPatch.context() as patch:
        if find_spec("streamlit"):
            from streamlit.components.v2 import manifest_scanner
            from streamlit.testing.v1 import local_script_runner

            once = cache(manifest_scanner.scan_component_manifests)
            patch.setattr(manifest_scanner, "scan_component_manifests", once)
            patch.setattr(local_script_runner, "require_widgets_deltas", wait_for_end)
        yield


@pytest.fixture(scope="session")
def one_registry() -> Iterator[None]:
    """PyTorch reads the source of its operators anew for every ONNX file, which takes half of an export."""
    from torch.onnx._internal.exporter._registration import ONNXRegistry

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ONNXRegistry, "from_torchlib", staticmethod(cache(ONNXRegistry.from_torchlib)))
        yield


def wait_for_end(runner: "LocalScriptRunner", timeout: float) -> None:
    """Return when the script has ended; raise RuntimeError, as AppTest does, once its time is over."""
    thread = runner._script_thread
    assert thread is not None
    thread.join(timeout)
    if not runner.script_stopped():
        runner.request_stop()
        raise RuntimeError(f"AppTest script run timed out after {timeout}(s)")


@pytest.fixture
def full_disk() -> Iterator[pytest.MonkeyPatch]:
    """The disk is full when a checkpoint's codes are written, until this is undone."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "savez_compressed", refuse)
        yield patch


@pytest.fixture
def clear_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what other tests left in Streamlit's caches and in the store of results."""
    import streamlit as st

    from explorer.ui import results

    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setattr(results, "_store", results.Store())


@pytest.fixture
def opens_files_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """To open a pipe, a device or a folder is an error, where a test would otherwise wait for it forever."""
    opened = Path.open

    def checked(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.exists() and not path.is_file():
            raise OSError(f"{path.name} was opened")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", checked)


def app_page(slug: str = "home", /, **query: str | list[str]) -> "AppTest":
    """`app_page("pca", k="50")` is the page with that query, without a browser and before its first run."""
    from streamlit.testing.v1 import AppTest

    from explorer.ui.shell import SHELL_RAN

    app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    if slug != "home":
        # AppTest runs every page but the first alone, without the frame; the flag says that it was there.
        app.session_state[SHELL_RAN] = True
        app.switch_page(f"pages/{slug}.py")
    for key, value in query.items():
        app.query_params[key] = value
    return app


@pytest.fixture
def open_app_page() -> "Callable[..., AppTest]":
    """`open_app_page("pca", k="50")` runs a page with a query, without a browser."""
    return lambda slug="home", **query: app_page(slug, **query).run()


def named(query: dict[str, str], app: "AppTest") -> dict[str, int]:
    """How many of a page's warnings name each key of a query with its value."""
    return {key: sum(f"{key}={value}" in warning.value for warning in app.warning) for key, value in query.items()}
