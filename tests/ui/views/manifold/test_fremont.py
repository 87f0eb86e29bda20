"""Days on the bridge: what their colours stand for, their planes by PCA and by an autoencoder, and one day."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.analysis.manifold import DAY_RUN, Stage
from explorer.data.fremont import DAY_KINDS, FremontDays, Sidewalks
from explorer.errors import DatasetError
from explorer.figures import manifold
from explorer.figures.theme import class_colour
from explorer.models.layers import Dense
from explorer.ui.views.manifold import fremont
from explorer.ui.views.manifold.fremont import split_bridge, tint_of

# A Friday, a Saturday and a Sunday of two years.
DATES = np.array(["2021-12-31", "2022-01-01", "2022-01-02"], "datetime64[D]")
DAYS = FremontDays(DATES, np.zeros((3, 24, 2), np.int64), DATES[:0])


@pytest.mark.parametrize(
    ("name", "labels", "n_names"), [("kind", [0, 1, 1], 2), ("weekday", [4, 5, 6], 7), ("year", [0, 1, 1], 2)]
)
def test_each_day_has_its_label_and_each_label_its_own_colour(name: str, labels: list[int], n_names: int) -> None:
    tint = tint_of(DAYS, name)
    assert tint.labels.tolist() == labels
    assert len(tint.names) == len(set(tint.colors)) == n_names


def test_months_are_numbered_from_january_and_years_named() -> None:
    months = tint_of(DAYS, "month")
    assert [months.names[label] for label in months.labels] == [months.names[-1], months.names[0], months.names[0]]
    assert len(months.names) == 12
    assert tint_of(DAYS, "year").names == ("2021", "2022")


def test_kinds_of_days_have_the_colours_of_the_first_two_classes() -> None:
    tint = tint_of(DAYS, "kind")
    assert (tint.names, tint.colors) == (DAY_KINDS, (class_colour(0), class_colour(1)))


RNG = np.random.default_rng(0)
MANY = FremontDays(
    np.arange("2021-12-01", "2022-01-10", dtype="datetime64[D]"), RNG.integers(0, 300, (40, 24, 2)), DATES[:0]
)


def a_stage(n_values: int) -> Stage:
    """An autoencoder whose code is the first two values, tripled, and whose output is three times the code's sum."""
    first = np.zeros((2, n_values), np.float32)
    first[[0, 1], [0, 1]] = 3
    decoder = Dense(np.full((n_values, 2), 3, np.float32), np.zeros(n_values, np.float32))
    return Stage(9, 9, 1.0, 1.0, (Dense(first, np.zeros(2, np.float32)),), (decoder,), 0.04, np.zeros(0))


@pytest.fixture
def bridge(clear_caches: None) -> fremont.Bridge:
    return split_bridge("days", MANY, "summed")


def test_a_fifth_of_the_days_is_held_out_and_the_error_is_that_of_the_best_plane(bridge: fremont.Bridge) -> None:
    profiles = MANY.counts.sum(axis=2) / 100
    train, test = profiles[MANY.train_rows], profiles[MANY.test_rows]
    centred = train - train.mean(axis=0)
    axes = np.linalg.svd(centred)[2][:2]
    left = (test - train.mean(axis=0)) @ (np.eye(24) - axes.T @ axes)
    assert (bridge.key, len(bridge.train), len(bridge.test)) == (("days", "summed"), 32, 8)
    assert bridge.linear_mse == pytest.approx((left**2).mean(), rel=1e-3)
    assert fremont._bicycles(0.04) == pytest.approx(20)


@pytest.mark.parametrize("sidewalks", ["summed", "apart"])
def test_too_few_days_are_refused(clear_caches: None, sidewalks: Sidewalks) -> None:
    with pytest.raises(DatasetError, match="The file has 3 whole days"):
        split_bridge("few", DAYS, sidewalks)


@pytest.mark.parametrize("is_trained", [False, True])
def test_every_day_has_its_code_beside_its_values_in_the_order_of_the_calendar(
    bridge: fremont.Bridge, is_trained: bool
) -> None:
    stage = a_stage(24) if is_trained else None
    scene = fremont._scene(f"trained: {is_trained}", bridge.key, "weekday", bridge, stage)
    profiles = (MANY.counts.sum(axis=2) / 100).astype(np.float32)
    expected = 3 * profiles[:, :2] if is_trained else bridge.linear.encode(profiles)
    np.testing.assert_allclose(scene.codes, expected, rtol=1e-5)
    assert scene.references is not None
    assert scene.references.samples is not None
    np.testing.assert_allclose(scene.references.samples, profiles, rtol=1e-6)
    np.testing.assert_array_equal(scene.labels, MANY.weekdays)
    decoded = scene.samples_at(np.zeros((1, 3), np.float32), np.zeros(1, np.uint8))[0]
    np.testing.assert_allclose(decoded, np.zeros(24) if is_trained else bridge.linear.mean, atol=1e-6)
    assert scene.alt == "Plane of 40 days on the Fremont Bridge by weekday"


@pytest.mark.parametrize("is_trained", [False, True])
def test_a_day_is_drawn_in_bicycles_beside_what_both_make_of_it(
    bridge: fremont.Bridge, is_trained: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifold, "day_figure", lambda *drawn: drawn)
    drawn: Any = fremont._day(bridge, a_stage(24) if is_trained else None, 3)
    counts = MANY.counts[MANY.test_rows[3]].sum(axis=1)
    np.testing.assert_allclose(drawn[0], counts, rtol=1e-6)
    x = bridge.test.pixels()[3:4]
    np.testing.assert_allclose(drawn[1], 100 * bridge.linear.decode(bridge.linear.encode(x))[0], rtol=1e-6)
    assert (drawn[2] is not None) == is_trained
    if is_trained:
        np.testing.assert_allclose(drawn[2], np.full(24, 9 * (counts[0] + counts[1])), rtol=1e-5)


def test_a_plane_that_was_just_trained_is_shown_once_and_then_what_is_chosen(
    bridge: fremont.Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    state: dict[str, Any] = {}
    shown: list[tuple[Any, ...]] = []

    def choose(key: str, _: str, options: tuple[str, ...], start: str) -> str:
        assert start == options[-1]
        return str(state.get(key, start))

    monkeypatch.setattr(fremont, "st", SimpleNamespace(session_state=state, markdown=lambda _: None))
    monkeypatch.setattr(fremont, "choose_button", choose)
    monkeypatch.setattr(fremont, "choose_in_list", lambda *_, **__: "month")
    monkeypatch.setattr(fremont, "_scene", lambda *of: of)
    monkeypatch.setattr(fremont, "kept_canvas", lambda scene, _: shown.append(scene))
    row: Any = nullcontext()
    key, stage = (DAY_RUN, bridge.key), a_stage(24)
    fremont._plane(row, bridge, None, key)
    fremont._plane(row, bridge, stage, key)
    state["map"] = fremont.PCA_PLANE
    fremont._plane(row, bridge, stage, key)
    fremont._plane(row, bridge, stage, (DAY_RUN, ("days", "apart")))
    assert [scene[-1] for scene in shown] == [None, stage, None, stage]
    assert [scene[0] == fremont.PCA_PLANE for scene in shown] == [True, False, True, False]
    assert shown[1][0].endswith(", step 9")


@pytest.mark.parametrize(("net", "hidden"), [("128-64", (128, 64)), ("32", (32,)), ("none", ())])
def test_hidden_layers_are_chosen_by_their_widths(
    net: str, hidden: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fremont, "choose_in_list", lambda _, __, options: net if net in options else "tanh")
    model: Any = fremont._choose_run().model
    assert (model.latent_dim, model.hidden, model.activation, model.output) == (2, hidden, "tanh", "identity")


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, ""), (1, " 1 day with missing hours is left out."), (2, " 2 days with missing hours are left out.")],
)
def test_days_that_lack_hours_are_counted(n: int, said: str) -> None:
    assert fremont.without_days(n) == said
