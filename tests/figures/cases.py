"""One small case of every figure, and of every branch of it: `test_drawn.py` holds what each of them draws."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.figures import SIZED, fitted, images_of, names, random
from explorer.analysis.anomaly import BOTH, DENSITY, ERROR, judge
from explorer.analysis.blur import SharpModel, Sharpness
from explorer.analysis.clustering import CLUSTERING_ACCURACY, Clustering
from explorer.analysis.code_sizes import CodeSizes, SizedModel
from explorer.analysis.codebooks import AE, CLUSTERS, PCA, VQ, Codebooks, Curve, DecodedCodebook
from explorer.analysis.compression import Point
from explorer.analysis.contraction import CodeChanges
from explorer.analysis.covariance import covariance_of_rank
from explorer.analysis.dataset_summary import pick_by_class, random_samples, summarise
from explorer.analysis.decision_map import DecisionMap
from explorer.analysis.decoder_geometry import Metric
from explorer.analysis.decoder_strength import Strength, Strengths
from explorer.analysis.denoising import RestorationErrors
from explorer.analysis.density import fit_sampler, standard_normal
from explorer.analysis.dimensions import Distances, Peaking, Radii
from explorer.analysis.elbo import Approximation, ElboGap
from explorer.analysis.evidence import BoundsByDraws, TruePosterior
from explorer.analysis.forces import Forces
from explorer.analysis.gradient_estimators import GradientEstimates
from explorer.analysis.hole_map import CONFIDENCE, DISTANCE, LOG_RATIO, HoleMap, Layer, WorstHole
from explorer.analysis.holes import COVERAGE, HOLE_RATE
from explorer.analysis.identity import NOISE_STDS, Copies, Copying
from explorer.analysis.kl_parts import KLParts
from explorer.analysis.known_factors import BarTerms, FactorModel, Scores
from explorer.analysis.latent_plane import axis_plane
from explorer.analysis.learned_priors import PriorResult, PriorResults
from explorer.analysis.linear_generator import PlaneOfClasses
from explorer.analysis.linear_losses import OUTPUTS, LinearLosses, LinearNetwork
from explorer.analysis.manifold import LayerView, Stage, known_shape
from explorer.analysis.mcmc import Chains
from explorer.analysis.measure import Interval, Measure, exactly
from explorer.analysis.pca import Spacing, decompose, pick_from_plane
from explorer.analysis.pixel_variance import BlurByVariance
from explorer.analysis.sparsities import SparseNetwork, Sparsities
from explorer.analysis.straight_interpolation import StraightInterpolation
from explorer.analysis.tradeoff import Aggregate
from explorer.analysis.trained_blur import Gains, Losses, OfLoss
from explorer.analysis.training_bound import TrainingBound
from explorer.data import Dataset
from explorer.figures import (
    applications,
    blur,
    clusters,
    code_sizes,
    codebooks,
    dataset,
    decision_map,
    decoder_geometry,
    decoder_strength,
    density,
    dimensions,
    elbo,
    holes,
    images,
    kl_parts,
    known_factors,
    lasso,
    learned_priors,
    linear_generator,
    linear_losses,
    manifold,
    objectives,
    pca,
    posterior,
    ppca,
    reconstruction,
    rooms,
    sparsities,
    straight_interpolation,
    tradeoff,
    training,
)
from explorer.models.layers import Dense
from explorer.rooms.plane_cloud import PlaneCloud
from explorer.rooms.question import RoomQuestion
from explorer.rooms.summaries import spread_of

HEIGHT = 400
HUE, OTHER_HUE = "#c2417f", "#111111"
HUES = {"AE": HUE, "VAE": OTHER_HUE}
Z_NAMES = ("z₁", "z₂")
SMALL = {"kept_figure", "response_figure", "hole_numbers_figure", "angles_figure"}
FEW = SIZED.keys() - SMALL - {"sharpness_figure", "sharpness_over_k_figure"}


def wide(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Random numbers of double precision, the same at every call."""
    return random(*shape).astype(np.float64)


def interval(value: float) -> Interval:
    """An interval whose two sides differ."""
    return Interval(value, value - 0.05, value + 0.02)


def _sized(name: str) -> object:
    return SIZED[name](5)()


def bytes_curves() -> object:
    points = (Point("1 bit", 1, 0.1), Point("2 bits", 2, 0.05))
    curves = [applications.ByteCurve(name, points, HUE, "dash", place) for place, name in enumerate("ab")]
    return applications.bytes_figure(curves, HEIGHT)


def noise() -> object:
    restored = {"PCA": wide(2), "DAE": 2 * wide(2), "PCA, best K": 3 * wide(2)}
    errors = RestorationErrors((0.0, 0.5), 4 * wide(2), restored)
    hues = {"PCA": OTHER_HUE, "DAE": HUE, "PCA, best K": OTHER_HUE}
    return applications.noise_figure(errors, "std", hues, 0.5, HEIGHT)


def roc() -> object:
    found = [judge(kind, kind, wide(5), wide(6) + 0.2) for kind in (ERROR, DENSITY, BOTH)]
    return applications.roc_figure(found, {ERROR: HUE, DENSITY: OTHER_HUE, BOTH: HUE}, HEIGHT)


def rows() -> object:
    first = applications.Row("first", random(3, 8, 6), ["a", "two\nlines", "c"], [HUE, "", OTHER_HUE])
    return applications.rows_figure([first, applications.Row("", random(2, 8, 6), ["d", "e"])], HEIGHT, 4)


def sharpness() -> object:
    kinds = [Sharpness(name, interval(value)) for name, value in (("own", 0.5), ("drawn", 1.6))]
    return blur.sharpness_figure(kinds, "vae", HEIGHT)


def sharpness_over_k() -> object:
    of = [SharpModel("PCA", "pca", 1, interval(0.3)), SharpModel("VAE", "vae", 2, interval(0.5))]
    return blur.sharpness_over_k_figure([*of, SharpModel("PCA 2", "pca", 2, interval(0.4))], HEIGHT)


def clustering() -> object:
    counts = np.array([[0, 1, 9], [5, 1, 0], [2, 0, 2]])
    found = Clustering(counts, np.array([2, 0, -1]), Measure(CLUSTERING_ACCURACY, exactly(0.7), exactly(0.5)))
    return clusters.clustering_figure(found, ("cat", "dog", "eel"), HEIGHT)


def sizes() -> object:
    values = {1: (50.0, 0.3, 9.0), 32: (13.0, 0.9, 2.0)}
    of = [SizedModel(family, k, *values[k], None, None) for family in ("pca", "ae") for k in values]
    of += [SizedModel("vae", k, *values[k], 200.0 / (k + 1), k // 2) for k in values]
    return code_sizes.code_sizes_figure(CodeSizes(tuple(of), np.array([[60.0, 40.0, 20.0]]), 0.97, 1.5), HEIGHT)


def bar_models() -> list[FactorModel]:
    walks = np.arange(2 * 7 * 16, dtype=np.uint8).reshape(2, 7, 2, 8)
    scores = [tuple(Scores(base + step, base / 2, base) for step in (0.0, 0.1, 0.2)) for base in (0.1, 0.5)]
    return [FactorModel("PCA", scores[0], scores[0], walks), FactorModel("VAE", scores[1], scores[0], walks)]


def bar_vae(title: str, beta: float, tc_weight: float, distortion: float, tc: float) -> FactorModel:
    null = KLParts(3.0, tc / 10, 0.2)
    terms = tuple(
        BarTerms(distortion + step, KLParts(3.0 - distortion / 20, tc + step / 100, 0.2), null) for step in (0, 1, 2)
    )
    return replace(bar_models()[1], title=title, terms=terms, beta=beta, tc_weight=tc_weight)


def bars_by_beta() -> list[FactorModel]:
    return [bar_vae("VAE, β = 1", 1.0, 0.0, 29.0, 0.5), bar_vae("VAE, β = 2", 2.0, 0.0, 32.0, 0.1)]


def bars_by_weight() -> list[FactorModel]:
    return [bars_by_beta()[0], bar_vae("VAE, TC + 3", 1.0, 3.0, 31.0, 0.02)]


def prior_results() -> PriorResults:
    pictures, steps = np.arange(3 * 16, dtype=np.uint8).reshape(3, 2, 8), np.array([0.0, 0.1, 0.2])

    def result(title: str, latent_dim: int, distortion: float, rate: float, tilt: float) -> PriorResult:
        of = np.full(3, distortion) + steps, np.full(3, rate) - tilt * steps
        shown = pictures[: 3 * (title != "N(0, I)")]
        return PriorResult(title, latent_dim, *of, of[0] + of[1] - 0.5, pictures, shown)

    plain = result("N(0, I)", 2, 18.0, 2.0, 0), result("N(0, I)", 8, 15.0, 4.0, 0)
    vamp = result("VampPrior", 2, 18.6, 2.0, 1), result("VampPrior", 8, 15.6, 3.0, 1)
    return plain[0], vamp[0], plain[1], vamp[1]


def some_codebooks() -> Codebooks:
    """Codebooks of four vectors, one of them unused; PCA has no seeds, and clusters have no second number of bits."""
    bits, seeds = np.array([2, 8]), np.array([0.0, 0.001, 0.004])
    curves = (
        Curve(VQ, bits, np.array([0.05 + seeds, 0.02 - seeds])),
        Curve(AE, bits, np.array([0.06 - seeds, 0.02 + 2 * seeds])),
        Curve(PCA, bits, np.array([[0.055], [0.01]])),
        Curve(CLUSTERS, bits[:1], np.array([0.04 + seeds / 2])),
    )
    pictures = np.arange(4 * 9, dtype=np.uint8).reshape(4, 3, 3) * np.uint8(7)
    counts = np.array([5, 3, 2, 0])
    of = DecodedCodebook(pictures, counts, 2.8 + seeds, np.array([3, 3, 4]), 3.5 + seeds)
    return Codebooks(curves, (of,), 0.07)


def pictures_of_priors() -> object:
    plain, vamp = prior_results()[2:]
    return learned_priors.pictures_of_priors_figure(plain, vamp, HEIGHT)


def factor_scores() -> object:
    return known_factors.factor_scores_figure(tuple(bar_models()), HEIGHT)


def axis_walks() -> object:
    return known_factors.axis_walks_figure(bar_models()[1], HEIGHT)


def days() -> Dataset:
    return Dataset("fremont", "train", 2 * random(8, 24), np.arange(8) % 2, ("weekday", "weekend"))


def three_kinds(of: Dataset, kind: str) -> dict[str, Callable[[], object]]:
    """The three figures of a data set of one kind."""
    summary = summarise(of)
    return {
        f"samples of {kind}": lambda: dataset.samples_figure(of, pick_by_class(of, 3, 0), HEIGHT),
        f"means of {kind}": lambda: dataset.means_figure(of, summary, HEIGHT),
        f"randoms of {kind}": lambda: dataset.randoms_figure(of, random_samples(of, 0, 1, 3, 0), HEIGHT),
    }


def points_of(n_values: int) -> Dataset:
    return Dataset("arc", "train", random(6, n_values), np.arange(6) % 2, ("a", "b"))


def elbo_gap() -> ElboGap:
    places = np.linspace(-1, 1, 5)
    true = TruePosterior(places, places + 3, wide(5, 5), -90.0, -90.1, 5000, 800.0)
    factor = np.array([[0.5, 0.0], [0.2, 0.1]])
    own = [
        Approximation(title, np.array([0.1, 3.2]), factor, -90 - nats, nats)
        for title, nats in {"encoder": 2.0, "diagonal": 1.0, "full": 0.25}.items()
    ]
    return ElboGap(true, *own)


def bounds() -> object:
    of = BoundsByDraws((1, 10), np.array([-92.0, -91.0]), np.array([0.1, 0.05]))
    return elbo.bounds_figure(of, -90.0, -92.1, HEIGHT)


def estimates() -> object:
    panels = [elbo.Estimates(name, -200 + 100 * wide(2, 50), -90.0 - place) for place, name in enumerate("ab")]
    return elbo.estimates_figure(panels, HEIGHT)


def forces() -> object:
    found = Forces(np.array([0.01, 0.1, 1.0]), np.array([0.0, 1.0, 40.0]), np.array([9.0, 4.0, 0.5]), 0.2)
    return elbo.forces_figure(found, 2.0, HEIGHT)


def training_bounds() -> object:
    seen = np.array([10.0, 100.0, 1000.0])
    held_out = TrainingBound(seen, np.array([-90.0, -60.0, -50.0]), seen[1:], np.array([-65.0, -55.0]))
    none = TrainingBound(seen, np.array([-80.0, -40.0, -30.0]), seen[:0], seen[:0])
    return elbo.training_bound_figure({"AE": held_out, "VAE": none}, HUES, HEIGHT)


def distances() -> object:
    of = [Distances(2 * wide(20), interval(value)) for value in (0.6, 0.2, 0.1, 0.15)]
    return dimensions.distances_figure({2: of[0], 10: of[1], 100: of[2]}, of[3], "own", HEIGHT)


def peaked(best: int) -> Peaking:
    errors = np.abs(np.arange(3.0) - best) / 10 + 0.1
    return Peaking(np.array([1, 10, 100]), errors / 4, errors, errors - 0.01, errors + 0.02)


def ways_to_sparse_codes() -> object:
    of = [
        SparseNetwork(
            name, interval(value), interval(2 * value), interval(9 * value), value, value / 2, random(4) - value
        )
        for name, value in (("nothing", 0.2), ("L1", 0.4))
    ]
    return sparsities.sparsities_figure(Sparsities(tuple(of), 25.0, 0.22, 5), HEIGHT)


def strengths() -> Strengths:
    of = [
        Strength(name, interval(9), interval(value), interval(9 + value), np.full((7, 64), place, np.uint8))
        for place, (name, value) in enumerate((("one matrix", 2.0), ("sees 1 pixel", 0.2)))
    ]
    return Strengths(random(64), tuple(of), 8.5, 5)


def decisions() -> object:
    places = np.linspace(0, 1, 4, dtype=np.float32)
    of = DecisionMap(places, 2 * places, np.arange(16).reshape(4, 4) % 3, random(4, 4), interval(0.9), 0.1)
    return decision_map.decision_map_figure(of, random(6, 2), np.arange(6) % 3, names(3), HEIGHT)


def blurred() -> BlurByVariance:
    of = tuple(interval(value) for value in (0.9, 0.5, 0.1))
    return BlurByVariance(
        np.array([0.01, 0.1, 1]), np.array([4, 2, 0]), of, of[::-1], random(4), random(3, 4), random(3, 4)
    )


def two_losses() -> object:
    squared, entropy, mean = (
        OfLoss(title, interval(0.5), interval(0.2), interval(0.9), random(2, 4)) for title in names(3)
    )
    return blur.two_losses_figure(
        Losses(random(2, 4), (squared, entropy), Gains(*map(interval, (0.1, -0.2, 0.3))), mean, 9), (1, 4), HEIGHT
    )


def chains() -> Chains:
    distances = tuple(interval(value) for value in (0.9, 0.5, 0.1))
    of = elbo_gap().posterior
    return Chains(of, np.array([0, 1, 10]), random(3, 5, 2), distances, interval(0.3), interval(0.1), 0.4)


def code_changes() -> object:
    of = CodeChanges(np.array([0.1, 1.0]), wide(2, 3), 2 * wide(2, 3), 1 + wide(3))
    return objectives.code_changes_figure(dict.fromkeys(HUES, of), HUES, HEIGHT)


def losses() -> LinearLosses:
    networks = [
        LinearNetwork(title, place * wide(3), random(2, 4), random(2, 4) - place, random(2, 4) - 0.2)
        for place, title in enumerate(OUTPUTS, 1)
    ]
    return LinearLosses(tuple(networks), random(2, 4), random(2, 4), random(2, 4) - 0.5, 0.05, 0.07)


def hole_map() -> HoleMap:
    u, v = np.linspace(-2, 2, 5, dtype=np.float32), np.linspace(0, 3, 4, dtype=np.float32)
    layers = tuple(Layer(kind, 10 * random(4, 5) - low) for kind, low in ((LOG_RATIO, 5), (DISTANCE, 0)))
    layers += (Layer(CONFIDENCE, random(4, 5)),)
    worst = WorstHole(np.array([1, 2], np.float32), (1.0, 2.0), 3.25)
    reached = random(4, 5) > 0.2
    plane = axis_plane(np.zeros(2, np.float32), 0, 1)
    return HoleMap(plane, u, v, "Gaussian", random(4, 5), random(4, 5), (-3.0, -4.0, -5.0), reached, worst, layers)


def metric() -> object:
    u, v = np.linspace(-2, 2, 12, dtype=np.float32), np.linspace(0, 4, 12, dtype=np.float32)
    stretch = np.exp(np.add.outer(v, u))[..., None, None] * np.array([[2.0, 0.5], [0.5, 1.0]])
    of = Metric(u, v, stretch)
    return decoder_geometry.metric_figure(of, random(6, 2), np.arange(6), Z_NAMES, HEIGHT)


def hole_layers() -> dict[str, Callable[[], object]]:
    """Map, bar and pixels of each layer."""
    cases: dict[str, Callable[[], object]] = {}
    codes, labels = random(6, 2), np.arange(6)
    for kind in (LOG_RATIO, DISTANCE, CONFIDENCE):
        cases |= {
            f"hole map, {kind.key}": partial(holes.hole_map_figure, hole_map(), kind.key, codes, labels, HEIGHT),
            f"scale of holes, {kind.key}": partial(holes.map_scale_figure, hole_map(), kind.key),
            f"pixels of holes, {kind.key}": partial(holes.layer_pixels, hole_map(), kind.key),
        }
    return cases


def hole_numbers() -> object:
    measures = (Measure(HOLE_RATE, interval(0.1), exactly(0.01)), Measure(COVERAGE, interval(0.9), interval(0.95)))
    return holes.hole_numbers_figure(
        [holes.NumberSeries(name, hue, measures) for name, hue in (("AE", HUE), ("VAE", OTHER_HUE))]
    )


def copies() -> Copies:
    responses = random(len(NOISE_STDS))
    networks = [
        Copying(name, 9, (interval(kept), interval(kept / 2)), kept * responses, kept / 3, random(2, 64))
        for name, kept in zip(HUES, (0.4, 0.9), strict=True)
    ]
    return Copies(random(2, 64), tuple(networks), 5)


def lasso_of_codes(outline: bool) -> object:
    marked = np.array([False, True, False, True]) if outline else np.zeros(4, bool)
    around = random(3, 2) if outline else None
    return lasso.lasso_figure(random(4, 2), np.arange(4), marked, around, Z_NAMES, HEIGHT)


def generator() -> object:
    codes, labels = random(6, 2), np.repeat([1, 3], 3)
    plane = PlaneOfClasses(fitted(4), codes, labels, codes)
    return linear_generator.generator_figure(plane, standard_normal("n", 2), 3 * random(2, 2), names(4), HEIGHT)


def stages() -> list[Stage]:
    """Stages of a training whose networks have no layers: the identity."""
    return [Stage(step, 5, step / 2, 0.0, (), (), 1 / (step + 1), np.array([10.0 + step, 80.0])) for step in range(4)]


def bent_layers() -> object:
    titles = ("x", "encoder 1", "z", "decoder 1", "x̂")
    views = [LayerView(title, width, wide(2, 3, 2), wide(8, 2)) for width, title in enumerate(titles, 1)]
    return manifold.bend_figure(views, wide(8), HEIGHT)


def ellipses_of_models(n: int) -> object:
    return posterior.many_ellipses_figure(
        [(name, random(4, 2), random(4, 2), np.array([0, 1, 1, 0])) for name in names(n)], Z_NAMES, HEIGHT
    )


def neighbourhood() -> posterior.Neighbourhood:
    codes = random(6, 2)
    std = np.array([0.1, 0.02], np.float32)
    return posterior.Neighbourhood(codes, codes * std, np.arange(6) % 2, codes[0], std, codes[:2] + std, Z_NAMES)


def aggregate(same: bool) -> object:
    places = np.linspace(-1, 1, 5, dtype=np.float32)
    prior = np.stack((random(5), random(5) if same else 2 * random(5)))
    of = Aggregate(places, random(2, 5), prior, random(2), 2 * random(2), random(2))
    return posterior.aggregate_figure(of, [1, 0], HEIGHT)


def reparameterised(step: int, is_reparameterised: bool) -> object:
    values = {"x": "image", "z": "0.5"}
    return posterior.reparameterisation_figure(step, values, reparameterised=is_reparameterised, height=HEIGHT)


def sample_plane(spacing: Spacing, with_images: bool) -> object:
    picks = pick_from_plane(random(9, 2), 3, spacing)
    shown = random(len(picks.rows), 6, 9) if with_images else random(0, 6, 9)
    return pca.plane_figure(picks, shown, np.arange(9) % 3, names(3), HEIGHT)


def steps_from_data() -> object:
    walks = {
        name: (StraightInterpolation(random(5, 2), wide(5), 0.5), hue) for name, hue in (("a", HUE), ("b", OTHER_HUE))
    }
    return straight_interpolation.interpolation_distance_figure(walks)


def metrics(n: int, *columns: str) -> pd.DataFrame:
    """Losses that fall, with a validation at every other record."""
    step = np.arange(1, n + 1) * 10
    frame = pd.DataFrame({"step": step, "epoch": step / 20})
    for place, column in enumerate(("loss", "reconstruction", *columns), 1):
        frame[column] = place + 50 * np.exp(-step / (30 * place))
        frame[f"validation_{column}"] = np.where(np.arange(n) % 2, frame[column] + 1, np.nan)
    return frame


def curves(frame: pd.DataFrame, beta: float | None, *, from_start: bool = False) -> object:
    return training.curves_chart(frame, unit="nats", beta=beta, n_epochs=10, from_start=from_start, height=HEIGHT)


def _linear(weight: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> tuple[Dense]:
    return (Dense(weight, np.arange(len(weight), dtype=np.float32)),)


def bent(name: str, n_stages: int) -> object:
    shape = known_shape(name)
    few = replace(shape.test, samples=shape.test.samples[:7], labels=shape.test.labels[:7])
    axes = shape.linear.components[: shape.latent_dim]
    stretched = [
        replace(stage, encoder=_linear(axes), decoder=_linear(stretch * axes.T))
        for stretch, stage in enumerate(stages(), 2)
    ]
    return manifold.bent_figure(replace(shape, test=few, position=shape.position[:7]), stretched[:n_stages], HEIGHT)


def moving_codes(latent_dim: int) -> object:
    codes = random(8, latent_dim)
    return training.codes_chart(codes, np.arange(8) % 2, ("a", "b"), moving=latent_dim == 2)


def choices_of_a_class() -> object:
    question = RoomQuestion("a", "pca", "choose", "Which?", "All.", "Few.", 1, ("A", "B", "C"))
    return rooms.spread_figure(spread_of(question, [1, 1, 1, 0]), with_truth=True, height=HEIGHT)


def numbers_of_a_class() -> object:
    question = RoomQuestion("a", "pca", "number", "How many?", "All.", "Few.", 154, low=1, high=784, unit="components")
    return rooms.spread_figure(spread_of(question, [100, 120, 700]), with_truth=True, height=HEIGHT)


def places_of_a_class() -> object:
    question = RoomQuestion("a", "latent", "point", "Where?", "There.", "Here.", (1.0, -0.5), low=-2, high=2)
    labels = np.array([0, 1, 1], np.uint8)
    cloud = PlaneCloud(random(3, 2), labels, ("a", "b"), ("#3f90da", "#ffa90e"), ("z₁", "z₂"))
    spread = spread_of(question, [(1, 0), (1, 0.5), (-1, 1)])
    return rooms.spread_figure(spread, with_truth=True, height=HEIGHT, cloud=cloud)


def mosaic(tiles: images.Bytes, labels: tuple[str, ...]) -> object:
    return images.mosaic_figure(tiles, labels, 2, height=HEIGHT)


GAUSSIAN = random(50, 2)
CASES: dict[str, Callable[[], object]] = {
    **{name.removesuffix("_figure"): partial(_sized, name) for name in sorted(FEW)},
    "bytes": bytes_curves,
    "noise": noise,
    "roc": roc,
    "rows": rows,
    "bars": lambda: applications.bars_figure(
        [applications.Bar("a", 0.5, "0.5", HUE), applications.Bar("b", 0.25, "¼", OTHER_HUE)], "MSE", HEIGHT
    ),
    "sharpness": sharpness,
    "sharpness over K": sharpness_over_k,
    "clustering": clustering,
    "rows of colour": lambda: clusters.named_rows_figure(random(2, 3, 3, 5, 3), ("one", "three"), HEIGHT),
    "code sizes": sizes,
    "factor scores": factor_scores,
    "axis walks": axis_walks,
    **three_kinds(days(), "curves"),
    **three_kinds(points_of(2), "points"),
    **three_kinds(points_of(3), "points in space"),
    **three_kinds(images_of(3), "images"),
    "volume, few": lambda: dataset.volume_figure(5, False, HEIGHT),
    "volume, many": lambda: dataset.volume_figure(784, True, HEIGHT),
    "density curves": lambda: density.density_curves_figure(
        GAUSSIAN[:, :1], {name: fit_sampler("gaussian", GAUSSIAN[:, :1], 0) for name in "ab"}, HEIGHT
    ),
    "density contours": lambda: density.density_contours_figure(
        GAUSSIAN, fit_sampler("gaussian", GAUSSIAN, 0), 2 * GAUSSIAN[:5], HEIGHT
    ),
    "distances": distances,
    "samples needed": lambda: dimensions.samples_needed_figure((0.5, 0.2, 0.1), 500, "own: 500", 6, HEIGHT),
    "peaking": lambda: dimensions.peaking_figure({10: peaked(0), 30: peaked(1)}, HEIGHT),
    "radii": lambda: dimensions.radii_figure(Radii(wide(5), wide(5), 2 * wide(5), 0.5, 0.9), wide(6, 3), HEIGHT),
    "posterior": lambda: elbo.posterior_figure(elbo_gap(), HEIGHT),
    "bars of the bound": lambda: elbo.bars_figure(elbo_gap(), HEIGHT, elbo.BARS[1:]),
    "gaps": lambda: elbo.gaps_figure(elbo_gap(), HEIGHT),
    "single draws": lambda: elbo.single_draws_figure(-3 * wide(9), -2 * wide(9), -1.1, HEIGHT),
    "bounds": bounds,
    "estimates": estimates,
    "forces": forces,
    "training_bounds": training_bounds,
    **hole_layers(),
    "hole numbers": hole_numbers,
    "metric": metric,
    "kept": lambda: objectives.kept_figure(copies(), HEIGHT),
    "response": lambda: objectives.response_figure(copies(), [*HUES], HUES, HEIGHT),
    "firing, wanted": lambda: objectives.firing_figure(random(5), 0.5, "k / K", "fraction", HEIGHT),
    "lasso": lambda: lasso_of_codes(True),
    "losses": lambda: linear_losses.losses_figure(losses(), HEIGHT),
    "axes": lambda: linear_losses.axes_figure(losses(), (1, 4), HEIGHT),
    "restored": lambda: linear_losses.restored_figure(losses(), (1, 4), HEIGHT),
    "decision map": decisions,
    "variance": lambda: blur.variance_figure(blurred(), HEIGHT),
    "two losses": two_losses,
    "chains": lambda: elbo.chains_figure(chains(), elbo_gap(), HEIGHT),
    "chain distances": lambda: elbo.chain_distances_figure(chains(), HEIGHT),
    "code changes": code_changes,
    "sparsities": ways_to_sparse_codes,
    "KL parts": lambda: kl_parts.kl_parts_figure(bars_by_beta(), HEIGHT),
    "total correlation": lambda: kl_parts.correlation_figure(bars_by_beta(), bars_by_weight(), HEIGHT),
    "decoded codebook": lambda: codebooks.codebook_figure(some_codebooks().decoded[0], HEIGHT),
    "use of a codebook": lambda: codebooks.usage_figure(some_codebooks().decoded[0], HEIGHT),
    "error by bits": lambda: codebooks.bits_figure(some_codebooks(), HEIGHT),
    "bounds of priors": lambda: learned_priors.bounds_of_priors_figure(prior_results(), HEIGHT),
    "pictures of priors": pictures_of_priors,
    "decoder strengths": lambda: decoder_strength.strengths_figure(strengths(), HEIGHT),
    "decoder draws": lambda: decoder_strength.strength_draws_figure(strengths(), HEIGHT),
    "no lasso": lambda: lasso_of_codes(False),
    "generator": generator,
    "angles": lambda: manifold.angles_figure(stages(), HEIGHT),
    "learning": lambda: manifold.learning_figure(stages(), 0.1, HEIGHT),
    "bend": bent_layers,
    "bent line": lambda: bent("arc", 2),
    "bent sheet": lambda: bent("s_curve", 1),
    "day": lambda: manifold.day_figure(wide(24), 2 * wide(24), 3 * wide(24), HEIGHT),
    "colours": lambda: {"cyclic": manifold.cyclic_colours(5), "ordered": manifold.ordered_colours(5)},
    "ellipses of two models": lambda: ellipses_of_models(2),
    "ellipse": lambda: posterior.ellipse_figure(neighbourhood(), HEIGHT),
    "aggregate, one prior": lambda: aggregate(True),
    "aggregate, two priors": lambda: aggregate(False),
    "gradients": lambda: posterior.gradients_figure(GradientEstimates(wide(5), 4 * wide(5) - 1), HEIGHT),
    "reparameterisation, 3": lambda: reparameterised(3, True),
    "reparameterisation, 6": lambda: reparameterised(6, True),
    "no reparameterisation, 6": lambda: reparameterised(6, False),
    "rank of the covariance": lambda: pca.rank_figure(covariance_of_rank(fitted(6), 2), HEIGHT),
    "eigenvectors around the mean": lambda: pca.around_mean_figure(fitted(6), np.array([1, 3]), 2, HEIGHT),
    "terms one by one": lambda: pca.terms_figure(decompose(fitted(6), random(6)), 3, HEIGHT, one_by_one=True),
    "mean": lambda: pca.mean_figure(fitted(4), HEIGHT),
    "plane of classes": lambda: sample_plane("range", False),
    "plane of images": lambda: sample_plane("quantile", True),
    "likelihood": lambda: ppca.likelihood_figure({"test": wide(9), "train": 2 * wide(9)}, 3, HEIGHT),
    "reconstruction": lambda: reconstruction.reconstruction_figure(random(8, 6), random(8, 6)[::-1], "a 3", HEIGHT),
    "steps from the data": steps_from_data,
    "kl, few": lambda: tradeoff.kl_figure(np.array([1, 0.001, 0.5], np.float32), HEIGHT, 2),
    "kl, many": lambda: tradeoff.kl_figure(random(21), HEIGHT),
    "mosaic in colour": lambda: mosaic(images.signed(random(3, 4, 4, 3) - 0.5), names(3)),
    "mosaic to scale": lambda: mosaic(images.signed(random(2, 3, 5) - 0.5, 0.4), ()),
    "curves of a VAE": lambda: curves(metrics(9, "kl"), 2.0),
    "curves of a VAE from the start": lambda: curves(metrics(9, "kl"), 1.0, from_start=True),
    "curves of three panels": lambda: curves(metrics(9, "kl", "classification", "penalty"), 2.0),
    "curves of an AE": lambda: curves(metrics(9), None),
    "curves of an AE with a penalty": lambda: curves(metrics(9, "penalty"), None),
    "curves before the first record": lambda: curves(metrics(0, "kl"), 1.0),
    "choices of a class": choices_of_a_class,
    "numbers of a class": numbers_of_a_class,
    "places of a class": places_of_a_class,
    "codes of 1": lambda: moving_codes(1),
    "codes of 2": lambda: moving_codes(2),
    "codes of 5": lambda: moving_codes(5),
}  # fmt: skip
