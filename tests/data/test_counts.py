"""A counts file is read exactly in whatever form it comes, or is one sentence with the line that does not fit."""

import re
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from explorer.data import counts
from explorer.data.counts import read_counts
from explorer.errors import DatasetError
from tests.data.exports import export, hour_of, lines_of


def test_every_hour_lands_in_its_place_whatever_the_order() -> None:
    lines = lines_of(range(1, 8))
    days = read_counts(export(lines[::-1]))
    assert [str(date) for date in days["dates"]] == [f"2018-05-{day:02}" for day in range(1, 8)]
    assert np.array_equal(days["counts"][..., 0], np.repeat(np.arange(1, 8)[:, None], 24, axis=1))
    assert np.array_equal(days["counts"][..., 1], np.tile(np.arange(24), (7, 1)))


def test_columns_may_come_in_any_order_with_others_between() -> None:
    swapped = [
        ",".join((line.split(",")[2], "9", line.split(",")[0], line.split(",")[1])) for line in lines_of(range(1, 3))
    ]
    header = "Cyclist West Sidewalk,Bridge Total,Date,Cyclist East Sidewalk"
    assert np.array_equal(
        read_counts(export(swapped, header))["counts"], read_counts(export(lines_of(range(1, 3))))["counts"]
    )


FORMS = {
    "ISO": "%Y-%m-%dT%H:%M:%S.000",
    "ISO with a space": "%Y-%m-%d %H:%M",
    "city": "%m/%d/%Y %I:%M:%S %p",
    "portal": "%Y %b %d %I:%M:%S %p",
    "spreadsheet": "%m/%d/%Y %H:%M",
    "day first": "%d/%m/%Y %H:%M:%S",
    "day first with AM": "%d/%m/%Y %I:%M %p",
    "dots": "%d.%m.%Y %H:%M",
    "year first": "%Y/%m/%d %H:%M",
    "year first with AM": "%Y-%m-%d %I:%M:%S %p",
    "year first with dots": "%Y.%m.%d, %H:%M",
    "abbreviated month": "%d-%b-%Y %H:%M:%S",
    "month in full": "%A, %B %d, %Y %I:%M %p",
    "narrow space": "%m/%d/%Y %I:%M\u202f%p",
    "ISO without dashes": "%Y%m%dT%H%M%S",
    "lower case": "%Y %b %d %I:%M:%S %p",
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("is_padded", [True, False])
def test_every_form_of_a_date_is_the_same_hour(name: str, is_padded: bool) -> None:
    hours = [datetime(2018, 5, 1) + timedelta(hours=hour) for hour in range(31 * 24)]
    texts = [f"{hour:{FORMS[name]}}" for hour in hours]
    if name == "lower case":
        texts = [text.lower() for text in texts]
    if not is_padded and "ISO" not in name:
        texts = [re.sub(r"(?<![:\d])0(?=\d[^\d])", "", text) for text in texts]
    days = read_counts(
        export([f'"{text}",{row},{hour.day}' for row, (text, hour) in enumerate(zip(texts, hours, strict=True))])
    )
    assert days["counts"][..., 0].ravel().tolist() == list(range(31 * 24))
    assert [str(date) for date in days["dates"]] == [f"2018-05-{day:02}" for day in range(1, 32)]


@pytest.mark.parametrize("form", ["Z", " UTC", "+00:00", "+05:30", "-07:00", "changing"])
def test_offsets_are_moved_to_the_citys_clocks(form: str) -> None:
    """Over the end of summer time: pandas says which day and hour an instant has in Seattle."""
    instants = pd.date_range("2018-10-30 07:00", "2018-11-08 07:59", freq="h", tz="UTC")
    local = instants.tz_convert("America/Los_Angeles")
    shown = local if form == "changing" else instants.tz_convert(form.strip().replace("Z", "UTC"))
    texts = [instant.isoformat().replace("+00:00", form if form in ("Z", " UTC") else "+00:00") for instant in shown]
    days = read_counts(export([f"{text},{row},1" for row, text in enumerate(texts)]))
    expected = pd.Series(range(len(local)), local.tz_localize(None)).groupby(level=0).sum()
    assert days["counts"][:, :, 0].ravel().tolist() == expected[: 9 * 24].tolist()
    assert days["counts"][5, 1, 1] == 2
    assert [str(date) for date in days["dates"]] == [str(date.date()) for date in expected.index[: 9 * 24 : 24]]


def test_spring_in_utc_has_a_day_of_23_hours() -> None:
    instants = pd.date_range("2018-03-10 08:00", "2018-03-13 06:00", freq="h", tz="UTC")
    days = read_counts(export([f"{instant.isoformat()},1,2" for instant in instants]))
    assert [str(date) for date in days["dates"]] == ["2018-03-10", "2018-03-11", "2018-03-12"]
    assert days["counts"].sum(axis=(1, 2)).tolist() == [72, 69, 72]


@pytest.mark.parametrize("offsets", [(7, 7), (8, 8), (8, 7, 8), (7, 8, 7)])
def test_same_instant_twice_is_refused_even_where_autumn_repeats_the_hour(offsets: tuple[int, ...]) -> None:
    lines = [f"2018-11-04T01:00:00-0{offset}:00,1,1" for offset in offsets]
    places = rf"\(2 and {len(offsets) + 1}\)"
    with pytest.raises(DatasetError, match=rf"2018-11-04 01:00 stands in more than one line {places}"):
        read_counts(export(lines))


def test_hour_that_autumn_repeats_stands_there_twice_at_most() -> None:
    again = "11/04/2018 01:00:00 AM,5,7"
    with pytest.raises(DatasetError, match=r"2018-11-04 01:00 stands in more than one line \(74 and 75\)"):
        read_counts(export([*lines_of(range(3, 6), month=11), again, again]))


def test_which_of_day_and_month_comes_first_is_never_guessed() -> None:
    lines = [f"3/{month}/2018 {hour}:00,1,1" for month in (4, 5) for hour in range(24)]
    with pytest.raises(DatasetError, match=r"^The date '3/4/2018 0:00' has the month first or the day first, .*\.$"):
        read_counts(export(lines))
    month_first = read_counts(export([*lines, "3/13/2018 0:00,1,1"]))
    assert [str(date) for date in month_first["dates"]] == ["2018-03-04", "2018-03-05"]
    day_first = read_counts(export([*lines, "13/4/2018 0:00,1,1"]))
    assert [str(date) for date in day_first["dates"]] == ["2018-04-03", "2018-05-03"]


def test_file_that_has_both_orders_is_named() -> None:
    with pytest.raises(DatasetError, match=r"^Line 3 has '13/4/2018 0:00' as the date"):
        read_counts(export(["4/13/2018 0:00,1,1", "13/4/2018 0:00,1,1"]))


@pytest.mark.parametrize(
    ("date", "days_away"), [("9999-05-01T00:00", "2,914,9"), ("0001-05-01T00:00", "736,"), ("2028-05-01T00:00", "3,6")]
)
@pytest.mark.parametrize("place", [0, 100, 168])
def test_mistyped_year_is_named_with_its_line(date: str, days_away: str, place: int) -> None:
    lines = lines_of(range(1, 8))
    with pytest.raises(DatasetError, match=rf"^Line {place + 2} has '{date}' as the date, {days_away}.* days away"):
        read_counts(export([*lines[:place], f"{date},1,1", *lines[place:]]))


def test_span_of_more_than_50_years_is_refused() -> None:
    with pytest.raises(DatasetError, match=r"reaches over 21,915 days, from line 62 to line 2; give at most 18,300"):
        read_counts(export([f"{year}-05-01T00:00,1,1" for year in range(2018, 1957, -1)]))


@pytest.mark.parametrize(
    ("text", "count"), [("13", 13), ("1,234", 1234), ("13.0", 13), ("007", 7), ("999,999", 999_999), ("12.", 12)]
)
def test_number_is_read(text: str, count: int) -> None:
    lines = lines_of(range(1, 3))
    lines[0] = f'{hour_of(1, 0)},"{text}", 1 '
    assert read_counts(export(lines))["counts"][0, 0].tolist() == [count, 1]


@pytest.mark.parametrize(
    "text", ["13,0", "1,5", "12,34", "1,2345", "1,000,000", "1e3", "٣", "∞", "-0", "0x1", "9" * 400]
)
def test_number_with_another_comma_or_sign_is_named(text: str) -> None:
    lines = lines_of(range(1, 3))
    lines[5] = f'{hour_of(1, 5)},1,"{text}"'
    with pytest.raises(DatasetError) as caught:
        read_counts(export(lines))
    assert str(caught.value).startswith(f"Line 7 has {text[:40]!r} as the west sidewalk's count, but must have a whole")


@pytest.mark.parametrize("blank", ["", " ", "NA", "NaN", "null"])
def test_blank_number_is_missing(blank: str) -> None:
    lines = lines_of(range(1, 4))
    lines[0] = f"{hour_of(1, 0)},{blank},{blank}"
    assert [str(date) for date in read_counts(export(lines))["incomplete"]] == ["2018-05-01"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_line_ends_and_encodings(separator: str, line_end: str, encoding: str) -> None:
    lines = ["Date,Ost (east) ä,West", *lines_of(range(1, 3)), "", ",,", "  "]
    text = line_end.join(lines).replace(",", separator)
    assert np.array_equal(
        read_counts(text.encode(encoding))["counts"], read_counts(export(lines_of(range(1, 3))))["counts"]
    )


def test_quoted_names_with_commas_do_not_hide_the_semicolons() -> None:
    header = 'Date;"Fremont Bridge, south, east";"Fremont Bridge, south, west"'
    lines = [line.replace(",", ";") for line in lines_of(range(1, 3))]
    assert len(read_counts(export(lines, header))["dates"]) == 2


@pytest.mark.parametrize("blank", ["", ",,", ",,,,", "   ", '"",""'])
def test_blank_lines_are_skipped_and_still_counted(blank: str) -> None:
    lines = lines_of(range(1, 3))
    assert len(read_counts(export([blank, *lines, blank, blank]))["dates"]) == 2
    with pytest.raises(DatasetError, match=r"^Line 6 has 'many'"):
        read_counts(export([*lines[:2], blank, blank, f"{hour_of(3, 0)},many,1"]))


def test_blank_lines_may_come_before_the_header() -> None:
    assert len(read_counts(b"\n,,\n" + export(lines_of(range(1, 3))))["dates"]) == 2


def test_names_of_the_citys_api_are_known() -> None:
    """The portal describes NB as the east pathway and SB as the west one."""
    header = "date,fremont_bridge,fremont_bridge_sb,fremont_bridge_nb,updated_at"
    lines = [f"2018-05-{day:02}T{hour:02}:00:00.000,5,2,3," for day in (1, 2) for hour in range(24)]
    assert read_counts(export(lines, header))["counts"][0, 0].tolist() == [3, 2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (export([f"{hour_of(1, 0)},1,234,1"]), "Line 2 has 4 values where the header has 3 columns"),
        (b"date," * 101, "102 columns; an export has at most 100"),
        (export(["x" * 10_001]), "Line 2 has 10,001 characters; a line of the export has at most 10,000"),
        (b"date,east,west\n" + b"\n" * 1_000_000, "more than 1,000,000 lines"),
        (b"date,east,west\n" + b"1\n" * 500_001, "more than 500,000 rows"),
        (export(["1,1,1", '"' + "x\n" * 70_000]), "Line 3 begins a value that does not end"),
        (export(["2018-05-01,1,1"]), "Line 2 has '2018-05-01' as the date, but must have a date with an hour"),
        (export(["05/01/2018 13:00 PM,1,1"]), "'05/01/2018 13:00 PM' as the date"),
        (export(["2018 Foo 01 1:00 PM,1,1"]), "'2018 Foo 01 1:00 PM' as the date"),
        (export(["2018-02-30 01:00,1,1"]), "'2018-02-30 01:00' as the date"),
        (export(["0001-01-01T00:00+14:00,1,1"]), "'0001-01-01T00:00+14:00' as the date"),
    ],
)
def test_what_exceeds_a_bound_is_named(content: bytes, words: str) -> None:
    with pytest.raises(DatasetError, match=r"^[^\n]*\.$") as caught:
        read_counts(content)
    assert words in str(caught.value)


def test_day_with_a_missing_hour_is_left_out_and_named() -> None:
    lines = lines_of(range(1, 5))
    blank = [*lines[:30], lines[30].split(",")[0] + ",,", *lines[31:]]
    for torn in (lines[:30] + lines[31:], blank):
        days = read_counts(export(torn))
        assert [str(date) for date in days["incomplete"]] == ["2018-05-02"]
        assert len(days["dates"]) == 3


def test_hour_that_spring_skips_counts_nothing_whether_blank_or_absent() -> None:
    lines = lines_of(range(10, 13), month=3)
    skipped = next(place for place, line in enumerate(lines) if line.startswith("03/11/2018 02:00:00 AM"))
    for torn in (
        lines[:skipped] + lines[skipped + 1 :],
        [*lines[:skipped], "03/11/2018 02:00:00 AM,,", *lines[skipped + 1 :]],
    ):
        days = read_counts(export(torn))
        assert len(days["incomplete"]) == 0
        assert days["counts"][1, 2].tolist() == [0, 0]


def test_hour_that_autumn_repeats_may_stand_twice_and_is_summed() -> None:
    days = read_counts(export([*lines_of(range(3, 6), month=11), "11/04/2018 01:00:00 AM,5,7"]))
    assert days["counts"][1, 1].tolist() == [4 + 5, 1 + 7]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (export(lines_of(range(1, 3)), "Date,North,South"), "no column with 'east'"),
        (export(lines_of(range(1, 3)), "When,East,West"), "no column with 'date'"),
        (b"Date|East|West\n2018-05-01T00:00|3|4\n", "several names in one column"),
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
        read_counts(content)
    assert words in str(caught.value)
