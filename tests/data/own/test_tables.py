"""Tables: separators, labels, blanks, scaling, profiles, each against the same values by another way."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from explorer.errors import DatasetError
from tests.data.own.conftest import Read, given

N = 60


def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "height": rng.normal(170, 10, N).round(5),
            "weight": rng.normal(70, 9, N).round(2),
            "id": np.arange(N),
            "species": np.where(np.arange(N) % 3, "cat", "dog"),
        }
    )


def csv_of(frame: pd.DataFrame, **options: object) -> bytes:
    return frame.to_csv(index=False, **options).encode()  # type: ignore[no-any-return]


def parquet_of(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.to_parquet(file)
    return file.getvalue()


def rows_as_read() -> np.ndarray:
    """Every sample that was read, in ascending order of its first value."""
    samples = np.concatenate([part.samples for part in given()])
    return samples[np.argsort(samples[:, 0], kind="stable")]


WRITERS: dict[str, tuple[str, Callable[[pd.DataFrame], bytes]]] = {
    "comma": ("a.csv", csv_of),
    "semicolon and decimal comma": ("a.csv", lambda frame: csv_of(frame, sep=";", decimal=",")),
    "tab": ("a.tsv", lambda frame: csv_of(frame, sep="\t")),
    "UTF-16": ("a.csv", lambda frame: csv_of(frame).decode().encode("utf-16")),
    "Parquet": ("a.parquet", parquet_of),
}


@pytest.mark.parametrize("name", WRITERS)
def test_columns_of_numbers_are_samples_and_the_label_is_found(read: Read, name: str) -> None:
    file, write = WRITERS[name]
    report = read(file, write(table()), without=("id",))
    assert report.class_names == ("cat", "dog")
    assert np.add(report.n_train, report.n_test).tolist() == [40, 20]
    assert report.sample_shape == (2,)
    values = table()[["height", "weight"]].to_numpy()
    scaled = (values - values.min(axis=0)) / (values.max(axis=0) - values.min(axis=0))
    np.testing.assert_allclose(rows_as_read(), scaled[np.argsort(scaled[:, 0], kind="stable")], atol=1e-6)
    assert report.low == pytest.approx(values.min())
    assert report.high == pytest.approx(values.max())


def test_labels_go_with_their_rows(read: Read) -> None:
    report = read("a.csv", csv_of(table()), scaling="none")
    for part in given():
        rows = part.samples[:, 2].astype(int)
        assert [report.class_names[label] for label in part.labels] == table()["species"][rows].tolist()


def test_standard_scaling_gives_mean_0_and_deviation_1(read: Read) -> None:
    read("a.csv", csv_of(table()), scaling="standard")
    rows = rows_as_read()
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(rows.std(axis=0), 1, atol=1e-5)


def test_a_chosen_label_and_no_label(read: Read) -> None:
    frame = table().assign(kind=np.arange(N) % 4)
    report = read("a.csv", csv_of(frame), label="kind")
    assert report.class_names == ("0", "1", "2", "3")
    assert report.left_out == ("The column 'species': no numbers, as 'dog' shows.",)
    assert read("a.csv", csv_of(frame), label="none").class_names == ("all",)


def test_without_a_header_the_columns_count_from_0(read: Read) -> None:
    report = read("a.csv", csv_of(table().drop(columns="species"), header=False))
    assert report.columns == ("0", "1", "2")
    assert sum(report.n_train + report.n_test) == N


def test_blank_rows_and_columns_are_left_out_and_said(read: Read) -> None:
    frame = table().assign(empty=np.nan)
    frame.loc[3, "weight"] = np.nan
    frame.loc[4, "height"] = np.inf
    report = read("a.csv", csv_of(frame))
    assert report.left_out == (
        "The column 'empty': more than half blank.",
        "2 rows with a blank or a text where a number belongs.",
    )
    assert sum(report.n_train + report.n_test) == N - 2


def test_columns_of_pixels_are_images(read: Read) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (N, 64))
    frame = pd.DataFrame(pixels, columns=[f"pixel{i}" for i in range(64)]).assign(label=np.arange(N) % 10)
    report = read("a.csv", csv_of(frame))
    assert report.sample_shape == (8, 8)
    assert given()[0].samples.dtype == np.uint8
    assert read("a.csv", csv_of(frame), shape="4x16").sample_shape == (4, 16)
    assert read("a.csv", csv_of(frame), shape="vector").sample_shape == (64,)


def hours(n_days: int = 50) -> pd.DataFrame:
    times = [datetime(2024, 1, 1) + timedelta(hours=hour) for hour in range(24 * n_days)]
    counts = np.arange(24 * n_days) % 24 + np.arange(24 * n_days) // 24
    return pd.DataFrame({"when": [f"{time:%Y-%m-%d %H:%M}" for time in times], "count": counts})


def test_hours_make_profiles_of_days(read: Read) -> None:
    frame = hours().sample(frac=1, random_state=0)
    report = read("a.csv", csv_of(frame), time="when", scaling="none")
    assert report.sample_shape == (24,)
    assert report.class_names == ("Weekday", "Weekend")
    # 1 January 2024 was a Monday: seven weeks and a Monday.
    assert np.add(report.n_train, report.n_test).tolist() == [36, 14]
    np.testing.assert_array_equal(rows_as_read(), np.arange(24) + np.arange(50)[:, None])


def test_a_day_with_a_missing_hour_is_left_out_and_repeated_times_are_averaged(read: Read) -> None:
    frame = hours().drop(index=30)
    again = pd.DataFrame({"when": ["2024-01-01 00:00"], "count": [10]})
    report = read("a.csv", csv_of(pd.concat([frame, again])), time="when", scaling="none")
    assert report.left_out == ("1 day with a missing value.",)
    assert sum(report.n_train + report.n_test) == 49
    assert 5 in np.concatenate([part.samples[:, 0] for part in given()])


def test_days_make_profiles_of_weeks(read: Read) -> None:
    days = pd.date_range("2023-01-02", periods=7 * 60)
    frame = pd.DataFrame({"day": days.strftime("%d.%m.%Y"), "a": np.arange(420), "b": -np.arange(420)})
    report = read("a.csv", csv_of(frame), time="day", scaling="none")
    assert report.sample_shape == (14,)
    assert report.class_names == ("all",)
    np.testing.assert_array_equal(rows_as_read()[:, :7], np.arange(420).reshape(60, 7))
    np.testing.assert_array_equal(rows_as_read()[:, 7:], -np.arange(420).reshape(60, 7))


FAR_APART = b"when,count\n0001-01-01 00:00,1\n0001-01-01 01:00,1\n9999-12-31 23:00,1\n"


@pytest.mark.parametrize(
    ("content", "choices", "reason"),
    [
        (b"", {}, "The file is empty"),
        (b"a,b\n1,2\n3,4,5\n", {}, "is no table"),
        (b'a,b\n"1,2\n', {}, "is no table"),
        (csv_of(table()), {"label": "colour"}, "There is no column 'colour'; there are 'height', 'weight',"),
        (csv_of(table()), {"label": "weight"}, r"labels have \d\d different values for 60 samples"),
        (csv_of(table()), {"time": "species"}, "is no time"),
        (csv_of(table()[["species"]].assign(name="x")), {"label": "species"}, "No column holds numbers"),
        (csv_of(table()), {"shape": "28x28"}, r"A sample has 3 values, but 28 × 28 are 784"),
        (csv_of(table()[["id", "species"]]), {}, "A sample has 1 values, but must have 2 to 20,000"),
        (csv_of(hours(3).assign(when="2024-01-01 00:00")), {"time": "when"}, "profiles need one value per day"),
        (csv_of(hours(2)), {"time": "when"}, "needs 40 to 1,000,000"),
        (FAR_APART, {"time": "when"}, "too far for steps"),
        (b"a,a\n1,2\n", {}, "needs 40|same name"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_one_sentence(read: Read, content: bytes, choices: dict[str, object], reason: str) -> None:
    with pytest.raises(DatasetError, match=rf"^[^\n]*({reason})[^\n]*\.$"):
        read("a.csv", content, **choices)


def test_more_classes_than_a_hundred_are_one_sentence(read: Read) -> None:
    frame = pd.DataFrame({"a": np.arange(300), "b": np.arange(300), "kind": np.arange(300)})
    with pytest.raises(DatasetError, match="labels have 300 different values for 300 samples, but at most 100 classes"):
        read("a.csv", csv_of(frame), label="kind")


def with_first_column(cells: list[str], separator: str) -> bytes:
    return "\n".join(["a;b", *(f"{cell};{row}" for row, cell in enumerate(cells))]).replace(";", separator).encode()


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_decimal_comma_is_found_below_whole_numbers(read: Read, separator: str) -> None:
    read("a.csv", with_first_column([*map(str, range(1000, 1050)), "3,125", "2,5"], separator), scaling="none")
    assert sorted(rows_as_read()[:, 0].tolist())[:3] == [2.5, 3.125, 1000]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_comma_that_may_divide_thousands_is_never_guessed(read: Read, separator: str) -> None:
    with pytest.raises(DatasetError, match=r"^'1,000' may be 1000 or 1\.000; write numbers without commas, or"):
        read("a.csv", with_first_column([f"1,{row:03}" for row in range(N)], separator))


def test_a_table_with_one_column_of_numbers_says_why_others_are_none(read: Read) -> None:
    with pytest.raises(
        DatasetError, match=r"^Only the column 'b' holds numbers\. The column 'a': no .* as '7 %' shows"
    ):
        read("a.csv", with_first_column(["5", *(f"{row} %" for row in range(7, N))], ","))


@pytest.mark.parametrize("content", [b"PAR1", b"", b"PAR1" + bytes(50) + b"PAR1"])
def test_torn_parquet_is_one_sentence(read: Read, content: bytes) -> None:
    with pytest.raises(DatasetError, match=r"^The file is damaged or not Parquet; write it again\.$"):
        read("a.parquet", content)


@pytest.mark.parametrize("scaling", ["range", "standard", "none"])
def test_numbers_that_single_precision_cannot_add_up_are_named(read: Read, scaling: str) -> None:
    frame = pd.DataFrame({"a": np.linspace(-1e300, 2e300, N), "b": np.arange(N)})
    with pytest.raises(DatasetError, match=r"lie from -1e\+300 to 2e\+300, but none may be larger in size than 1e\+15"):
        read("a.csv", csv_of(frame), scaling=scaling)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_may_be_too_large_on_either_side(read: Read, sign: int) -> None:
    frame = pd.DataFrame({"a": sign * np.geomspace(1, 2e15, N), "b": np.arange(N)})
    with pytest.raises(DatasetError, match=r"none may be larger in size than 1e\+15"):
        read("a.csv", csv_of(frame))


def test_samples_that_are_all_the_same_are_refused(read: Read) -> None:
    with pytest.raises(DatasetError, match="All samples are the same"):
        read("a.csv", csv_of(pd.DataFrame({"a": np.ones(N), "b": np.full(N, 3.0)})))
