"""By what a result is found again, on a page and in the folder of those that were computed beforehand."""

import json
from collections.abc import Sequence

import numpy as np

from explorer.analysis.anomaly import Detection, run_for
from explorer.analysis.code_sizes import SEEDS as SIZE_SEEDS
from explorer.analysis.code_sizes import SIZES, CodeSizes, size_run
from explorer.analysis.codebooks import AE_DIMS, SETTINGS, Codebooks, codebook_run, rounded_run
from explorer.analysis.compression import Curves
from explorer.analysis.conditional import Agreement
from explorer.analysis.days import DayPlanes
from explorer.analysis.decoder_strength import Strengths
from explorer.analysis.embeddings import PERPLEXITIES, SEEDS, UMAP_NEIGHBOURS, Embedding, Embeddings
from explorer.analysis.euler import EulerQuality
from explorer.analysis.flow import Flow
from explorer.analysis.hole_map import HoleMap
from explorer.analysis.holes import HoleNumbers
from explorer.analysis.identity import Copies, networks
from explorer.analysis.inpainting import ImputationError, Mask
from explorer.analysis.known_factors import FactorModels, bar_models, bar_run
from explorer.analysis.learned_priors import STUDIES, PriorResults, run_with_prior
from explorer.analysis.linear_losses import RUN as LINEAR_RUN
from explorer.analysis.linear_losses import LinearLosses
from explorer.analysis.manifold import DAY_RUN, Stage
from explorer.analysis.measure import Measure
from explorer.analysis.pixel_variance import BlurByVariance
from explorer.analysis.prior_draws import PriorDraws, prior_run
from explorer.analysis.search import SearchQuality
from explorer.analysis.sparsities import Sparsities, ways
from explorer.analysis.toy_codes import N_TOY_CODES
from explorer.analysis.trained_blur import LOSSES, VARIANCES, Losses, loss_run, variance_run
from explorer.analysis.two_images import TwoImages
from explorer.data import Dataset
from explorer.store import Computation, ResultKey
from explorer.training.run_spec import RunSpec, distinct_fields

Stages = tuple[Stage, ...]
Detections = tuple[Detection, ...]
ImputationErrors = tuple[ImputationError, ...]
Measures = tuple[Measure, ...]

HOLE_MAP = Computation("hole-map", HoleMap)
FLOW = Computation("flow", Flow)
EULER = Computation("euler", EulerQuality)
HOLE_NUMBERS = Computation("hole-numbers", HoleNumbers)
STAGES = Computation("stages", Stages)
LEFT_OUT_CLASS = Computation("left-out-class", Detections)
QUALITY = Computation("quality", Measures)
AGREEMENT = Computation("agreement", Agreement)
SEARCH = Computation("search", SearchQuality)
FILLING = Computation("filling", ImputationErrors, 2)
COMPRESSION = Computation("compression", Curves)
IDENTITY = Computation("identity", Copies)
LINEAR_LOSSES = Computation("linear-losses", LinearLosses)
SPARSITIES = Computation("sparsities", Sparsities)
DAY_PLANES = Computation("day-planes", DayPlanes)
CODE_SIZES = Computation("code-sizes", CodeSizes)
STRENGTHS = Computation("decoder-strengths", Strengths, version=2)
TWO_IMAGES = Computation("two-images", TwoImages)
TRAINED_BLUR = Computation("trained-blur", BlurByVariance)
LOSS_PAIR = Computation("losses", Losses, version=2)
PRIOR_DRAWS = Computation("prior-draws", PriorDraws)
KNOWN_FACTORS = Computation("known-factors", FactorModels)
PRIORS = Computation("learned-priors", PriorResults)
CODEBOOKS = Computation("codebooks", Codebooks)
EMBEDDINGS = Computation("embeddings", Embeddings, 2)
UMAP = Computation("umap", Embedding, 2)


def hole_map_key(fingerprint: str, sampler: str, label: int | None, *, has_data: bool) -> ResultKey[HoleMap]:
    """The map of holes of a model, by its digest, and a sampler; has_data: whether training samples were drawn from."""
    return ResultKey(HOLE_MAP, _of_model(fingerprint, sampler, label, has_data))


def hole_numbers_key(fingerprint: str, sampler: str, label: int | None, *, has_data: bool) -> ResultKey[HoleNumbers]:
    """The hole numbers of a model, by its digest, and a sampler."""
    return ResultKey(HOLE_NUMBERS, _of_model(fingerprint, sampler, label, has_data))


def flow_key(fingerprint: str, sampler: str, label: int | None, *, has_data: bool) -> ResultKey[Flow]:
    """The flow to the codes of a model, by its digest."""
    return ResultKey(FLOW, _of_model(fingerprint, sampler, label, has_data))


def euler_key(fingerprint: str, sampler: str, label: int | None, *, has_data: bool) -> ResultKey[EulerQuality]:
    """How many Euler steps the flow to the codes of a model, by its digest, needs."""
    return ResultKey(EULER, _of_model(fingerprint, sampler, label, has_data))


def toy_flow_keys(name: str) -> tuple[ResultKey[Flow], ResultKey[EulerQuality]]:
    """The flow to toy codes, and how many Euler steps it needs."""
    settings = (("toy", name), ("codes", str(N_TOY_CODES)))
    return ResultKey(FLOW, settings), ResultKey(EULER, settings)


def stages_key(run: RunSpec) -> ResultKey[Stages]:
    """The stages of a small training."""
    return ResultKey(STAGES, (_of_run(run),))


def day_planes_key() -> ResultKey[DayPlanes]:
    """The days of the Fremont Bridge in the planes of PCA and of the autoencoder that the page begins with."""
    return ResultKey(DAY_PLANES, (_of_run(DAY_RUN),))


def code_sizes_key(dataset: str) -> ResultKey[CodeSizes]:
    """Models of several K on a published data set."""
    sizes, seeds = (("sizes", ", ".join(map(str, SIZES))), ("seeds", ", ".join(map(str, SIZE_SEEDS))))
    return ResultKey(CODE_SIZES, (sizes, seeds, _of_run(size_run(dataset, "vae", SIZES[-1]))))


def embeddings_key(train: Dataset, fingerprints: tuple[str, ...]) -> ResultKey[Embeddings]:
    """Samples of a data set in the planes of PCA, of models by their digests, and of t-SNE."""
    settings = (("perplexities", str(PERPLEXITIES)), ("seeds", str(SEEDS)))
    return ResultKey(EMBEDDINGS, (("train", train.fingerprint), ("models", ", ".join(fingerprints)), *settings))


def umap_key(train: Dataset) -> ResultKey[Embedding]:
    """Samples of a data set in UMAP's plane."""
    return ResultKey(UMAP, (("train", train.fingerprint), ("neighbours", str(UMAP_NEIGHBOURS))))


def factors_key() -> ResultKey[FactorModels]:
    """Models of bars whose factors are known."""
    return ResultKey(KNOWN_FACTORS, tuple(_of_run(bar_run(model, 0)) for model in bar_models().values()))


def priors_key() -> ResultKey[PriorResults]:
    """VAEs of digits with N(0, I) and with a VampPrior."""
    dims = STUDIES["digits"].dims
    return ResultKey(PRIORS, tuple(_of_run(run_with_prior("digits", latent_dim, "vamp", 0)) for latent_dim in dims))


def codebooks_key() -> ResultKey[Codebooks]:
    """Autoencoders of digits with codebooks, and with codes that are rounded afterwards."""
    runs = [codebook_run("digits", *one, 0) for one in SETTINGS] + [rounded_run("digits", dim, 0) for dim in AE_DIMS]
    return ResultKey(CODEBOOKS, tuple(map(_of_run, runs)))


def left_out_key(train: Dataset, test: Dataset, label: int) -> ResultKey[Detections]:
    """How well a class is detected that was left out of the training on a data set."""
    data = (("train", train.fingerprint), ("test", test.fingerprint), ("label", str(label)))
    return ResultKey(LEFT_OUT_CLASS, (*data, _of_run(run_for(train))))


def quality_key(fingerprint: str, sampler: str, seed: int) -> ResultKey[Measures]:
    """The quality of the images that a model, by its digest, generates from a sampler's draws."""
    return ResultKey(QUALITY, (("model", fingerprint), ("sampler", sampler), ("seed", str(seed))))


def agreement_key(fingerprint: str) -> ResultKey[Agreement]:
    """Whether the images of a conditional model, by its digest, are classified as what was asked for."""
    return ResultKey(AGREEMENT, (("model", fingerprint),))


def search_key(fingerprint: str, latent_dim: int, test: str) -> ResultKey[SearchQuality]:
    """How well a model's codes find images of a class; models and test splits by their digests, here and below."""
    return ResultKey(SEARCH, _of_pictures(fingerprint, latent_dim, test))


def filling_key(fingerprint: str, latent_dim: int, test: str, hidden: Mask) -> ResultKey[ImputationErrors]:
    """How well the pixels (D,) that are hidden are filled in."""
    mask = np.packbits(hidden).tobytes().hex()
    return ResultKey(FILLING, (*_of_pictures(fingerprint, latent_dim, test), ("mask", mask)))


def compression_key(fingerprint: str, latent_dim: int, test: str) -> ResultKey[Curves]:
    """Error against bytes of a model's codes."""
    return ResultKey(COMPRESSION, _of_pictures(fingerprint, latent_dim, test))


def _of_pictures(fingerprint: str, latent_dim: int, test: str) -> tuple[tuple[str, str], ...]:
    return ("model", fingerprint), ("latent dim", str(latent_dim)), ("test", test)


def identity_key(train: Dataset, test: Dataset) -> ResultKey[Copies]:
    """What autoencoders of a data set copy."""
    runs = tuple(_of_run(run) for run in networks(train).values())
    return ResultKey(IDENTITY, (("train", train.fingerprint), ("test", test.fingerprint), *runs))


def sparsities_key(train: Dataset, test: Dataset) -> ResultKey[Sparsities]:
    """What the ways to a sparse code make of a data set."""
    runs = tuple(_of_run(run) for run in ways(train).values())
    return ResultKey(SPARSITIES, (("train", train.fingerprint), ("test", test.fingerprint), *runs))


def strengths_key(pictures: str) -> ResultKey[Strengths]:
    """VAEs with decoders from weak to strong on pictures, by their name."""
    return ResultKey(STRENGTHS, (("pictures", pictures),))


def trained_blur_key(dataset: str) -> ResultKey[BlurByVariance]:
    """VAEs over the variance of the pixels, on a published data set."""
    variances = ("variances", ", ".join(f"{one:g}" for one in VARIANCES))
    return ResultKey(TRAINED_BLUR, (variances, _of_run(variance_run(dataset, VARIANCES[0]))))


def losses_key(dataset: str) -> ResultKey[Losses]:
    """One autoencoder under two losses, on a published data set."""
    return ResultKey(LOSS_PAIR, tuple(_of_run(loss_run(dataset, loss)) for loss in LOSSES.values()))


def prior_draws_key(dataset: str) -> ResultKey[PriorDraws]:
    """What a VAE draws from its prior while it trains on a published data set."""
    return ResultKey(PRIOR_DRAWS, (_of_run(prior_run(dataset)),))


def two_images_key(samples: Dataset, rows: Sequence[int], beta: float) -> ResultKey[TwoImages]:
    """A training on two images of a split, by their rows, in turns."""
    pair = ("rows", ", ".join(map(str, rows)))
    return ResultKey(TWO_IMAGES, (("samples", samples.fingerprint), pair, ("beta", f"{beta:g}")))


def linear_losses_key() -> ResultKey[LinearLosses]:
    """The linear autoencoder of MNIST with and without a sigmoid."""
    return ResultKey(LINEAR_LOSSES, (_of_run(LINEAR_RUN),))


def _of_model(fingerprint: str, sampler: str, label: int | None, has_data: bool) -> tuple[tuple[str, str], ...]:
    return (("model", fingerprint), ("sampler", sampler), ("label", str(label)), ("has data", str(has_data)))


def _of_run(run: RunSpec) -> tuple[str, str]:
    return "run", json.dumps(distinct_fields(run), sort_keys=True)
