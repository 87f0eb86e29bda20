"""The parts of the page of holes: one model's plane with its sampler, the numbers, and a walk that leaves the data."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.hole_map import CONFIDENCE, DISTANCE, LOG_RATIO, REENCODING, LayerKind, WorstHole
from explorer.analysis.holes import (
    BALL_HOLE_RATE,
    C2ST,
    COPYING,
    COVERAGE,
    HOLE_RATE,
    LOCAL_HOLE_RATE,
    RECALL,
    SQUARED_MMD,
)
from explorer.analysis.latent_plane import range_grid
from explorer.analysis.measure import Measure
from explorer.analysis.straight_interpolation import (
    LeavingRate,
    StraightInterpolation,
    leaving_rate,
    straight_interpolation,
)
from explorer.errors import AnalysisError
from explorer.export.plane_pages import ShownPlane
from explorer.figures.holes import NumberSeries, hole_numbers_figure, map_scale_figure
from explorer.figures.images import grey, mosaic_figure
from explorer.figures.straight_interpolation import interpolation_distance_figure
from explorer.figures.theme import model_hue
from explorer.models.spec import CVAESpec
from explorer.scenes.canvas_scene import CanvasScene, Pin
from explorer.scenes.latent_scene import image_shape
from explorer.store import Checkpoint
from explorer.store.codes import Codes, codes_of_class
from explorer.training.codes import decoded
from explorer.ui.caches import checkpoint_of
from explorer.ui.figure import show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_in_list, choose_number
from explorer.ui.models.fitted_samplers import SEED, hole_map, sampler_of
from explorer.ui.models.model_and_sampler import Side, side_scene
from explorer.ui.plane.kept_canvas import keep_pin, kept_canvas
from explorer.ui.refusals import said_in_place
from explorer.ui.results import kept
from explorer.ui.views.holes.results import (
    hole_numbers,
    known_numbers,
    rate_by_class_of,
    scene_of_class,
    scene_with_map,
    surgery_of,
)

CODES_ONLY = "codes only"
LAYERS: dict[str, LayerKind | None] = {
    "sampler against codes": LOG_RATIO,
    CODES_ONLY: None,
    "distance to codes": DISTANCE,
    "re-encoding error": REENCODING,
    "classifier's confidence": CONFIDENCE,
}
HOW_TO_READ = (
    "Dot and line: the value with its 95 % interval. Grey bar: the null value, what codes of the model itself get. A "
    "filled dot is worse than its null value at a one-sided level of 2.5\u00a0%; an open one is not."
)
# Test digits 1 and 3 of MNIST: the straight path between their codes leaves the data in ae-2d and not in vae-2d.
WALK_FROM, WALK_TO = 2, 18
SHARES = (HOLE_RATE, LOCAL_HOLE_RATE, BALL_HOLE_RATE, COVERAGE, RECALL, C2ST, COPYING)
N_STEPS, N_DRAWS = 9, 600
GRID_SIDE, GRID_HEIGHT_PX = 15, 520


def show_plane(side: Side, layer: str) -> ShownPlane:
    """One model's plane, linked to the other's, with a layer of its map of holes under the codes."""
    kind = LAYERS[layer]
    with st.container():  # of its own for the progress, so that the canvas keeps its place when that has gone
        canvas = _canvas_scene(side, kind)
    view = kept_canvas(canvas, f"holes-{side.key}", f"_{side.key}")
    if kind is not None:
        bar = map_scale_figure(hole_map(side.info, side.sampler, side_scene(side), side.label), kind.key)
        show_figure(bar, f"scale-{side.key}", f"The colours of the map of {side.info.name}: {kind.title}, {kind.unit}")
    return ShownPlane(side.info, canvas, view)


def show_grid(side: Side) -> None:
    """What a model's decoder makes of a grid over the range of its own codes."""
    checkpoint = checkpoint_of(side.info)
    shape = image_shape(checkpoint.header.sample_shape)
    if shape is None or checkpoint.model.latent_dim == 1:
        return
    tiles = grey(grid_pictures(side, checkpoint).reshape(-1, *shape))
    st.markdown(f"**{as_text(side.info.name)}**, decoded on a grid over its own codes")
    alt = f"What {side.info.name} decodes on a grid of {GRID_SIDE} × {GRID_SIDE} points over the range of its codes"
    show_figure(mosaic_figure(tiles, [], GRID_SIDE, height=GRID_HEIGHT_PX), f"grid-{side.key}", alt)


def grid_pictures(side: Side, checkpoint: Checkpoint) -> NDArray[np.float32]:
    """The decoded points of a square grid in the plane of one side, (side², D), row after row from the top."""
    plane = side_scene(side).plane
    z = plane.lift(range_grid(plane.project(checkpoint.codes.train), GRID_SIDE)).astype(np.float32)
    return decoded(checkpoint.model, z, np.full(len(z), side.label or 0))


def _canvas_scene(side: Side, kind: LayerKind | None) -> CanvasScene:
    scene = side_scene(side)
    canvas = scene.canvas if side.label is None else scene_of_class(scene.canvas, side.label)
    if kind is None:
        return canvas
    result = hole_map(side.info, side.sampler, scene, side.label)
    if kind not in [one.kind for one in result.layers]:
        raise AnalysisError(_without_layer(side, kind))
    draws = sampler_of(side.info, side.sampler, side.label).sample(N_DRAWS, np.random.default_rng(SEED))
    key = (side.info.fingerprint, side.sampler, kind.key, side.key, str(side.label))
    return scene_with_map(canvas, result, kind.key, scene.plane.project(draws), key)


def _without_layer(side: Side, kind: LayerKind) -> str:
    """Why a map lacks a layer, and what to do."""
    if isinstance(side.info.run.model, CVAESpec):
        return (
            f"{kind.title} needs a decoder of the code alone, but that of {side.info.name} takes a class as well; "
            "choose another layer or another model."
        )
    return f"{kind.title} needs a classifier: `python -m explorer train-classifier --dataset {side.info.run.dataset}`."


def pin_worst_hole(side: Side) -> WorstHole | None:
    """Pin the place that the sampler reaches and the codes avoid most; None where the plane has none."""
    scene = side_scene(side)
    worst = hole_map(side.info, side.sampler, scene, side.label).worst
    if worst is not None:
        keep_pin(scene.canvas, Pin(*worst.point), f"_{side.key}")
    return worst


def show_numbers(sides: Sequence[Side]) -> None:
    """The hole numbers of both sides beside their nulls: what is known at once, the rest behind a button."""
    is_asked = False
    known = [known_numbers(side.info, side.sampler, side.label) is not None for side in sides]
    if not all(known):
        st.markdown("**How many holes?** Each number beside its null value, which a perfect sampler has.")
        is_asked = st.button("Measure (up to 20 s per side)", icon=":material/straighten:", key="measure")
    shown = [side for side, is_known in zip(sides, known, strict=True) if is_asked or is_known]
    series: list[NumberSeries] = []
    for side in shown:
        with said_in_place(side.title):
            series.append(_number_series(side, sides))
    if series:
        figure = hole_numbers_figure(series)
        show_figure(figure, "hole-numbers", "Hole numbers of both models, each beside its null value")
        st.caption(HOW_TO_READ)
        with st.expander("What each number cannot see", icon=":material/visibility_off:"):
            st.markdown(blind_spots())


def blind_spots() -> str:
    """Each number with the failures that it cannot see."""
    return "\n".join(f"- **{metric.title}** cannot see {metric.blind_to}." for metric in (*SHARES, SQUARED_MMD))


def _number_series(side: Side, sides: Sequence[Side]) -> NumberSeries:
    found = hole_numbers(side.info, side.sampler, side.label)
    st.caption(f"**{as_text(side.title)}**: {found.note}; {_mmd_words(found.measures)}{_rate_words(side)}.")
    return NumberSeries(side.title, _hue(side, sides), _shares(found.measures))


def _shares(measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    return tuple(measure for metric in SHARES for measure in measures if measure.metric == metric)


def _mmd_words(measures: tuple[Measure, ...]) -> str:
    tested = next(measure for measure in measures if measure.p is not None)
    return f"{tested.metric.title} {tested.measured.value:.4f}, null 0, permutation p = {tested.p:.3f}"


def _rate_words(side: Side) -> str:
    """The rate of a VAE and its two parts, or why they are not told, and its active units."""
    if side.label is not None:
        return _rate_by_class_words(side)
    surgery = surgery_of(side.info)
    if surgery is None:
        return ""
    units = f"active units {side.info.metrics['active_units']}"
    if surgery.mutual_information_nats is None or surgery.marginal_kl_nats is None:
        return f"; rate {surgery.rate_nats:.2f} nats ({surgery.refusal}); {units}"
    information, marginal = surgery.mutual_information_nats.value, surgery.marginal_kl_nats.value
    return f"; rate {surgery.rate_nats:.2f} = I(n; z) {information:.2f} + KL(q(z) ‖ p) {marginal:.2f} nats; {units}"


def _rate_by_class_words(side: Side) -> str:
    """The rate of a conditional model, and how far the codes of single classes are from the prior."""
    found = rate_by_class_of(side.info)
    if found.marginal_kl_nats is None:
        return f"; rate {found.rate_nats:.2f} nats over all classes ({found.refusal})"
    return (
        f"; over all classes: rate {found.rate_nats:.2f} nats, of which E_y KL(q(z|y) ‖ p) = "
        f"{found.marginal_kl_nats:.2f} nats is the mean KL of a class's codes to the prior"
    )


def _hue(side: Side, sides: Sequence[Side]) -> str:
    families = [one.info.run.model.family for one in sides]
    family = side.info.run.model.family
    if families.count(family) == 1 or side is sides[0]:
        return model_hue(family)
    return model_hue("ae" if family == "linear_ae" else "linear_ae")


def show_walk(sides: Sequence[Side]) -> None:
    """The straight path between the codes of two test samples, what it decodes to, and how far it is from the data."""
    n_test = min(len(checkpoint_of(side.info).codes.test) for side in sides)
    start, end = (min(sample, n_test - 1) for sample in (WALK_FROM, WALK_TO))
    with st.container(horizontal=True):
        first = choose_number("from", "From test sample", 0, n_test - 1, start, width=170)
        second = choose_number("to", "to test sample", 0, n_test - 1, end, width=170)
    ways = {}
    for side in sides:
        checkpoint = checkpoint_of(side.info)
        if image_shape(checkpoint.header.sample_shape) is not None:
            key = ("way", side.info.fingerprint, first, second, side.label)
            way = kept(key, partial(way_of, checkpoint, first, second, side.label))
            ways[side.title] = (way, _hue(side, sides))
            _show_way(side, checkpoint, way)
    if ways:
        figure = interpolation_distance_figure(ways)
        show_figure(figure, "walk-distance", "Distance to the nearest training code along the path")
        st.markdown(" ".join(way_words(title, way) for title, (way, _) in ways.items()))
        st.caption(" ".join(leaving_words(side) for side in sides))


def way_of(checkpoint: Checkpoint, first: int, second: int, label: int | None = None) -> StraightInterpolation:
    """The straight path between the codes of two test samples; raises AnalysisError where they are the same.

    label: the class that a conditional model is given throughout; only the codes of that class are its data.
    """
    start, end = checkpoint.codes.test[[first, second]]
    codes = checkpoint.codes if label is None else codes_of_class(checkpoint.codes, label)
    return straight_interpolation(start, end, N_STEPS, codes.train, codes.test)


def _show_way(side: Side, checkpoint: Checkpoint, way: StraightInterpolation) -> None:
    """What the way decodes to; a conditional model is given the chosen class throughout."""
    header = checkpoint.header
    pictures = decoded(checkpoint.model, way.codes, np.full(N_STEPS, side.label or 0))
    tiles = grey(pictures.reshape(-1, *header.sample_shape))
    condition = "" if side.label is None else f", given class {as_text(header.class_names[side.label])} throughout"
    st.markdown(f"**{as_text(side.info.name)}**{condition}")
    figure = mosaic_figure(tiles, [""] * N_STEPS, N_STEPS, height=110)
    show_figure(figure, f"walk-{side.key}", f"Decoded images along the path through the codes of {side.info.name}")


def way_words(title: str, way: StraightInterpolation) -> str:
    """Whether a way leaves the data, from its numbers."""
    ratio = float(way.distance[way.farthest] / way.null)
    place = f"{100 * way.farthest / (len(way.distance) - 1):.0f} % of the path"
    name = as_text(title)
    if way.leaves:
        return (
            f"**{name}**: the path leaves the data; at {place} the nearest training code is {ratio:.1f} times as far "
            "away as the limit that 99 % of the test codes keep."
        )
    return (
        f"**{name}**: the path stays within the data; the nearest training code is at most {ratio:.2f} times as far "
        "away as the limit that 99 % of the test codes keep."
    )


def leaving_words(side: Side) -> str:
    """How often ways leave the data in this model, so that one pair is not taken for all."""
    checkpoint = checkpoint_of(side.info)
    found = kept(("leaving", side.info.fingerprint, side.label), lambda: leaving_rate_of(checkpoint.codes, side.label))
    names, share = checkpoint.header.class_names, found.share
    pairs = "of different classes" if side.label is None else f"within class {as_text(names[side.label])}"
    return (
        f"Of {found.n_pairs} random pairs {pairs} in {as_text(side.info.name)}, {share.percent()} "
        "have a path that leaves the data."
    )


def leaving_rate_of(codes: Codes, label: int | None) -> LeavingRate:
    """How often ways between classes leave the data; in a conditional model, ways between codes of one class."""
    rng = np.random.default_rng(SEED)
    if label is None:
        return leaving_rate(codes.train, codes.test, codes.test_labels, N_STEPS, rng)
    own = codes_of_class(codes, label)
    return leaving_rate(own.train, own.test, np.arange(len(own.test)), N_STEPS, rng)


def choose_layer() -> str:
    """The widget of the layer under the codes."""
    look: dict[str, Any] = {"width": 240, "label_visibility": "collapsed", "help": "What is drawn under the codes."}
    return choose_in_list("layer", "Under the codes", LAYERS, **look)


def samples_note(layer: str) -> str:
    """How to read the planes with a layer, and what a fair reader of the numbers knows."""
    return (
        f"{_layer_note(LAYERS[layer])}Each plane has its model's **own** range: an AE's codes are not scaled to "
        "N(0, I), so that drawing N(0, I) for it is an arbitrary pairing. Its hole rate can then even be "
        "small, because the draws lie inside the cloud; coverage and two-sample accuracy reveal the misfit. *Generate* "
        "measures which of the two draws better images; a VAE's prior has the merit that it needs no second fit."
    )


def _layer_note(kind: LayerKind | None) -> str:
    """What the colours and the dots of a layer are; codes alone need no key."""
    if kind is None:
        return ""
    dots = f"Each teal dot is one of {N_DRAWS} draws of the sampler. "
    if kind is not LOG_RATIO:
        return dots
    return f"Orange: the sampler draws where codes seldom lie, a **hole**. Blue: codes that the sampler misses. {dots}"
