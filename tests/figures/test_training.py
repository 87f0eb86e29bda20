"""Pictures of a training show what the metrics and codes say, at an honest scale."""

import itertools
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from explorer.figures import theme
from explorer.figures.training import (
    KL_COLOUR,
    MOST_POINTS,
    RECONSTRUCTION_COLOUR,
    ChangeMark,
    axis_end,
    codes_chart,
    curves_chart,
    round_step,
    terms,
)

STEPS_PER_EPOCH = 100


def made_metrics(n_records: int = 40, every: int = 10) -> pd.DataFrame:
    """Losses that fall steeply first, with a validation at the end of each epoch."""
    step = np.arange(1, n_records + 1) * every
    frame = pd.DataFrame({"step": step, "epoch": step / STEPS_PER_EPOCH})
    frame["reconstruction"] = 100 + 400 * np.exp(-step / 20)
    frame["kl"] = 5 * (1 - np.exp(-step / 50))
    frame["loss"] = frame["reconstruction"] + 2 * frame["kl"]
    ends = step % STEPS_PER_EPOCH == 0
    for term in ("loss", "reconstruction", "kl"):
        frame[f"validation_{term}"] = np.where(ends, frame[term] + 1, np.nan)
    return frame


def chart(metrics: pd.DataFrame, **changed: Any) -> dict[str, Any]:
    options = {"unit": "nats per image", "beta": 2.0, "n_epochs": 10, "from_start": False, "height": 460}
    return curves_chart(metrics, **{**options, **changed})


def series_named(option: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [series for series in option["series"] if series["name"] == name]
    return found  # type: ignore[no-any-return]


def test_each_term_of_a_vae_has_a_line_and_its_rings() -> None:
    metrics = made_metrics()
    option = chart(metrics)
    line = series_named(option, "reconstruction, train")
    np.testing.assert_allclose(line["data"], metrics[["epoch", "reconstruction"]], rtol=1e-4)
    rings = series_named(option, "KL, validation")
    assert [x for x, _ in rings["data"]] == [1, 2, 3, 4]
    np.testing.assert_allclose([y for _, y in rings["data"]], metrics["validation_kl"].dropna(), rtol=1e-4)
    assert series_named(option, "reconstruction + 2 × KL, train")["lineStyle"]["color"] == theme.MUTED


def test_kl_has_its_own_panel_below() -> None:
    option = chart(made_metrics())
    assert len(option["grid"]) == len(option["xAxis"]) == len(option["yAxis"]) == 2
    panels = {series["name"]: series["yAxisIndex"] for series in option["series"]}
    assert panels["KL, train"] == 1
    assert panels["reconstruction, train"] == 0
    assert [axis["name"] for axis in option["yAxis"]] == ["nats per image", "nats per image"]


def test_what_has_no_kl_has_one_panel_and_one_term() -> None:
    option = chart(made_metrics().assign(kl=np.nan, validation_kl=np.nan), beta=None, unit="SSE")
    assert len(option["grid"]) == 1
    assert {series["name"] for series in option["series"]} == {"reconstruction, train", "reconstruction, validation"}
    assert option["yAxis"][0]["name"] == "SSE"


@pytest.mark.parametrize(("beta", "name"), [(1.0, "reconstruction + KL"), (0.1, "reconstruction + 0.1 × KL")])
def test_the_sum_says_its_weight(beta: float, name: str) -> None:
    assert terms(beta)[0].name == name


def test_a_weight_that_changes_along_the_way_is_not_named_as_a_number() -> None:
    assert terms(4.0, is_scheduled=True)[0].name == "reconstruction + weighted KL"


@pytest.mark.parametrize(
    ("beta", "extra", "panels"),
    [
        (None, {"classification"}, {"weighted sum": 0, "reconstruction": 0, "classification": 1}),
        (None, {"penalty"}, {"weighted sum": 0, "reconstruction": 0, "penalty": 1}),
        (2.0, {"classification"}, {"weighted sum": 0, "reconstruction": 0, "KL": 1, "classification": 1}),
        (
            None,
            {"classification", "penalty"},
            {"weighted sum": 0, "reconstruction": 0, "classification": 1, "penalty": 2},
        ),
    ],
)
def test_nats_share_a_panel_and_a_penalty_has_its_own(
    beta: float | None, extra: set[str], panels: dict[str, int]
) -> None:
    metrics = made_metrics().assign(**dict.fromkeys(("classification", "penalty"), np.nan))
    metrics = metrics.assign(**dict.fromkeys(extra, metrics["kl"] / 2))
    option = chart(metrics, beta=beta)
    assert {series["name"]: series["yAxisIndex"] for series in option["series"] if series["type"] == "line"} == {
        f"{name}, train": panel for name, panel in panels.items()
    }
    below = {"classification": "nats per image", "penalty": "weighted"}
    expected = ["nats", "weighted"] if len(extra) == 2 else [below[next(iter(extra))]]
    assert [axis["name"] for axis in option["yAxis"]] == ["nats per image", *expected]
    rows = [(grid["top"], grid["top"] + grid["height"]) for grid in option["grid"]]
    assert all(above[1] < below[0] for above, below in itertools.pairwise(rows))
    assert rows[-1][1] <= 460
    assert len({title["top"] for title in option["title"]}) == len(panels)
    assert series_named(option, f"{next(iter(extra))}, validation")["data"] == []


def test_two_curves_leave_room_for_their_names() -> None:
    metrics = made_metrics()
    one = chart(metrics)["yAxis"][1]
    two = chart(metrics.assign(classification=metrics["kl"] / 2))["yAxis"][1]
    assert "max" not in one
    assert two["max"] >= 1.5 * metrics["kl"].max()
    assert chart(made_metrics(0).assign(classification=[]))["yAxis"][1]["min"] == 0


def test_labels_carry_the_latest_value_in_the_colour_of_the_term() -> None:
    metrics = made_metrics()
    titles = chart(metrics)["title"]
    assert f"{metrics['kl'].iloc[-1]:.2f}" in titles[2]["text"]
    assert [title["textStyle"]["color"] for title in titles] == [theme.MUTED, RECONSTRUCTION_COLOUR, KL_COLOUR]


def test_the_steep_beginning_does_not_squeeze_the_rest() -> None:
    metrics = made_metrics()
    axis = chart(metrics)["yAxis"][0]
    later = metrics.iloc[2:]
    assert axis["min"] <= later["reconstruction"].min()
    assert later["validation_loss"].max() <= axis["max"] < metrics["loss"].max()


def test_from_the_first_step_everything_is_shown_over_logarithmic_epochs() -> None:
    option = chart(made_metrics(), from_start=True)
    assert [axis["type"] for axis in option["xAxis"]] == ["log", "log"]
    assert "max" not in option["yAxis"][0]


def test_before_the_first_record_there_is_an_empty_picture() -> None:
    option = chart(made_metrics(0))
    assert all(series["data"] == [] for series in option["series"])


def test_records_of_a_step_or_two_between_the_regular_ones_are_left_out() -> None:
    metrics = pd.concat([made_metrics(), made_metrics(1, every=201)]).sort_values("step")
    assert 2.01 not in [x for x, _ in series_named(chart(metrics), "KL, train")["data"]]


def test_long_runs_are_thinned() -> None:
    assert len(series_named(chart(made_metrics(20_000)), "KL, train")["data"]) <= 2 * MOST_POINTS


@pytest.mark.parametrize(("epoch", "end"), [(0.0, 0.5), (0.5, 1.0), (4.0, 5.0), (12.0, 20.0), (29.0, 30.0)])
def test_the_axis_grows_with_the_run_to_its_end(epoch: float, end: float) -> None:
    assert axis_end(epoch, 30) == pytest.approx(end)


@pytest.mark.parametrize(("wanted", "step"), [(1.0, 1.0), (1.1, 2.0), (0.03, 0.05), (60.0, 100.0)])
def test_steps_are_round(wanted: float, step: float) -> None:
    assert round_step(wanted) == pytest.approx(step)


def codes(latent_dim: int) -> tuple[np.ndarray[Any, np.dtype[np.float32]], np.ndarray[Any, np.dtype[np.int64]]]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(90, latent_dim)).astype(np.float32) * 3, np.repeat([0, 1, 4], 30)


def plane(latent_dim: int, *, moving: bool = True) -> dict[str, Any]:
    points, labels = codes(latent_dim)
    option: dict[str, Any] = codes_chart(points, labels, tuple("abcde"), moving=moving)["baseOption"]
    return option


def test_an_axis_begins_at_a_number_of_few_digits() -> None:
    codes = np.array([[0.64, 0.71], [1.08, 0.69]], np.float32)
    drawn = codes_chart(codes, np.array([0, 1]), ("a", "b"), moving=False)["baseOption"]
    assert [drawn[axis]["min"] for axis in ("xAxis", "yAxis")] == [0.6, 0.6]
    assert 6 * 0.1 != 0.6


def test_codes_of_two_dimensions_are_drawn_where_they_are() -> None:
    points, labels = codes(2)
    option = plane(2)
    assert [series["name"] for series in option["series"]] == ["a", "b", "e", "median"]
    np.testing.assert_allclose(option["series"][2]["data"], points[labels == 4], rtol=1e-3)
    assert option["series"][2]["itemStyle"]["color"] == theme.class_colour(4)
    medians = {item["name"]: item["value"] for item in option["series"][-1]["data"]}
    np.testing.assert_allclose(medians["e"], np.median(points[labels == 4], axis=0))


@pytest.mark.parametrize("latent_dim", [2, 7])
def test_one_unit_is_as_long_across_as_it_is_up(latent_dim: int) -> None:
    option = plane(latent_dim)
    assert option["grid"]["width"] == option["grid"]["height"]
    lengths = [option[axis]["max"] - option[axis]["min"] for axis in ("xAxis", "yAxis")]
    assert lengths[0] == pytest.approx(lengths[1])
    for place, axis in enumerate(("xAxis", "yAxis")):
        values = [point[place] for series in option["series"][:-1] for point in series["data"]]
        assert option[axis]["min"] <= min(values)
        assert max(values) <= option[axis]["max"]
    spans = [np.ptp([point[place] for series in option["series"][:-1] for point in series["data"]]) for place in (0, 1)]
    assert lengths[0] < 1.5 * max(spans)
    assert all(
        option[axis]["min"] % option[axis]["interval"] in (0, option[axis]["interval"]) for axis in ("xAxis", "yAxis")
    )


def test_codes_at_one_point_have_limits_too() -> None:
    same = np.full((4, 2), 65504, np.float32)
    option = codes_chart(same, np.zeros(4, np.int64), ("a",), moving=True)["baseOption"]
    assert option["xAxis"]["max"] > option["xAxis"]["min"] + 1


def test_codes_of_one_dimension_are_spread_by_class() -> None:
    option = plane(1)
    assert {point[1] for point in option["series"][2]["data"]} == {4.0}
    assert (option["xAxis"]["name"], option["yAxis"]["name"]) == ("z", "class")


def test_codes_of_more_dimensions_are_drawn_in_their_principal_plane() -> None:
    option = plane(7)
    assert (option["xAxis"]["name"], option["yAxis"]["name"]) == ("PC 1", "PC 2")


def test_nothing_moves_where_the_system_asks_for_that() -> None:
    assert plane(2)["animation"]
    assert not plane(2, moving=False)["animation"]


def test_the_pictures_are_plain_json() -> None:
    points, labels = codes(2)
    json.dumps(chart(made_metrics()), allow_nan=False)
    json.dumps(codes_chart(points, labels, tuple("abcde"), moving=True), allow_nan=False)


def test_changes_are_dashed_lines_across_every_panel_named_in_the_first() -> None:
    option = chart(made_metrics(), marks=(ChangeMark(1.5, "β 4"), ChangeMark(2.25, "σ² 0.1")))
    lines = [series for series in option["series"] if series["name"] == "changes"]
    assert [line["xAxisIndex"] for line in lines] == [0, 1]
    for line in lines:
        assert [one["xAxis"] for one in line["markLine"]["data"]] == [1.5, 2.25]
        assert line["markLine"]["lineStyle"]["type"] == "dashed"
    first, second = (line["markLine"]["data"] for line in lines)
    assert [one["label"]["formatter"] for one in first] == ["β 4", "σ² 0.1"]
    assert [one["label"]["show"] for one in (*first, *second)] == [True, True, False, False]
    assert not [series for series in chart(made_metrics())["series"] if series["name"] == "changes"]
