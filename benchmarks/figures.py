"""What each figure costs against the size of what it shows: `python -m benchmarks figures`.

A figure of four times the size should cost about four times as much. Seconds depend on the machine; the number of calls
of Python functions does not, and `tests/figures/test_cost.py` holds its growth.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median
from types import FrameType
from typing import Any

import numpy as np

from explorer.analysis.anomaly import ERROR, ErrorAmongOthers, judge
from explorer.analysis.blur import OneCode, SharpModel, Sharpness
from explorer.analysis.clustering import CLUSTERING_ACCURACY, Clustering, ProjectedMixture
from explorer.analysis.compression import Point
from explorer.analysis.contraction import Directions
from explorer.analysis.covariance import covariance_of_rank
from explorer.analysis.dataset_summary import Summary, pick_by_class, random_samples, summarise
from explorer.analysis.denoising import RestorationErrors
from explorer.analysis.holes import COVERAGE, HOLE_RATE
from explorer.analysis.identity import Copies, Copying
from explorer.analysis.manifold import Stage
from explorer.analysis.measure import Measure, exactly
from explorer.analysis.overconfidence import Judged
from explorer.analysis.pca import decompose, pick_from_plane, spectrum
from explorer.analysis.pixel_variance import BlurByVariance
from explorer.analysis.search import SearchQuality
from explorer.analysis.straight_interpolation import StraightInterpolation
from explorer.analysis.strip import Reconstructions, Strip
from explorer.analysis.tradeoff import Aggregate
from explorer.data import Dataset
from explorer.figures import (
    applications,
    blur,
    clusters,
    dataset,
    holes,
    images,
    manifold,
    objectives,
    overconfidence,
    pca,
    posterior,
    ppca,
    straight_interpolation,
    strip,
    tradeoff,
)
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import PCASpec

Draw = Callable[[], object]
SMALL, TIMES, N_ROUNDS = 50, 4, 3
# Calls are counted on fewer: they tell linear from quadratic at once.
FEW = 12
SIDE = 8
HEIGHT = 400
HUE = "#c2417f"


def random(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Numbers from 0 to 1, the same at every call."""
    return np.random.default_rng(0).random(shape, np.float32)


def names(n: int) -> tuple[str, ...]:
    """The names of n classes."""
    return tuple(map(str, range(n)))


def images_of(n_classes: int, n_each: int = 4) -> Dataset:
    """Random images of so many classes."""
    labels = np.repeat(np.arange(n_classes), n_each)
    return Dataset("random", "train", random(len(labels), SIDE, SIDE), labels, names(n_classes))


def fitted(n_pixels: int) -> PCA:
    """The PCA of random images, one pixel high."""
    return fit_pca(random(3 * n_pixels, n_pixels), (1, n_pixels), PCASpec(latent_dim=2))


def _mosaic(n: int) -> Draw:
    tiles = images.grey(random(n, SIDE, SIDE))
    return lambda: images.mosaic_figure(tiles, names(n), 10, height=HEIGHT)


def _named_rows(n: int) -> Draw:
    rows = random(n, 4, SIDE, SIDE)
    return lambda: clusters.named_rows_figure(rows, names(n), HEIGHT, "head")


def _rows(n: int) -> Draw:
    rows = [applications.Row("title", random(4, SIDE, SIDE), names(4)) for _ in range(n)]
    return lambda: applications.rows_figure(rows, 100 * HEIGHT, 4)


def _cluster_plane(n: int) -> Draw:
    points = clusters.LabelledPoints(random(n, 2), np.zeros(n, np.int64), names(1))
    mixture = ProjectedMixture(random(n), random(n, 2), np.tile(np.eye(2), (n, 1, 1)))
    return lambda: clusters.cluster_plane_figure(points, mixture, ("u", "v"), HEIGHT)


def _clustering(n: int) -> Draw:
    accuracy = Measure(CLUSTERING_ACCURACY, exactly(0.7), exactly(0.5))
    found = Clustering(np.ones((n, 3), np.int64), np.zeros(n, np.int64), accuracy)
    return lambda: clusters.clustering_figure(found, names(3), HEIGHT)


def _table(n: int) -> Draw:
    return lambda: clusters.table_figure(random(n, 3).astype(np.float64), names(n), names(3), HEIGHT, digits=1)


def _shares(n: int) -> Draw:
    return lambda: clusters.shares_figure(random(n).astype(np.float64), random(n), HEIGHT)


def _hole_numbers(n: int) -> Draw:
    measures = (Measure(HOLE_RATE, exactly(0.1), exactly(0.01)), Measure(COVERAGE, exactly(0.9), exactly(0.95)))
    series = [holes.NumberSeries(name, HUE, measures) for name in names(n)]
    return lambda: holes.hole_numbers_figure(series)


def _search(n: int) -> Draw:
    found = SearchQuality(np.arange(n), random(n).astype(np.float64), random(n).astype(np.float64), 0.1)
    return lambda: applications.search_figure(found, names(n), HUE, HEIGHT)


def _bars(n: int) -> Draw:
    bars = [applications.Bar(name, 0.5, "0.5", HUE) for name in names(n)]
    return lambda: applications.bars_figure(bars, "MSE", HEIGHT)


def _roc(n: int) -> Draw:
    found = [judge(name, ERROR, np.arange(5.0), np.arange(5.0)) for name in names(n)]
    return lambda: applications.roc_figure(found, dict.fromkeys(names(n), HUE), HEIGHT)


def _errors(n: int) -> Draw:
    errors = random(100 * n).astype(np.float64)
    one = ErrorAmongOthers("AE", np.zeros(4, np.float32), 0.5, errors)
    return lambda: applications.errors_figure([one], {"AE": HUE}, threshold_fraction=0.95, height=HEIGHT)


def _bytes(n: int) -> Draw:
    curves = [applications.ByteCurve(name, (Point("1 bit", 1, 0.1),), HUE, "solid") for name in names(n)]
    return lambda: applications.bytes_figure(curves, HEIGHT)


def _restored(n: int) -> tuple[RestorationErrors, dict[str, str]]:
    errors = RestorationErrors((0.0, 0.5), np.zeros(2), {name: np.ones(2) for name in names(n)})
    return errors, dict.fromkeys(names(n), HUE)


def _noise(n: int) -> Draw:
    errors, hues = _restored(n)
    return lambda: applications.noise_figure(errors, "std", hues, 0.5, HEIGHT)


def _restoration(n: int) -> Draw:
    errors, hues = _restored(n)
    return lambda: objectives.restoration_figure(errors, hues, 0.5, "std", HEIGHT)


def _units(n: int) -> Draw:
    curves = {name: random(3).astype(np.float64) for name in names(n)}
    return lambda: objectives.units_figure((1, 2, 3), curves, dict.fromkeys(curves, HUE), HEIGHT)


def _singular_values(n: int) -> Draw:
    return lambda: objectives.spectrum_figure({"AE": random(n)}, {"AE": HUE}, "value", HEIGHT)


def _directions(n: int) -> Draw:
    rows = [("AE", random(SIDE, SIDE), Directions(random(n), random(n, SIDE * SIDE)))]
    return lambda: objectives.directions_figure(rows, n, (SIDE, SIDE), HEIGHT)


def _class_samples(n: int) -> Draw:
    data = images_of(n)
    picks = pick_by_class(data, 4, 0)
    return lambda: dataset.samples_figure(data, picks, HEIGHT)


def _classes_of_points(n: int) -> Draw:
    return lambda: dataset.points_figure(random(n, 2), np.arange(n), names(n), HEIGHT)


def _summary(n: int) -> tuple[Dataset, Summary]:
    return images_of(n), summarise(images_of(n))


def _class_means(n: int) -> Draw:
    data, summary = _summary(n)
    return lambda: dataset.means_figure(data, summary, HEIGHT)


def _random_samples(n: int) -> Draw:
    data = images_of(n)
    found = random_samples(data, 0, 1, n, 0)
    return lambda: dataset.randoms_figure(data, found, HEIGHT)


def _eigendigits(n: int) -> Draw:
    model = fitted(n)
    return lambda: pca.eigendigits_figure(model, np.arange(1, n + 1), 10, HEIGHT)


def _around_mean(n: int) -> Draw:
    model = fitted(n)
    return lambda: pca.around_mean_figure(model, np.arange(1, n + 1), 5, HEIGHT)


def _spectrum(n: int) -> Draw:
    found = spectrum(fitted(n))
    return lambda: pca.spectrum_figure(found, HEIGHT)


def _terms(n: int) -> Draw:
    parts = decompose(fitted(n), random(n))
    return lambda: pca.terms_figure(parts, n, 100 * HEIGHT)


def _outer_products(n: int) -> Draw:
    of = covariance_of_rank(fitted(4), 2)
    of = replace(of, terms=random(n, 4, 4).astype(np.float64))
    return lambda: pca.outer_products_figure(of, random(n).astype(np.float64), 100 * HEIGHT)


def _plane(n: int) -> Draw:
    picks, labels = pick_from_plane(random(n, 2), 10, "range"), np.arange(n)
    return lambda: pca.plane_figure(picks, random(0, SIDE, SIDE), labels, names(n), HEIGHT)


def _likelihood(n: int) -> Draw:
    return lambda: ppca.likelihood_figure({"test": np.arange(n + 1.0)}, 3, HEIGHT)


def _sample_rows(n: int) -> Draw:
    rows = {"PPCA": random(n, SIDE, SIDE)}
    return lambda: ppca.sample_rows_figure(rows, HEIGHT)


def _stages(n: int) -> list[Stage]:
    return [Stage(step, n, step / n, 0.0, (), (), 0.1, np.ones(2)) for step in range(n)]


def _learning(n: int) -> Draw:
    return lambda: manifold.learning_figure(_stages(n), 0.1, HEIGHT)


def _angles(n: int) -> Draw:
    return lambda: manifold.angles_figure(_stages(n), HEIGHT)


def _ellipses(n: int) -> Draw:
    panel = ("VAE", random(n, 2), random(n, 2), np.zeros(n, np.int64))
    return lambda: posterior.many_ellipses_figure([panel], ("z₁", "z₂"), HEIGHT)


def _neighbours(draw: Callable[[posterior.Neighbourhood, int], Any]) -> Callable[[int], Draw]:
    def of_size(n: int) -> Draw:
        codes, one = random(n, 2), random(2)
        of = posterior.Neighbourhood(codes, random(n, 2), np.zeros(n, np.int64), one, one, codes, ("z₁", "z₂"))
        return lambda: draw(of, HEIGHT)

    return of_size


def _aggregate(n: int) -> Draw:
    found = Aggregate(random(5), random(n, 5), random(n, 5), random(n), random(n), random(n))
    return lambda: posterior.aggregate_figure(found, range(n), HEIGHT)


def _kl(n: int) -> Draw:
    return lambda: tradeoff.kl_figure(random(n), HEIGHT)


def _walks(n: int) -> Draw:
    walk = StraightInterpolation(random(5, 2), np.arange(5.0), 1.0)
    return lambda: straight_interpolation.interpolation_distance_figure(dict.fromkeys(names(n), (walk, HUE)))


def _strip(n: int) -> Draw:
    images, errors = random(n, 64), random(n).astype(np.float64)
    row = Reconstructions("AE", "ae", images, errors, 1.0)
    found = Strip(np.arange(n), np.zeros(n, np.int64), images, (row,), errors, 2.0)
    return lambda: strip.strip_figure(found, (8, 8), 0, HEIGHT)


def _one_code(n: int) -> Draw:
    of = OneCode(random(n, SIDE * SIDE), random(SIDE * SIDE), random(SIDE * SIDE), random(3, SIDE * SIDE))
    return lambda: blur.one_code_figure(of, (SIDE, SIDE), HEIGHT)


def _variance_strip(n: int) -> Draw:
    images, edges = random(n, SIDE * SIDE), (exactly(0.5),) * n
    of = BlurByVariance(np.arange(1.0, n + 1), np.arange(n), edges, edges, images[0], images, images)
    return lambda: blur.variance_strip_figure(of, (SIDE, SIDE), HEIGHT)


def _sharpness(n: int) -> Draw:
    kinds = [Sharpness(name, exactly(0.5)) for name in names(n)]
    return lambda: blur.sharpness_figure(kinds, "vae", HEIGHT)


def _sharpness_over_k(n: int) -> Draw:
    models = [SharpModel(name, "ae", k, exactly(0.5)) for k, name in enumerate(names(n), 1)]
    return lambda: blur.sharpness_over_k_figure(models, HEIGHT)


def _judged(n: int) -> list[Judged]:
    labels, numbers = np.zeros(n, np.int64), random(n).astype(np.float64)
    return [Judged(name, random(n, SIDE * SIDE), labels, numbers, -1 - numbers) for name in ("real", "noise")]


def _confidence(n: int) -> Draw:
    of = _judged(n)
    return lambda: overconfidence.confidence_figure(of, HEIGHT)


def _judged_pictures(n: int) -> Draw:
    of = _judged(n)
    return lambda: overconfidence.judged_pictures_figure(of, ["0"], (SIDE, SIDE), HEIGHT)


def _copies(n: int) -> Copies:
    kept = (exactly(0.9), exactly(0.5))
    networks = tuple(Copying(name, 9, kept, random(5), 0.5, random(2, 64)) for name in names(n))
    return Copies(random(2, 64), networks, n)


def _responses(n: int) -> Draw:
    return lambda: objectives.response_figure(_copies(n), names(n), dict.fromkeys(names(n), HUE), HEIGHT)


# By the figure function's name: what it is called with so many tiles, rows, classes, models, samples or dimensions.
SIZED: dict[str, Callable[[int], Draw]] = {
    "mosaic_figure": _mosaic,
    "named_rows_figure": _named_rows,
    "rows_figure": _rows,
    "cluster_plane_figure": _cluster_plane,
    "clustering_figure": _clustering,
    "table_figure": _table,
    "shares_figure": _shares,
    "hole_numbers_figure": _hole_numbers,
    "search_figure": _search,
    "bars_figure": _bars,
    "roc_figure": _roc,
    "errors_figure": _errors,
    "bytes_figure": _bytes,
    "noise_figure": _noise,
    "restoration_figure": _restoration,
    "units_figure": _units,
    "objectives.spectrum_figure": _singular_values,
    "directions_figure": _directions,
    "features_figure": lambda n: lambda: objectives.features_figure(random(n, SIDE, SIDE), 10, HEIGHT),
    "one_code_figure": _one_code,
    "sharpness_figure": _sharpness,
    "sharpness_over_k_figure": _sharpness_over_k,
    "confidence_figure": _confidence,
    "judged_pictures_figure": _judged_pictures,
    "copies_figure": lambda n: lambda: objectives.copies_figure(_copies(n), (8, 8), HEIGHT),
    "kept_figure": lambda n: lambda: objectives.kept_figure(_copies(n), HEIGHT),
    "response_figure": _responses,
    "firing_figure": lambda n: lambda: objectives.firing_figure(random(n), 0.5, "k / K", "fraction", HEIGHT),
    "code_figure": lambda n: lambda: objectives.code_figure(random(n), HEIGHT),
    "samples_figure": _class_samples,
    "points_figure": _classes_of_points,
    "means_figure": _class_means,
    "randoms_figure": _random_samples,
    "volume_figure": lambda n: lambda: dataset.volume_figure(n, True, HEIGHT),
    "eigendigits_figure": _eigendigits,
    "around_mean_figure": _around_mean,
    "pca.spectrum_figure": _spectrum,
    "terms_figure": _terms,
    "outer_products_figure": _outer_products,
    "plane_figure": _plane,
    "likelihood_figure": _likelihood,
    "sample_rows_figure": _sample_rows,
    "learning_figure": _learning,
    "angles_figure": _angles,
    "many_ellipses_figure": _ellipses,
    "ellipse_figure": _neighbours(posterior.ellipse_figure),
    "draws_figure": _neighbours(posterior.draws_figure),
    "aggregate_figure": _aggregate,
    "kl_figure": _kl,
    "interpolation_distance_figure": _walks,
    "strip_figure": _strip,
    "variance_strip_figure": _variance_strip,
}
# What they show has one size, or a few lines whose number nobody chooses.
UNSIZED = {
    "bend_figure",
    "bent_figure",
    "axes_figure",
    "axis_walks_figure",
    "factor_scores_figure",
    "kl_parts_figure",
    "bits_figure",
    "codebook_figure",
    "usage_figure",
    "bounds_of_priors_figure",
    "pictures_of_priors_figure",
    "correlation_figure",
    "bounds_figure",
    "chain_distances_figure",
    "chains_figure",
    "code_changes_figure",
    "code_sizes_figure",
    "day_figure",
    "decision_map_figure",
    "density_contours_figure",
    "density_curves_figure",
    "distances_figure",
    "estimates_figure",
    "forces_figure",
    "gaps_figure",
    "generator_figure",
    "gradients_figure",
    "hole_map_figure",
    "lasso_figure",
    "map_scale_figure",
    "metric_figure",
    "losses_figure",
    "mean_figure",
    "peaking_figure",
    "posterior_figure",
    "radii_figure",
    "rank_figure",
    "reconstruction_figure",
    "reparameterisation_figure",
    "training_bound_figure",
    "two_losses_figure",
    "restored_figure",
    "samples_needed_figure",
    "single_draws_figure",
    "sparsities_figure",
    "spread_figure",
    "strength_draws_figure",
    "strengths_figure",
    "variance_figure",
}


def n_calls(draw: Draw) -> int:
    """How many Python functions a figure calls: a cost that no busy machine changes."""
    called = 0

    def count(frame: FrameType, event: str, argument: object) -> None:  # noqa: ARG001 - what sys.setprofile calls
        nonlocal called
        called += event == "call"

    draw()  # what is imported or built once
    sys.setprofile(count)
    try:
        draw()
    finally:
        sys.setprofile(None)
    return called


def duration_ms(draw: Draw) -> float:
    """Median time of some rounds."""
    spent_ms = []
    for _ in range(N_ROUNDS):
        began_s = time.perf_counter()
        draw()
        spent_ms.append(1000 * (time.perf_counter() - began_s))
    return median(spent_ms)


def growth(make: Callable[[int], Draw]) -> float:
    """How many times as many calls four times the size takes: 4 is linear, 16 quadratic."""
    return n_calls(make(TIMES * FEW)) / n_calls(make(FEW))


def table() -> Iterator[str]:
    """The lines of a table, a figure function a row."""
    yield f"| figure | ms at {SMALL} | ms at {TIMES * SMALL} | times the time | times the calls |"
    yield "|---|---|---|---|---|"
    for name, make in SIZED.items():
        few, many = duration_ms(make(SMALL)), duration_ms(make(TIMES * SMALL))
        yield f"| {name} | {few:.1f} | {many:.1f} | {many / few:.1f} | {growth(make):.1f} |"
