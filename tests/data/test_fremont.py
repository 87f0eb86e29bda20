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
from explorer.errors import DatasetError

HEADER = "Date,Fremont Bridge East Sidewalk,Fremont Bridge West Sidewalk"
FREMONT_AT_HAND = {source.name: source.available for source in list_sources()}["fremont"]


def hour_of(day: int, hour: int, month: int = 5, year: int = 2018) -> str:
    return f"{month:02}/{day:02}/{year} {(hour + 11) % 12 + 1:02}:00:00 {'AM' if hour < 12 else 'PM'}"


def lines_of(days: range, month: int = 5, year: int = 2018) -> list[str]:
    return [f"{hour_of(day, hour, month, year)},{day},{hour}" for day in days for hour in range(24)]


def export(lines: list[str], header: str = HEADER) -> bytes:
    return "\n".join([header, *lines]).encode()


def test_every_hour_lands_in_its_place_whatever_the_order() -> None:
    lines = lines_of(range(1, 8))
    days = parse_fremont(export(lines[::-1]))
    assert [str(date) for date in days.dates] == [f"2018-05-{day:02}" for day in range(1, 8)]
    assert np.array_equal(days.counts[..., 0], np.repeat(np.arange(1, 8)[:, None], 24, axis=1))
    assert np.array_equal(days.counts[..., 1], np.tile(np.arange(24), (7, 1)))


def test_columns_may_come_in_any_order_with_others_between() -> None:
    swapped = [
        ",".join((line.split(",")[2], "9", line.split(",")[0], line.split(",")[1])) for line in lines_of(range(1, 3))
    ]
    header = "Cyclist West Sidewalk,Bridge Total,Date,Cyclist East Sidewalk"
    assert np.array_equal(
        parse_fremont(export(swapped, header)).counts, parse_fremont(export(lines_of(range(1, 3)))).counts
    )


def test_iso_dates_are_read_too() -> None:
    lines = [f"2018-05-{day:02}T{hour:02}:00:00.000,1,2" for day in (1, 2) for hour in range(24)]
    assert parse_fremont(export(lines)).counts.sum() == 2 * 24 * 3


def test_day_with_a_missing_hour_is_left_out_and_named() -> None:
    lines = lines_of(range(1, 5))
    blank = [*lines[:30], lines[30].split(",")[0] + ",,", *lines[31:]]
    for torn in (lines[:30] + lines[31:], blank):
        days = parse_fremont(export(torn))
        assert [str(date) for date in days.incomplete] == ["2018-05-02"]
        assert len(days.dates) == 3


def test_hour_that_spring_skips_counts_nothing_whether_blank_or_absent() -> None:
    lines = lines_of(range(10, 13), month=3)
    skipped = next(place for place, line in enumerate(lines) if line.startswith("03/11/2018 02:00:00 AM"))
    for torn in (
        lines[:skipped] + lines[skipped + 1 :],
        [*lines[:skipped], "03/11/2018 02:00:00 AM,,", *lines[skipped + 1 :]],
    ):
        days = parse_fremont(export(torn))
        assert len(days.incomplete) == 0
        assert days.counts[1, 2].tolist() == [0, 0]


def test_hour_that_autumn_repeats_may_stand_twice_and_is_summed() -> None:
    days = parse_fremont(export([*lines_of(range(3, 6), month=11), "11/04/2018 01:00:00 AM,5,7"]))
    assert days.counts[1, 1].tolist() == [4 + 5, 1 + 7]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (export(lines_of(range(1, 3)), "Date,North,South"), "no column with 'east'"),
        (export(lines_of(range(1, 3)), "When,East,West"), "no column with 'date'"),
        (export(lines_of(range(1, 3)), "Date,East,East too"), "2 columns with 'east'"),
        (
            export([*lines_of(range(1, 3)), f"{hour_of(3, 0)},many,1"]),
            "Line 50 has 'many' as the east sidewalk's count",
        ),
        (export([*lines_of(range(1, 3)), f"{hour_of(3, 0)},1,-4"]), "'-4' as the west sidewalk's count"),
        (export([*lines_of(range(1, 3)), f"{hour_of(3, 0)},1,1.5"]), "'1.5'"),
        (export([*lines_of(range(1, 3)), "yesterday,1,1"]), "'yesterday' as the date"),
        (export([*lines_of(range(1, 3)), lines_of(range(1, 2))[0]]), "2018-05-01 00:00 stands in more than one line"),
        (export(lines_of(range(1, 2))[:1]), "0 days with all of their 24 hours"),
        (export([]), "no rows"),
        (b"", "no table"),
        (b"\xff\xfe\x00\xd8", "no table"),
        (b"x" * (counts.MAX_BYTES + 1), "at most 20 MB"),
    ],
)
def test_file_that_is_no_export_is_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(DatasetError, match=r"^[^\n]*$") as caught:
        parse_fremont(content)
    assert words in str(caught.value)


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


def test_torn_file_in_the_folder_is_named(folder: Path) -> None:
    (folder / "FremontBridge.csv").write_text("a,b\n1,2\n")
    assert "no column" in state().how_to_get  # type: ignore[attr-defined]


def serve(content: bytes) -> object:
    def stream(url: str, target: Path) -> Iterator[DownloadProgress]:
        assert url == fremont.ADDRESS
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
    def stream(url: str, target: Path) -> Iterator[DownloadProgress]:
        yield DownloadProgress(target.name, 10, None)
        raise OSError("no route")

    monkeypatch.setattr(fremont, "stream", stream)
    with pytest.raises(DatasetError, match=r"no route.*save https"):
        list(fremont.download_fremont())


@pytest.mark.skipif(not FREMONT_AT_HAND, reason="needs FremontBridge.csv in the data folder")
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
