"""Foreign files are read in this process, so that each need not begin another; some tests ask for that one."""

import pytest

from explorer.data.isolation import Arrays, Limits, Reader, packed, unpacked
from explorer.errors import DatasetError, ExplorerError


def read_here(reader: Reader, content: bytes, _: Limits) -> Arrays:
    """What `read_isolated` gives, without its process."""
    try:
        return unpacked(packed(reader(content)), 1 << 28)
    except ExplorerError as error:
        raise DatasetError(str(error)) from error


@pytest.fixture(autouse=True)
def _in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "own_process" not in request.fixturenames:
        monkeypatch.setattr("explorer.jobs.foreign.read_isolated", read_here)


@pytest.fixture
def own_process() -> None:
    """Files are read in a process of their own."""
