"""The bridge's counts: every bicycle of an export in its day, and one sentence for each file that is none."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from explorer.data import DownloadProgress, counts, fremont, list_sources, load_dataset
from explorer.data.fremont import parse_fremont
from explorer.data.toys import TOYS
from explorer.errors import DatasetError
from tests.data.exports import export, lines_of


def test_profiles_are_hundreds_an_hour_and_the_test_days_are_held_out() -> None:
    days = parse_fremont(export(lines_of(range(1, 32))))
    train, test = days.dataset("train"), days.dataset("test")
    assert sorted([*days.train_rows, *days.test_rows]) == list(range(31))
    assert (len(train), len(test)) == (25, 6)
    assert np.allclose(train.samples * fremont.BICYCLES_PER_UNIT, days.counts[days.train_rows].sum(axis=2), atol=1e-3)
    apart = days.dataset("test", "apart")
    assert apart.sample_shape == (48,)
    assert np.allclose(apart.samples[:, :24] + apart.samples[:, 24:], test.samples, atol=1e-5)


def test_calendar_agrees_with_the_standard_library() -> None:
    days = parse_fremont(export(lines_of(range(1, 32), month=12, year=2017)))
    dates = days.dates.tolist()
    assert days.weekdays.tolist() == [date.weekday() for date in dates]
    assert days.months.tolist() == [date.month - 1 for date in dates]
    assert days.years.tolist() == [date.year for date in dates]
    assert days.dataset("train").labels.tolist() == [int(dates[row].weekday() >= 5) for row in days.train_rows]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    return tmp_path


def state() -> object:
    return {source.name: source for source in list_sources()}["fremont"]


def test_missing_file_is_asked_for_with_its_address(folder: Path) -> None:
    with pytest.raises(DatasetError, match=r"data\.seattle\.gov.*FremontBridge\.csv"):
        load_dataset("fremont")
    assert not state().available  # type: ignore[attr-defined]


def test_counts_of_a_source_are_those_of_its_file(folder: Path) -> None:
    (folder / "FremontBridge.csv").write_bytes(export(lines_of(range(1, 11))))
    assert (state().n_train, state().n_test) == (8, 2)  # type: ignore[attr-defined]
    (folder / "FremontBridge.csv").write_bytes(export(lines_of(range(1, 16))))
    assert (state().n_train, state().n_test) == (12, 3)  # type: ignore[attr-defined]
    assert len(load_dataset("fremont", "test")) == 3


@pytest.mark.parametrize("folder", ["/" + "x" * 5000, str(Path(__file__)), "\udcff"], ids=["long", "file", "no UTF-8"])
def test_folder_that_cannot_be_entered_holds_nothing(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_DATA", folder)
    assert [source.name for source in list_sources() if source.available] == ["digits", *TOYS]
    with pytest.raises(DatasetError, match="not on this machine"):
        load_dataset("fremont")


def test_what_is_wrong_with_a_file_is_found_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "FremontBridge.csv").write_text("a,b\n1,2\n")
    sentence = state().how_to_get  # type: ignore[attr-defined]
    monkeypatch.setattr(fremont, "read_once", lambda *_: pytest.fail("it was read again"))
    assert state().how_to_get == sentence  # type: ignore[attr-defined]


def test_torn_file_in_the_folder_is_named(folder: Path) -> None:
    (folder / "FremontBridge.csv").write_text("a,b\n1,2\n")
    assert "no column" in state().how_to_get  # type: ignore[attr-defined]


def serve(content: bytes) -> object:
    def stream(url: str, target: Path, max_bytes: int) -> Iterator[DownloadProgress]:
        assert (url, max_bytes) == (fremont.ADDRESS, counts.MAX_BYTES)
        target.write_bytes(content)
        yield DownloadProgress(target.name, len(content), None)

    return stream


def test_download_takes_its_place_when_it_can_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fremont, "stream", serve(export(lines_of(range(1, 11)))))
    assert len(list(fremont.download_fremont())) == 1
    assert len(load_dataset("fremont")) == 8


def test_download_of_something_else_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fremont, "stream", serve(b"<html>"))
    with pytest.raises(DatasetError, match="no column"):
        list(fremont.download_fremont())
    assert list(folder.iterdir()) == []


def test_download_without_a_network_says_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stream(url: str, target: Path, max_bytes: int) -> Iterator[DownloadProgress]:
        yield DownloadProgress(target.name, 10, None)
        raise OSError("no route")

    monkeypatch.setattr(fremont, "stream", stream)
    with pytest.raises(DatasetError, match=r"no route.*save https"):
        list(fremont.download_fremont())


@pytest.mark.fremont
def test_daily_totals_equal_an_independent_sum() -> None:
    totals: Counter[str] = Counter()
    for row in csv.DictReader(io.StringIO(fremont.fremont_path().read_text("utf-8-sig"))):
        month, day, year = row.pop("Date").split()[0].split("/")
        totals[f"{year}-{month}-{day}"] += sum(int(float(count)) for count in row.values() if count)
    days = fremont.load_fremont()
    assert len(days.dates) + len(days.incomplete) == len(totals)
    assert {str(date): int(count.sum()) for date, count in zip(days.dates, days.counts, strict=True)} == {
        date: total for date, total in totals.items() if date not in set(map(str, days.incomplete))
    }


def test_file_of_200_megabytes_in_the_folder_is_refused_unread(folder: Path) -> None:
    with (folder / "FremontBridge.csv").open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(DatasetError, match="The file has 200 MB"):
        load_dataset("fremont")
