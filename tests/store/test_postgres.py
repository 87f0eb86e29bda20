"""Register and rooms on a server that several machines share: what is said where it cannot be used."""

from collections.abc import Callable
from pathlib import Path

import pytest

from explorer import jobs
from explorer.errors import ExplorerError, JobError, RoomError
from explorer.store import postgres
from explorer.store.rooms import newest_room
from tests.conftest import NEEDS_SQLALCHEMY


def test_statements_of_sqlite_are_those_of_the_server() -> None:
    assert postgres._translated("SELECT ? FROM metrics INDEXED BY epoch_ends WHERE step <= :at_most") == (
        "SELECT %s FROM metrics WHERE step <= %(at_most)s"
    )


@pytest.mark.parametrize("address", ["mysql://ada:secret@db/explorer", "runs.sqlite"])
def test_address_of_another_kind_is_one_sentence(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(postgres.VARIABLE, address)
    with pytest.raises(JobError, match=r"EXPLORER_DATABASE is .* must begin with postgresql\+psycopg://") as failure:
        jobs.list_jobs()
    assert "secret" not in str(failure.value)


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(postgres.VARIABLE, "postgresql+psycopg://db/explorer")
    monkeypatch.setattr(postgres, "find_spec", lambda _: None)
    with pytest.raises(RoomError, match="sqlalchemy and psycopg cannot be imported; run `pip install --group"):
        newest_room()


@NEEDS_SQLALCHEMY
@pytest.mark.parametrize(
    ("use", "error", "label"), [(jobs.list_jobs, JobError, "runs"), (newest_room, RoomError, "rooms")]
)
def test_server_that_is_not_there_is_one_sentence_without_the_password(
    use: Callable[[], object],
    error: type[ExplorerError],
    label: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(postgres.VARIABLE, f"postgresql+psycopg://ada:secret@/explorer?host={tmp_path}")
    says = rf"The register of {label} on postgresql\+psycopg://ada:…@.* cannot be used \(.*see that the server runs"
    with pytest.raises(error, match=says) as failure:
        use()
    assert "secret" not in str(failure.value)
    assert "\n" not in str(failure.value)
