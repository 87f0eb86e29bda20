"""The data page's view of many dimensions: volumes, distances, samples, features, and the corners of a cube."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.dataset_summary import log10_ball_share
from explorer.analysis.dimensions import (
    Distances,
    Peaking,
    dimensions_for,
    distances_of_pairs,
    log10_samples_needed,
    peaking,
    radii,
    uniform_points,
)
from explorer.analysis.measure import Interval
from explorer.data import Dataset
from explorer.figures import dimensions as pictures
from explorer.figures.dataset import power_of_ten, volume_figure
from explorer.models.fields import Choice
from explorer.models.written_numbers import percent
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, STAGE_PX, show_figure
from explorer.ui.linked_widgets import choose_in_list, slide_number
from explorer.ui.query_params import bound
from explorer.ui.results import kept

SEED, N_POINTS = 0, 4000
CUBES = (1, 2, 3, 10, 30, 100)
RADII, MOST_DIMENSIONS = (0.5, 0.2, 0.1), 20
N_SAMPLES_OF_CLASSIFIERS = (10, 30, 100)
N_FEATURES = np.unique(np.geomspace(1, 1000, 60).astype(np.int64))
START_K, MOST_K, N_SHOWN = 20, 100, 800

SHARE = r"\frac{V(\text{ball})}{V(\text{cube})} = \frac{\pi^{d/2}}{d\, 2^{d-1}\, \Gamma(d/2)}"
SPREAD = r"\frac{\operatorname{std} \lVert x - y \rVert}{\operatorname{mean} \lVert x - y \rVert} \approx"
SPREAD += r" \sqrt{\frac{7}{20\, d}} \quad \text{for } x, y \sim \mathcal U([0, 1]^d), \ d \to \infty"
SPREAD_WORDS = "‖x − y‖² is a sum of d independent terms with mean 1/6 and variance 7/180 (Beyer et al. 1999)."
NEEDED = r"\operatorname{median}\, \min_n \lVert x_n \rVert = \bigl(1 - 2^{-1/n}\bigr)^{1/d} = r \;\Rightarrow\;"
NEEDED += r" n = \frac{-\ln 2}{\ln(1 - r^d)} \approx 0.69\, r^{-d}"
NEEDED_WORDS = "For uniform points of a ball of radius 1, seen from its centre (Hastie et al. 2009, eq. 2.24)."
TRUNK = r"x \mid \pm \sim \mathcal N(\pm\mu, I), \quad \mu_i = \tfrac{1}{\sqrt i}, \qquad"
TRUNK += r" \text{error} = \Phi\!\left(-\frac{\mu^\top \hat m}{\lVert \hat m \rVert}\right)"
TRUNK_WORDS = "m̂ is the mean of n samples; with m̂ = μ the error goes to 0, with any n it goes to 50 % (Trunk 1979)."
UNIFORM_KL = r"\mathrm{KL}\bigl(\mathcal N(\mu, \sigma^2) \,\|\, \mathcal U[-\sqrt 3, \sqrt 3]\bigr) = \infty, \qquad"
UNIFORM_KL += r" \lVert z \rVert \approx \sqrt K \ \text{ for both priors}"
UNIFORM_KL_WORDS = "A Gaussian q has tails outside every cube, where a uniform prior has density 0."


def dimensions(dataset: Dataset) -> None:
    """One of the parts, with its controls beside it."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        part = choose_in_list("part", "Of many dimensions", PARTS)
    PARTS[part](dataset, picture, controls)


def _ball(dataset: Dataset, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """How much of a cube its largest ball fills, as the dimension grows."""
    n_values = _n_values(dataset)
    with controls:
        is_logarithmic = st.toggle("Logarithmic, up to D", **bound("log", Choice(("true", "false"))))
        at = {d: power_of_ten(float(log10_ball_share([d])[0])) for d in (2, 3, 10, n_values)}
        rows = "".join(f"\n| {d} | {share} |" for d, share in sorted(at.items()))
        st.markdown(f"| d | V(ball) / V(cube) |\n|---|---|{rows}", unsafe_allow_html=True)
        st.markdown(
            "In high dimensions almost all of a cube's volume lies in its corners: the largest ball that fits inside "
            "holds next to none of it. A neighbourhood that contains a few samples is then almost as wide as the whole "
            "space. A method that learns from neighbours needs data that vary along few dimensions."
        )
        explain(formula=[(SHARE, "A ball of radius r in a cube of side 2r.")], code=[log10_ball_share])
    with picture:
        alt = "The fraction of a cube that its largest ball fills, falling as the dimension grows"
        show_figure(volume_figure(n_values, is_logarithmic, STAGE_PX), "dimensions", alt)


def _distances(dataset: Dataset, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """How alike distances are: in cubes of rising dimension, and among the samples."""
    own, shuffled, uniform = kept(("distances", dataset.fingerprint), lambda: measured_distances(dataset))
    with picture:
        figure = pictures.distances_figure(uniform, own, dataset.name, STAGE_PX)
        show_figure(figure, "distances", f"Distances between samples of {dataset.name} beside those in cubes")
    with controls:
        st.markdown(distance_words(own, shuffled, _n_values(dataset)))
        explain(formula=[(SPREAD, SPREAD_WORDS)], code=[distances_of_pairs])


def measured_distances(dataset: Dataset) -> tuple[Distances, Distances, dict[int, Distances]]:
    """Of samples, of the same with each value shuffled among them, and of points in cubes up to their dimension."""
    x = dataset.pixels(slice(0, N_POINTS))
    shuffled = np.random.default_rng(SEED).permuted(x, axis=0)
    sizes = sorted({*CUBES, x.shape[1]})
    uniform = {d: distances_of_pairs(uniform_points(N_POINTS, d, SEED), SEED) for d in sizes}
    return distances_of_pairs(x, SEED), distances_of_pairs(shuffled, SEED), uniform


def distance_words(own: Distances, shuffled: Distances, n_values: int) -> str:
    """What happens to distances, and of how many dimensions those of the data are."""
    spread = own.spread
    few, many = _dimension_of(spread.high), _dimension_of(spread.low)
    return (
        "In many dimensions nearly all distances between random points are alike: the nearest point is hardly nearer "
        f"than the farthest. Distances between samples have a standard deviation of {spread.value:.3f} of their mean "
        f"[{spread.low:.3f}, {spread.high:.3f}], as uniform points have in about "
        f"{_number_of_dimensions(own.like_uniform_in)} [{few:.0f}, {many:.0f}]; a sample has {n_values} values. With "
        f"each value shuffled among the samples it would be {shuffled.like_uniform_in:.0f}. "
        f"{len(own.relative):,} independent pairs of training samples; 95 % intervals by bootstrap. The number "
        "compares spreads and counts no coordinates: clusters make it smaller."
    )


def _number_of_dimensions(number: float) -> str:
    return f"{number:.0f} dimension{'' if round(number) == 1 else 's'}"


def _dimension_of(spread: float) -> float:
    return Distances(np.empty(0), Interval(spread, spread, spread)).like_uniform_in


def _samples(dataset: Dataset, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """How many samples it takes for the nearest to be near."""
    title = f"{dataset.name}: {len(dataset):,}"
    with picture:
        figure = pictures.samples_needed_figure(RADII, len(dataset), title, MOST_DIMENSIONS, STAGE_PX)
        show_figure(figure, "samples-needed", "The number of samples that a near neighbour needs against d")
    with controls:
        st.markdown(samples_words(len(dataset), _n_values(dataset)), unsafe_allow_html=True)
        explain(formula=[(NEEDED, NEEDED_WORDS)], code=[log10_samples_needed])


def samples_words(n_samples: int, n_values: int) -> str:
    """What n samples suffice for, and what as many dimensions as a sample has values would take."""
    needed = power_of_ten_of(float(log10_samples_needed([n_values], RADII[0])[0]))
    enough_in = dimensions_for(n_samples, RADII[0])
    return (
        "How many samples, uniform in a ball of radius 1, are needed for the one nearest to the centre to lie "
        f"within r in half of all cases? Each dimension multiplies the number by 1/r. The {n_samples:,} "
        f"samples of train suffice for r = {RADII[0]:g} in up to {enough_in:.1f} dimensions if they fill them "
        f"evenly; in {n_values} it {'takes' if n_values <= enough_in else 'would take'} {needed}."
        f"{'' if n_values <= enough_in else ' What makes learning possible is that data do not fill their space.'}"
    )


def power_of_ten_of(log10: float) -> str:
    """A count from its decimal logarithm, such as 42 or 10²³⁶."""
    return f"{10**log10:.2g}" if log10 < 4 else f"10<sup>{log10:.0f}</sup>"


def _features(_: Dataset, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """How the error of a classifier falls and rises again with more features."""
    curves = kept("peaking", lambda: {n: peaking(n, N_FEATURES, SEED) for n in N_SAMPLES_OF_CLASSIFIERS})
    with picture:
        figure = pictures.peaking_figure(curves, STAGE_PX)
        show_figure(figure, "peaking", "The error of a classifier against its number of features")
    with controls:
        st.markdown(feature_words(curves))
        explain(formula=[(TRUNK, TRUNK_WORDS)], code=[peaking])


def feature_words(curves: dict[int, Peaking]) -> str:
    """Where the error is least, and what it is with all features, for the fewest samples."""
    n, of = next(iter(curves.items()))
    place = int(of.learned.argmin())
    return (
        "Each further feature separates the two classes a little more, but its mean has to be estimated, and the "
        f"errors of these estimates add up. With means of {n} samples it is least at {of.best} features, "
        f"{percent(of.learned[place], 1)} [{percent(of.low[place], 1)}, {percent(of.high[place], 1)}], and "
        f"{percent(of.learned[-1], 1)} at {of.n_features[-1]:,}; with the true means {percent(of.known[-1], 2)}; "
        "guessing has 50 %. More samples move the minimum to the right. Mean over 400 classifiers; no data set is used."
    )


def _corners(_: Dataset, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """Where draws of a uniform prior lie, beside those of N(0, I)."""
    with controls:
        k = slide_number("latent_dims", "Latent dimensions K", 2, MOST_K, START_K)
        st.markdown(corner_words(k), unsafe_allow_html=True)
        explain(formula=[(UNIFORM_KL, UNIFORM_KL_WORDS)], code=[radii])
    of = kept(("radii", k), lambda: radii(k, SEED))
    draws = np.random.default_rng(SEED).uniform(-of.face, of.face, (N_SHOWN, k))
    with picture:
        figure = pictures.radii_figure(of, draws, STAGE_PX)
        show_figure(figure, "corners", f"Draws of a uniform prior in {k} dimensions, and how far out they lie")


def corner_words(k: int) -> str:
    """Why N(0, I) is the prior and a uniform one would hardly do."""
    outside = 1 - 10 ** float(log10_ball_share([k])[0])
    shown = "nearly 100 %" if outside > 0.9995 else percent(outside, 1)
    return (
        "Why is the prior N(0, I) and not uniform? Both have variance 1 in each dimension here. Of the uniform draws "
        f"{shown} lie outside the largest ball that fits in the cube, towards its 2<sup>{k}</sup> corners: a uniform "
        f"prior has {k} preferred axes and hard walls, N(0, I) looks the same from every direction. Left: two "
        "coordinates of each draw. And a Gaussian q(z|x) has tails beyond any wall, so its KL to a uniform prior is "
        "infinite, while that to N(0, I) has a closed form."
    )


PARTS: dict[str, Callable[[Dataset, DeltaGenerator, DeltaGenerator], None]] = {
    "Ball in a cube": _ball,
    "Distances": _distances,
    "Samples needed": _samples,
    "Features": _features,
    "Corners": _corners,
}


def _n_values(dataset: Dataset) -> int:
    return int(np.prod(dataset.sample_shape))
