"""The views of a decoder's geometry: the shortest path between two samples, and where the plane is stretched."""

from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis import interpolation
from explorer.analysis.decoder_geometry import (
    Borders,
    Metric,
    area_factor,
    borders,
    geodesic,
    metric_map,
    pull_back_metric,
)
from explorer.errors import AnalysisError
from explorer.figures.decoder_geometry import change_of_ellipses, metric_figure
from explorer.models import ConditionalModel
from explorer.models.layers import Layer
from explorer.models.written_numbers import percent
from explorer.scenes.extent import square_extent
from explorer.scenes.interpolation_view import Band, Chart
from explorer.ui.explain import explain
from explorer.ui.figure import ROW_PX, STAGE_PX, low_row, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_button
from explorer.ui.results import kept
from explorer.ui.views.interpolate.context import InterpolatedModel, cached_nearest_code_distance
from explorer.ui.views.interpolate.distances import Measured
from explorer.ui.views.interpolate.endpoints import End, as_class, choose_sample, next_end
from explorer.ui.views.interpolate.panels import InterpolationRow, below, show_ways

Array = NDArray[np.float32]
WAY, STRETCH = "shortest path", "stretching"
PLANE_DIM = 2
N_STEPS, N_FRAMES = 7, 60
RESOLUTION, N_CODES = 48, 2_000
ENERGY = r"\min_{z_1 \dots z_{n-1}} \sum_{i=0}^{n-1} \lVert g(z_{i+1}) - g(z_i) \rVert^2"
ENERGY_WORDS = "g decodes, both ends stay: Shao et al. 2018, algorithm 1."
LENGTH = (
    r"\lVert g(z + \delta) - g(z) \rVert^2 \approx \delta^\top G\, \delta, \qquad G = J^\top J, "
    r"\quad J = \frac{\partial g}{\partial z}"
)
LENGTH_WORDS = "The area factor is √det G: how much area of pictures a small area of codes covers."


@dataclass(frozen=True)
class WayNumbers:
    """A way's length over the pictures' values, how much it turns among them (degrees), and its farthest distance to a
    training code (standard deviations)."""

    title: str
    length: float
    turning_degrees: float
    farthest: float

    @classmethod
    def of(cls, way: InterpolationRow, distance: NDArray[np.floating]) -> Self:
        """Of a way whose codes lie at distances (n,) from the nearest training code."""
        length, turning = interpolation.path_length(way.samples), interpolation.turning_degrees(way.samples)
        return cls(way.title, length, turning, float(distance.max()))


def geometry(model: InterpolatedModel) -> None:
    """The shortest path between two samples, or where the decoder stretches its plane."""
    row = low_row()
    with row:
        what = choose_button("geometry", "Show", (WAY, STRETCH))
    (_shortest_way if what == WAY else _stretching)(model, row)


def _shortest_way(model: InterpolatedModel, row: DeltaGenerator) -> None:
    """The straight path, the geodesic and the cross-fade between two samples, and how fast the picture changes."""
    with row:
        start, end = choose_sample(model, "from"), choose_sample(model, "to")
        model = as_class(model)
    straight = interpolation.linear_path(start.code, end.code, N_FRAMES + 1).codes
    find = partial(_geodesic, model, start, end)
    bent = kept(_key(model, start, end), find, doing="Looking for the shortest path …")
    ways = [
        InterpolationRow("linear", "straight in codes", "dashed", model.decode(straight), straight),
        InterpolationRow("geodesic", "shortest in pictures", "solid", model.decode(bent), bent),
    ]
    blend = interpolation.between(ways[0].samples[0], ways[0].samples[-1], N_FRAMES + 1)
    fade = InterpolationRow("pixels" if model.is_image else "values", "decoded ends blended", "dotted", blend, None)
    place = "start" if next_end() == "from" else "end"
    hint, alt = f"Click the plane for another {place}.", f"Straight and shortest path from {start.title} to {end.title}"
    view = show_ways(model, [*ways, fade], N_STEPS, _speed(interpolation.path_length(blend)), hint, alt)
    nearest, expected = cached_nearest_code_distance(*model.key, model.label)
    numbers = [WayNumbers.of(way, nearest.distance(way.codes)) for way in ways if way.codes is not None]
    st.markdown(way_words(numbers[0], numbers[1], interpolation.path_length(blend), expected.high))
    below(model, view, [(ENERGY, ENERGY_WORDS)], [geodesic])


def _key(model: InterpolatedModel, start: End, end: End) -> tuple[object, ...]:
    return ("geodesic", *model.key, model.label, *start.code.tolist(), *end.code.tolist())


def _geodesic(model: InterpolatedModel, start: End, end: End) -> Array:
    return geodesic(decoder_layers(model), start.code, end.code, N_FRAMES, model.checkpoint.codes.train)


def decoder_layers(model: InterpolatedModel) -> tuple[Layer, ...]:
    """The decoder of a model, of a conditional one for the class that it is given."""
    decoder = model.checkpoint.model
    return decoder.decoder_layers(model.label) if isinstance(decoder, ConditionalModel) else decoder.decoder_layers()


def _speed(chord: float) -> Measured:
    """How fast the picture changes, per whole way: the mean is the way's length, which a cross-fade makes least."""

    def read(samples: Array, _: Array | None) -> tuple[float, ...]:
        steps = np.linalg.norm(np.diff(samples.astype(np.float64), axis=0), axis=1) * (len(samples) - 1)
        return tuple(np.append(steps, steps[-1]).tolist())

    return Measured(Chart("change of\nthe picture", (Band("least mean", chord, chord, chord),)), read)


def way_words(linear: WayNumbers, bent: WayNumbers, chord: float, limit: float) -> str:
    """What the two ways cost, beside the least that any way could, and how far each leads away from the codes."""
    saved = 1 - bent.length / linear.length
    verdict = (
        f"The geodesic saves {percent(saved)} of it."
        if saved >= 0.005
        else (
            "The geodesic saves less than 1 % of it: the decoder is nearly flat between these two, or the descent "
            "found no shorter path."
        )
    )
    farther = "farther from" if bent.farthest > linear.farthest else "nearer to"
    return (
        f"Measured in pictures, the straight path is {linear.length:.1f} long, the geodesic {bent.length:.1f} "
        f"(Euclidean over their values; no path is shorter than the cross-fade, {chord:.1f}, whose pictures need not "
        f"be those of any code). {verdict} The descent that finds it depends on rounding: another processor's length "
        "differs by up to about 1 %. Its steps change the picture by nearly equal amounts, as the chart shows. "
        f"The change of the picture turns through {linear.turning_degrees:,.0f}° along the straight path and through "
        f"{bent.turning_degrees:,.0f}° along the geodesic (the sum of the angles between successive steps, {N_FRAMES} "
        "in all; a cross-fade: 0°). "
        f"The shortest path need not keep to the data. Its farthest code lies {bent.farthest:.2f} standard deviations "
        f"from the nearest training code, {farther} the data than that of the straight path ({linear.farthest:.2f}); "
        f"95 % of held-out codes lie within {limit:.2f}."
    )


def _stretching(model: InterpolatedModel, row: DeltaGenerator) -> None:
    """The decoder's metric over the plane, with ellipses of equal change of the picture."""
    if model.checkpoint.model.latent_dim != PLANE_DIM:
        raise AnalysisError(
            f"The plane of {model.checkpoint.info.name} is a slice through more than two dimensions; choose a model "
            "with K = 2."
        )
    with row:
        model = as_class(model)
    codes, plane = model.checkpoint.codes, model.plane
    key = ("metric", *model.key, model.label)
    found, factor = kept(key, lambda: _metric(model), doing="Differentiating the decoder …")
    points = plane.project(codes.train)
    figure = metric_figure(found, points, codes.train_labels, plane.labels, STAGE_PX - ROW_PX)
    show_figure(figure, "metric", f"Where the decoder of {model.checkpoint.info.name} stretches the plane")
    st.markdown(
        f"Each ellipse holds the steps that change the picture by less than {change_of_ellipses(found, points):.2g}, "
        "Euclidean over its values: where ellipses are small and the colour is strong it changes fast. "
        f"{_borders(model, factor)}"
    )
    explain(formula=[(LENGTH, LENGTH_WORDS)], code=[pull_back_metric, area_factor])


def _metric(model: InterpolatedModel) -> tuple[Metric, NDArray[np.float64]]:
    codes, layers = model.checkpoint.codes, decoder_layers(model)
    *centre, half = square_extent(model.plane.project(codes.train))
    u, v = (np.linspace(middle - half, middle + half, RESOLUTION, dtype=np.float32) for middle in centre)
    factor = area_factor(pull_back_metric(layers, codes.test[:N_CODES], model.plane.axes))
    return metric_map(layers, model.plane, u, v), factor


def _borders(model: InterpolatedModel, factor: NDArray[np.float64]) -> str:
    codes = model.checkpoint.codes
    try:
        return as_text(border_words(borders(factor, codes.test[:N_CODES], codes.test_labels[:N_CODES]), factor))
    except AnalysisError as error:
        return as_text(error)


def border_words(found: Borders, factor: NDArray[np.float64]) -> str:
    """Whether the decoder stretches more where classes meet, from the numbers; a flat decoder stretches alike."""
    if np.ptp(factor) < 1e-3 * factor.max():
        return (
            f"This decoder is linear: its area factor is {factor.max():.3g} everywhere, and straight paths are "
            "shortest."
        )
    auc = found.auc
    verdict = "more" if auc.low > 0.5 else "less" if auc.high < 0.5 else "neither more nor less"
    n_codes = found.n_mixed + found.n_pure
    return (
        f"Of {n_codes:,} test codes {found.n_mixed:,} have another class among their 5 nearest and a median area "
        f"factor of {found.mixed:.3g}; the others {found.pure:.3g}. One of the first exceeds one of the others in "
        f"{percent(auc.value)} of pairs (95 % interval {percent(auc.low)} to {percent(auc.high)}; 50 %: no "
        f"difference): the decoder stretches {verdict} where classes meet."
    )
