"""Days on the Fremont Bridge: a plane of daily profiles by PCA or an autoencoder, and what each keeps of a day."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.days import DayPlanes
from explorer.analysis.manifold import DAY_RUN, Stage, learn, linear_baseline, mse
from explorer.data import Dataset, list_sources
from explorer.data.fremont import (
    BICYCLES_PER_UNIT,
    DAY_KINDS,
    SATURDAY,
    FremontDays,
    Sidewalks,
    fremont_is_here,
    load_fremont,
    parse_fremont,
)
from explorer.errors import DatasetError
from explorer.figures import Figure
from explorer.figures import manifold as pictures
from explorer.figures.theme import class_colour
from explorer.lessons.keys import day_planes_key
from explorer.models import AESpec, Layer
from explorer.models.latent_model import Array
from explorer.models.layers import apply_layers
from explorer.models.pca import PCA
from explorer.scenes.canvas_scene import CanvasScene, References
from explorer.training import RunSpec
from explorer.ui.access import permissions
from explorer.ui.dataset_card import data_set_card
from explorer.ui.explain import explain
from explorer.ui.figure import low_row, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_button, choose_in_list
from explorer.ui.plane.kept_canvas import kept_canvas
from explorer.ui.results import known
from explorer.ui.runs.inline_training import learned, train_button, watch
from explorer.ui.views.manifold.shapes import ACTIVATIONS

PLANE_AND_DAY = (0.62, 0.38)
HEIGHT_PX = 390
SECONDS = 4
LATENT_DIM = 2
PCA_PLANE, AE_PLANE = "PCA", "Autoencoder"
SUMMED, APART = "24, summed", "48, east and west"
NETS = ("128-64", "64-64", "32", "none")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TINTS = ("kind of day", "weekday", "month", "year")
# The training whose plane was shown last: a new one shows its own plane.
_SHOWN = "_bridge_shown"
CANVAS_WORDS = "Every dot is a day. Point anywhere to see the day that the decoder makes of that code; click to pin it."
ERROR = r"\mathrm{RMSE} = \sqrt{\frac{1}{ND} \sum_{n} \lVert x_n - \hat x_n \rVert^2}"


@dataclass(frozen=True, eq=False)
class Bridge:
    """The days of one export as train and test, with PCA's answer; key: changes with the days and the sidewalks."""

    key: tuple[str, str]
    days: FremontDays
    train: Dataset
    test: Dataset
    linear: PCA
    linear_mse: float


@dataclass(frozen=True)
class Tint:
    """What colours stand for: a label for each day, names and colours of the labels."""

    labels: NDArray[np.uint8]
    names: tuple[str, ...]
    colors: tuple[str, ...]


def bridge() -> None:
    """The plane of days on the left; one day with its reconstructions on the right."""
    left, right = st.columns(PLANE_AND_DAY, gap="medium")
    with left:
        row_of_controls = low_row()
    with row_of_controls:
        chosen = choose_in_list("walks", "Values per day", (SUMMED, APART), width=150)
        days = _dropped() or _kept()
    if days is None:
        _show_without_counts(left, right, row_of_controls)
        return
    found = split_bridge(*days, "summed" if chosen == SUMMED else "apart")
    with right:
        with low_row("_of_network"):
            run = _choose_run()
        key = (run, found.key)
        with low_row("_of_training"):
            pressed = train_button(key, SECONDS)
            row = _choose_day(found)
        stages = learned(key)
        _errors(found, stages)
    with left:
        if pressed:
            _learn(found, run, row)
        else:
            _plane(row_of_controls, found, stages[-1] if stages else None, key)
    with right:
        _one_day(found, stages[-1] if stages else None, row)


def _learn(found: Bridge, run: RunSpec, row: int) -> None:
    watch(
        (run, found.key),
        learn(run, found.train, found.test, found.linear),
        lambda stage: _day(found, stage, row),
        "The reconstruction of a day while the autoencoder learns",
        first=_day(found, None, row),
    )


def _kept() -> tuple[str, FremontDays] | None:
    """The export in the data folder, with an id; None where there is none."""
    if not fremont_is_here():
        return None
    days = load_fremont()
    return hashlib.sha256(days.counts.tobytes()).hexdigest()[:16], days


def _show_without_counts(left: DeltaGenerator, right: DeltaGenerator, row: DeltaGenerator) -> None:
    """The planes that come with the explorer, and how to get the counts."""
    if (found := known(day_planes_key())) is not None:
        with left:
            _kept_plane(row, found)
        with right:
            _kept_day(found)
    with right if found else left:
        _ask_for_file()


def _kept_plane(row: DeltaGenerator, found: DayPlanes) -> None:
    with row:
        plane, tint = choose_button("map", "Plane", (AE_PLANE, PCA_PLANE)), _choose_tint()
    is_linear = plane == PCA_PLANE
    codes, decoder = (found.linear_codes, found.linear_decoder) if is_linear else (found.codes, found.stage.decoder)
    kept_canvas(_scene_of(codes, decoder, tint_of(found.days, tint), None, tint), "bridge-canvas")
    st.markdown(CANVAS_WORDS)


def _kept_day(found: DayPlanes) -> None:
    """The errors of both planes, and one day with its reconstructions."""
    _metrics(found.n_held_out, found.linear_mse, found.stage.mse)
    place = slice(found.shown, found.shown + 1)
    linear = apply_layers(found.linear_decoder, found.linear_codes[place])[0]
    bent = found.stage.decode(found.codes[place])[0]
    profile, linear, bent = (BICYCLES_PER_UNIT * values for values in (found.profile, linear, bent))
    date = found.dates[found.shown].astype("datetime64[D]")
    alt = f"{date} with its linear and its nonlinear reconstruction"
    show_figure(pictures.day_figure(profile, linear, bent, HEIGHT_PX), "day", alt)
    st.caption(f"{date}, a held-out day. For the other days this copy has only the codes.")


def _ask_for_file() -> None:
    source = {source.name: source for source in list_sources()}["fremont"]
    drop = " Or drop it into “Other file”." if permissions().change_data else ""
    st.info(f"{source.how_to_get}{drop}", icon=":material/download:")
    with st.container(width=360):
        data_set_card(source)


def _dropped() -> tuple[str, FremontDays] | None:
    """The export that was dropped into the page, with an id; a bad one is named, and the page goes on without it."""
    if not permissions().change_data:
        return None
    with st.popover("Other file", icon=":material/upload_file:"):
        file = st.file_uploader("A CSV export of the hourly counts", type="csv", key="bridge_file")
        st.caption("With a column for the date and one for each sidewalk, in any order. It stays in this session.")
    if file is None:
        return None
    content = file.getvalue()
    try:
        return hashlib.sha256(content).hexdigest()[:16], _parsed(content)
    except DatasetError as error:
        st.error(as_text(f"{file.name}: {error}"), icon=":material/error:")
        return None


@st.cache_resource(max_entries=4, show_spinner="Reading the counts …")
def _parsed(content: bytes) -> FremontDays:
    return parse_fremont(content)


@st.cache_resource(max_entries=8, show_spinner=False)
def split_bridge(key: str, _days: FremontDays, sidewalks: Sidewalks) -> Bridge:
    """Train and test of an export, and PCA of train; raises DatasetError for too few days."""
    train, test = _days.dataset("train", sidewalks), _days.dataset("test", sidewalks)
    if not len(test):
        raise DatasetError(
            f"The file has {len(train)} whole days; an autoencoder needs at least 5, one of them held out."
        )
    linear = linear_baseline(train, LATENT_DIM)
    x = test.pixels()
    return Bridge((key, sidewalks), _days, train, test, linear, mse(x, linear.decode(linear.encode(x))))


def _choose_run() -> RunSpec:
    net = choose_in_list("net", "Hidden layers", NETS)
    activation = choose_in_list("act", "Nonlinearity", ACTIVATIONS)
    hidden = () if net == "none" else tuple(int(width) for width in net.split("-"))
    return replace(DAY_RUN, model=AESpec(LATENT_DIM, hidden, activation, "identity"))


def _errors(found: Bridge, stages: tuple[Stage, ...]) -> None:
    """Root mean squared errors on held-out days, in bicycles per hour."""
    _metrics(len(found.test), found.linear_mse, stages[-1].mse if stages else None)


def _metrics(n_held_out: int, linear_mse: float, bent_mse: float | None) -> None:
    first, second = st.columns(2)
    look: dict[str, Any] = {"delta_color": "off", "delta_arrow": "off"}
    first.metric("PCA, K = 2: RMSE", f"{_bicycles(linear_mse):.1f}", f"on {n_held_out:,} held-out days", **look)
    if bent_mse is not None:
        second.metric("Autoencoder, K = 2", f"{_bicycles(bent_mse):.1f}", "bicycles per hour", **look)


def _bicycles(squared: float) -> float:
    return BICYCLES_PER_UNIT * float(np.sqrt(squared))


def _plane(row: DeltaGenerator, found: Bridge, stage: Stage | None, key: tuple[RunSpec, tuple[str, str]]) -> None:
    if stage and st.session_state.get(_SHOWN) != key:
        st.session_state[_SHOWN], st.session_state["map"] = key, AE_PLANE
    planes = (PCA_PLANE, AE_PLANE) if stage else (PCA_PLANE,)
    with row:
        plane, tint = choose_button("map", "Plane", planes, planes[-1]), _choose_tint()
    name = PCA_PLANE if stage is None or plane == PCA_PLANE else f"{key[0]}, step {stage.step}"
    scene = _scene(name, found.key, tint, found, None if name == PCA_PLANE else stage)
    kept_canvas(scene, "bridge-canvas")
    st.markdown(CANVAS_WORDS)


def _choose_tint() -> str:
    return choose_in_list("tint", "Colour", TINTS, width=130)


@st.cache_resource(max_entries=24, show_spinner=False)
def _scene(name: str, key: tuple[str, str], tint: str, _found: Bridge, _stage: Stage | None) -> CanvasScene:  # noqa: ARG001 - name and key are the cache's
    """The plane of days by PCA or, with a stage of a training, by the autoencoder."""
    days = _found.days
    x = _all_days(_found)
    encode = _found.linear.encode if _stage is None else _stage.encode
    decoder: tuple[Layer, ...] = _found.linear.decoder_layers() if _stage is None else _stage.decoder
    codes = encode(x)
    colours = tint_of(days, tint)
    return _scene_of(codes, decoder, colours, References(codes, x, colours.labels), tint)


def _scene_of(
    codes: Array, decoder: tuple[Layer, ...], colours: Tint, references: References | None, tint: str
) -> CanvasScene:
    return CanvasScene(
        codes=codes,
        labels=colours.labels,
        class_names=colours.names,
        colors=colours.colors,
        decoder=decoder,
        origin=np.zeros(LATENT_DIM, np.float32),
        axes=np.eye(LATENT_DIM, dtype=np.float32),
        axis_labels=("z₁", "z₂"),
        image_shape=None,
        references=references,
        alt=f"Plane of {len(codes):,} days on the Fremont Bridge by {tint}",
    )


def _all_days(found: Bridge) -> Array:
    """Every day in the order of the calendar, (N, D)."""
    x = np.empty((len(found.days.dates), found.linear.mean.size), np.float32)
    x[found.days.train_rows], x[found.days.test_rows] = found.train.pixels(), found.test.pixels()
    return x


def tint_of(days: FremontDays, name: str) -> Tint:
    """The colours of days by kind, weekday, month or year."""
    if name == "weekday":
        return Tint(days.weekdays.astype(np.uint8), WEEKDAYS, pictures.cyclic_colours(len(WEEKDAYS)))
    if name == "month":
        return Tint(days.months.astype(np.uint8), MONTHS, pictures.cyclic_colours(len(MONTHS)))
    if name == "year":
        years, labels = np.unique(days.years, return_inverse=True)
        return Tint(labels.astype(np.uint8), tuple(map(str, years)), pictures.ordered_colours(len(years)))
    return Tint((days.weekdays >= SATURDAY).astype(np.uint8), DAY_KINDS, (class_colour(0), class_colour(1)))


def _choose_day(found: Bridge) -> int:
    """The row of the held-out day to look at."""
    dates = [str(date) for date in found.days.dates[found.days.test_rows]]
    return dates.index(choose_in_list("day", "A held-out day", dates, width=170))


def _one_day(found: Bridge, stage: Stage | None, row: int) -> None:
    """A held-out day beside its linear and its nonlinear reconstruction."""
    day, left_out = found.days.test_rows[row], len(found.days.incomplete)
    alt = f"{found.days.dates[day]} with its linear and its nonlinear reconstruction"
    show_figure(_day(found, stage, row), "day", alt)
    note = without_days(left_out)
    st.caption(f"{WEEKDAYS[found.days.weekdays[day]]}, {int(found.days.counts[day].sum()):,} bicycles in all.{note}")
    explain(formula=[(ERROR, "N held-out days of D values, in bicycles per hour.")], code=[parse_fremont, learn])


def without_days(n: int) -> str:
    """How many days lack hours, where some do."""
    if not n:
        return ""
    return " 1 day with missing hours is left out." if n == 1 else f" {n} days with missing hours are left out."


def _day(found: Bridge, stage: Stage | None, row: int) -> Figure:
    x = found.test.pixels(slice(row, row + 1))
    linear = found.linear.decode(found.linear.encode(x))[0]
    bent = None if stage is None else BICYCLES_PER_UNIT * stage.reconstruct(x)[0]
    return pictures.day_figure(BICYCLES_PER_UNIT * x[0], BICYCLES_PER_UNIT * linear, bent, HEIGHT_PX)
