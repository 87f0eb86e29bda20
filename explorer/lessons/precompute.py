"""What pages open with, computed beforehand and kept beside the checkpoints."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from math import prod
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.analysis import anomaly, compression, inpainting, search
from explorer.analysis.code_sizes import SIZES, STUDIED, Judge, compare_sizes
from explorer.analysis.codebooks import compare_codebooks
from explorer.analysis.conditional import label_agreement
from explorer.analysis.days import day_planes
from explorer.analysis.decoder_strength import (
    N_TEST,
    N_TRAIN,
    TEST_SEED,
    TRAIN_SEED,
    black_or_white,
    chain,
    chain_entropy_nats,
    compare_decoders,
)
from explorer.analysis.density import fit_sampler, prior_of
from explorer.analysis.embeddings import Embeddings, embed, has_umap, umap_embedding
from explorer.analysis.euler import EulerQuality, euler_quality
from explorer.analysis.evaluation_codes import EvaluationCodes, evaluation_codes
from explorer.analysis.flow import FLOW, Flow, fit_flow
from explorer.analysis.hole_map import Subject, map_holes
from explorer.analysis.holes import HoleNumbers, compare, measure_holes
from explorer.analysis.identity import learn_to_copy
from explorer.analysis.known_factors import compare_models
from explorer.analysis.latent_plane import axis_plane
from explorer.analysis.learned_priors import binary, compare_priors
from explorer.analysis.linear_losses import compare_outputs
from explorer.analysis.manifold import LINEAR_RUN, Stage, learn, linear_baseline, shape_run
from explorer.analysis.measure import Progress
from explorer.analysis.neighbourhoods import Neighbourhoods, neighbourhoods
from explorer.analysis.prior_draws import watch_prior
from explorer.analysis.quality import judge_draws
from explorer.analysis.sparsities import compare_ways
from explorer.analysis.toy_codes import FLOW_TOYS, split_codes, toy_codes
from explorer.analysis.trained_blur import compare_losses, trained_over_variance
from explorer.analysis.two_images import first_of_classes, learn_two_images
from explorer.data import Dataset, list_sources, load_dataset
from explorer.data.dataset import Split
from explorer.data.fremont import load_fremont
from explorer.data.toys import TOYS
from explorer.errors import CheckpointError
from explorer.lessons.keys import (
    Stages,
    agreement_key,
    code_sizes_key,
    codebooks_key,
    compression_key,
    day_planes_key,
    embeddings_key,
    euler_key,
    factors_key,
    filling_key,
    flow_key,
    hole_map_key,
    hole_numbers_key,
    identity_key,
    left_out_key,
    linear_losses_key,
    losses_key,
    prior_draws_key,
    priors_key,
    quality_key,
    search_key,
    sparsities_key,
    stages_key,
    strengths_key,
    toy_flow_keys,
    trained_blur_key,
    two_images_key,
    umap_key,
)
from explorer.models import ConditionalModel
from explorer.models.classifier import Classifier
from explorer.models.latent_model import LatentModel
from explorer.models.layers import Dense, Layer
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import LinearAESpec, PCASpec
from explorer.store import Checkpoint, ResultKey, load_checkpoint, load_classifier, read_info, save_result
from explorer.training import RunSpec
from explorer.training.replay import snapshot_rows

T = TypeVar("T")
Array = NDArray[np.float32]
SEED = 0
# The models and samplers that the pages of holes and of generation open with, with MNIST's pictures.
SIDES = (("ae-2d", "gaussian"), ("vae-2d", "standard_normal"))
# The models that the page of applications opens with, for each data set: without noise in training, and with it.
APPLIED = ("digits-ae-32d", "digits-dae-32d", "ae-16d", "dae-16d")
CONDITIONAL = ("digits-cvae-2d", "cvae-2d")
# The models whose flows the page of generation opens with.
FLOWN = ("digits-ae-2d", "digits-vae-2d", "ae-2d", "vae-2d")
# The models whose planes stand beside t-SNE, by data set.
EMBEDDED = {"digits": {"AE": "digits-ae-2d", "VAE": "digits-vae-2d"}, "mnist": {"AE": "ae-2d", "VAE": "vae-2d"}}
LEFT_OUT = 0
SHAPE_NET, SHAPE_ACTIVATION = (64, 64, 64), "leaky_relu"
LINEAR_DIM = 2
# The two images of the trade-off page.
PAIR = ("2", "3")
SPLITS: tuple[Split, ...] = ("train", "test")
LINEAR_EPOCHS = {"digits": 40, "s_curve": 5, "swiss_roll": 25}
# A shape's network has 17,000 weights, and its slider needs no more stages than these.
N_SHIPPED_STAGES = 6


@dataclass(frozen=True)
class Lesson:
    """One result that a page opens with: its key, what it shows, and what computes it."""

    key: ResultKey[Any]
    title: str
    compute: Callable[[], Any]


def precompute() -> Iterator[tuple[Lesson, Path]]:
    """Compute and keep every result that the data and models of this machine allow; raises CheckpointError."""
    for lesson in lessons():
        yield lesson, save_result(lesson.key, lesson.compute())


def lessons() -> Iterator[Lesson]:
    """Every result that a page opens with; those of data that are not at hand are left out."""
    yield from (_shape(name) for name in TOYS)
    yield from (_linear(name) for name in LINEAR_EPOCHS)
    yield from (lesson for name in FLOW_TOYS for lesson in _toy_flow(name))
    yield _identity("digits")
    yield _sparsities("digits")
    yield Lesson(factors_key(), "models of bars whose factors are known", lambda: last(compare_models()))
    yield _priors("digits")
    yield _codebooks("digits")
    yield _two_images("digits")
    yield from _strengths("chain", "digits")
    at_hand = {source.name for source in list_sources() if source.available}
    yield from (_left_out(name) for name in ("digits", "mnist") if name in at_hand)
    yield from (_code_sizes(name) for name in STUDIED if name in at_hand)
    yield from (lesson for name in STUDIED if name in at_hand for lesson in _trained(name))
    yield from (lesson for checkpoint in _of_data(APPLIED, at_hand) for lesson in _applications(checkpoint))
    yield from (lesson for checkpoint in _of_data(FLOWN, at_hand) for lesson in _flow(checkpoint))
    yield from (lesson for name in EMBEDDED if name in at_hand for lesson in _embeddings(name))
    yield from (_agreement(checkpoint) for checkpoint in _of_data(CONDITIONAL, at_hand))
    if "fremont" in at_hand:
        yield Lesson(day_planes_key(), "days on the Fremont Bridge", lambda: day_planes(load_fremont()))
    if "mnist" in at_hand:
        yield _linear_losses()
        yield from (_quality(load_checkpoint(name), sampler) for name, sampler in SIDES)
        yield from (lesson for name, sampler in SIDES for lesson in _holes(load_checkpoint(name), sampler))


def _embeddings(name: str) -> Iterator[Lesson]:
    """The planes of a data set's samples and, where umap-learn is installed, UMAP's."""
    train, models = load_dataset(name), {title: load_checkpoint(one) for title, one in EMBEDDED[name].items()}
    key = embeddings_key(train, tuple(one.info.fingerprint for one in models.values()))
    planes = {"PCA": _pca(train), **{title: one.model for title, one in models.items()}}
    yield Lesson(key, f"{name} in the planes of t-SNE and of models", lambda: _embedded(train, planes))
    if has_umap():
        yield Lesson(umap_key(train), f"{name} in the plane of UMAP", lambda: _umap(train))


def _embedded(train: Dataset, models: dict[str, LatentModel]) -> Embeddings:
    space = _neighbourhoods(train)
    found = last(embed(space, {title: model.encode(space.points) for title, model in models.items()}))
    assert found is not None
    return found


def _umap(train: Dataset) -> Any:
    space = _neighbourhoods(train)
    return umap_embedding(space, _pca(train).encode(space.points))


def _neighbourhoods(train: Dataset) -> Neighbourhoods:
    return neighbourhoods(train.pixels(snapshot_rows(len(train))))


def linear_run(name: str) -> RunSpec:
    """How the linear autoencoder of the manifold page learns a data set."""
    return replace(LINEAR_RUN, model=LinearAESpec(latent_dim=LINEAR_DIM), dataset=name, n_epochs=LINEAR_EPOCHS[name])


def _linear(name: str) -> Lesson:
    run = linear_run(name)
    return Lesson(stages_key(run), f"the linear autoencoder on {name}", lambda: _learned(run))


def _shape(name: str) -> Lesson:
    run = shape_run(name, TOYS[name].n_coordinates, SHAPE_NET, SHAPE_ACTIVATION)
    return Lesson(stages_key(run), f"an autoencoder on {name}", lambda: lighter(_learned(run)))


def _learned(run: RunSpec) -> Stages:
    dataset, test = load_dataset(run.dataset), load_dataset(run.dataset, "test")
    return tuple(learn(run, dataset, test, linear_baseline(dataset, run.model.latent_dim)))


def lighter(stages: Stages) -> Stages:
    """Some of the stages, the first and the last among them, their weights in half precision."""
    chosen = np.unique(np.linspace(0, len(stages) - 1, N_SHIPPED_STAGES).round().astype(int))
    return tuple(_in_half_precision(stages[place]) for place in chosen)


def _in_half_precision(stage: Stage) -> Stage:
    encoder, decoder = (tuple(map(_halved, layers)) for layers in (stage.encoder, stage.decoder))
    return replace(stage, encoder=encoder, decoder=decoder)


def _halved(layer: Layer) -> Layer:
    if not isinstance(layer, Dense):
        return layer
    return Dense(*(array.astype(np.float16).astype(np.float32) for array in (layer.weight, layer.bias)))


def _toy_flow(name: str) -> tuple[Lesson, Lesson]:
    train, held_out = split_codes(lambda n, rng: toy_codes(name, n, rng))
    return _flow_and_quality(toy_flow_keys(name), f"toy data {name}", train, held_out)


def _flow(checkpoint: Checkpoint) -> tuple[Lesson, Lesson]:
    codes, fingerprint = _scored_codes(checkpoint), checkpoint.info.fingerprint
    flown = flow_key(fingerprint, FLOW, None, has_data=True)
    tested = euler_key(fingerprint, FLOW, None, has_data=True)
    return _flow_and_quality((flown, tested), checkpoint.info.name, codes.train, codes.held_out)


def _flow_and_quality(
    keys: tuple[ResultKey[Flow], ResultKey[EulerQuality]], name: str, train: Array, held_out: Array
) -> tuple[Lesson, Lesson]:
    """A flow to codes (N, K), its weights in half precision, and how many Euler steps it needs."""

    @cache
    def flow() -> Flow:
        found = fit_flow(train, SEED)
        return replace(found, layers=tuple(map(_halved, found.layers)))

    return (
        Lesson(keys[0], f"a flow to {name}", flow),
        Lesson(keys[1], f"Euler steps of a flow to {name}", lambda: last(euler_quality(flow(), train, held_out, SEED))),
    )


def _left_out(name: str) -> Lesson:
    train, test = load_dataset(name), load_dataset(name, "test")
    key, title = left_out_key(train, test, LEFT_OUT), f"class {test.class_names[LEFT_OUT]} left out of {name}"
    return Lesson(key, title, lambda: last(anomaly.detect_left_out(train, test, LEFT_OUT, SEED)))


def _code_sizes(name: str) -> Lesson:
    def compared() -> Any:
        return last(compare_sizes(Judge(load_dataset(name), load_dataset(name, "test"), load_classifier(name)[0])))

    return Lesson(code_sizes_key(name), f"models of {len(SIZES)} sizes on {name}", compared)


def _trained(name: str) -> tuple[Lesson, Lesson, Lesson]:
    """Blur over the variance of the pixels and under two losses, and draws of the prior epoch by epoch."""
    splits = load_dataset(name), load_dataset(name, "test")

    def drawn() -> Any:
        return last(watch_prior(Judge(*splits, load_classifier(name)[0])))

    return (
        Lesson(trained_blur_key(name), f"VAEs of {name} over σ²", lambda: last(trained_over_variance(*splits))),
        Lesson(losses_key(name), f"two losses on {name}", lambda: last(compare_losses(*splits))),
        Lesson(prior_draws_key(name), f"draws of the prior while a VAE trains on {name}", drawn),
    )


def _of_data(names: tuple[str, ...], at_hand: set[str]) -> Iterator[Checkpoint]:
    """The models by these names whose data are at hand."""
    return (load_checkpoint(name) for name in names if read_info(name).run.dataset in at_hand)


def _applications(checkpoint: Checkpoint) -> tuple[Lesson, Lesson, Lesson]:
    """Search, missing pixels and compression by a model of pictures."""
    model, name = checkpoint.model, checkpoint.info.name
    train, test = load_dataset(checkpoint.run.dataset), load_dataset(checkpoint.run.dataset, "test")
    subject = checkpoint.info.fingerprint, model.latent_dim, test.fingerprint
    hidden = inpainting.random_half(prod(test.sample_shape), SEED)

    def searched() -> Any:
        return last(search.measure_on_test(train, test, (model.encode(train.pixels()), model.encode(test.pixels()))))

    def filled() -> Any:
        pca = _pca(train)
        ways = inpainting.imputers(model, pca, train, model.encode(train.pixels()))
        return last(inpainting.measure_on_test(ways, pca.mean, test, hidden))

    def compressed() -> Any:
        return last(compression.measure_on_test(model, model.encode(train.pixels()), _pca(train), train, test))

    return (
        Lesson(search_key(*subject), f"pictures searched by {name}", searched),
        Lesson(filling_key(*subject, hidden), f"missing pixels filled in by {name}", filled),
        Lesson(compression_key(*subject), f"pictures compressed by {name}", compressed),
    )


def _pca(train: Dataset) -> PCA:
    return fit_pca(train.samples.reshape(len(train), -1), train.sample_shape, PCASpec(latent_dim=2))


def _agreement(checkpoint: Checkpoint) -> Lesson:
    def judged() -> Any:
        classifier, test = load_classifier(checkpoint.run.dataset)[0], load_dataset(checkpoint.run.dataset, "test")
        assert isinstance(checkpoint.model, ConditionalModel)
        return label_agreement(checkpoint.model, classifier, test, np.random.default_rng(SEED))

    return Lesson(agreement_key(checkpoint.info.fingerprint), f"draws of {checkpoint.info.name} classified", judged)


def _quality(checkpoint: Checkpoint, sampler: str) -> Lesson:
    info = checkpoint.info

    def judged() -> Any:
        data = load_dataset(info.run.dataset), load_dataset(info.run.dataset, "test")
        codes, classifier = _scored_codes(checkpoint), load_classifier(info.run.dataset)[0]
        fitted = fit_sampler(sampler, codes.train, SEED, prior_of(checkpoint.model))
        return judge_draws(checkpoint.model, fitted, codes.held_out, data, classifier, SEED)

    return Lesson(quality_key(info.fingerprint, sampler, SEED), f"draws of {info.name} with {sampler} judged", judged)


def _identity(name: str) -> Lesson:
    train, test = load_dataset(name), load_dataset(name, "test")
    key = identity_key(train, test)
    return Lesson(key, f"what autoencoders of {name} copy", lambda: last(learn_to_copy(train, test, SEED)))


def _sparsities(name: str) -> Lesson:
    train, test = load_dataset(name), load_dataset(name, "test")
    return Lesson(sparsities_key(train, test), f"sparse codes of {name}", lambda: last(compare_ways(train, test)))


def _priors(name: str) -> Lesson:
    train, test = (binary(load_dataset(name, split)) for split in SPLITS)
    return Lesson(priors_key(), f"VAEs of {name} with a VampPrior", lambda: last(compare_priors(train, test)))


def _codebooks(name: str) -> Lesson:
    train, test = load_dataset(name), load_dataset(name, "test")
    return Lesson(codebooks_key(), f"codebooks of {name}", lambda: last(compare_codebooks(train, test)))


def _two_images(name: str) -> Lesson:
    test = load_dataset(name, "test")
    rows = first_of_classes(test, PAIR)
    images = test.pixels(np.array(rows))
    key, title = two_images_key(test, rows, 1), f"a training on a {PAIR[0]} and a {PAIR[1]} in turns"
    return Lesson(key, title, lambda: last(learn_two_images(images, test.sample_shape, 1)))


def _strengths(of_chain: str, of_digits: str) -> tuple[Lesson, Lesson]:
    def on_chain() -> Any:
        return last(compare_decoders(chain(N_TRAIN, TRAIN_SEED), chain(N_TEST, TEST_SEED), chain_entropy_nats()))

    def on_digits() -> Any:
        train, test = (black_or_white(load_dataset(of_digits, split)) for split in SPLITS)
        return last(compare_decoders(train, test, float("nan")))

    return (
        Lesson(strengths_key(of_chain), "decoders from weak to strong on a chain", on_chain),
        Lesson(strengths_key(of_digits), "decoders from weak to strong on digits", on_digits),
    )


def _linear_losses() -> Lesson:
    def compared() -> Any:
        return last(compare_outputs(load_dataset("mnist"), load_dataset("mnist", "test")))

    return Lesson(linear_losses_key(), "the linear autoencoder of MNIST with and without a sigmoid", compared)


def _holes(checkpoint: Checkpoint, sampler: str) -> tuple[Lesson, Lesson]:
    map_key, numbers_key = (
        make(checkpoint.info.fingerprint, sampler, None, has_data=True) for make in (hole_map_key, hole_numbers_key)
    )
    title = f"{checkpoint.info.name} with {sampler}"
    return (
        Lesson(map_key, f"the map of holes of {title}", partial(_hole_map, checkpoint, sampler)),
        Lesson(numbers_key, f"the hole numbers of {title}", partial(_hole_numbers, checkpoint, sampler)),
    )


def _hole_map(checkpoint: Checkpoint, sampler: str) -> Any:
    codes, model = _scored_codes(checkpoint), checkpoint.model
    plane = axis_plane(checkpoint.codes.train.mean(axis=0), 0, 1)
    subject = Subject(codes.train, model, _classifier(checkpoint.run.dataset))
    return last(map_holes(subject, fit_sampler(sampler, codes.train, SEED, prior_of(model)), plane, SEED))


def _hole_numbers(checkpoint: Checkpoint, sampler: str) -> HoleNumbers:
    codes = _scored_codes(checkpoint)
    fitted = fit_sampler(sampler, codes.train, SEED, prior_of(checkpoint.model))
    return HoleNumbers(last(measure_holes(compare(codes.train, codes.held_out, fitted, SEED))), codes.note)


def _scored_codes(checkpoint: Checkpoint) -> EvaluationCodes:
    codes, train = checkpoint.codes, load_dataset(checkpoint.run.dataset)
    return evaluation_codes(checkpoint.model, codes.train, codes.test, codes.test_log_var, train, SEED)


def _classifier(dataset: str) -> Classifier | None:
    try:
        return load_classifier(dataset)[0]
    except CheckpointError:
        return None


def last(steps: Iterator[Progress[T]]) -> T:
    """The result that a computation ends with."""
    *_, end = steps
    return end.result
