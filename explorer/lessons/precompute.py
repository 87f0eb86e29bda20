"""What pages open with, computed beforehand and kept beside the checkpoints."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from explorer.analysis import anomaly
from explorer.analysis.density import fit_sampler, prior_of
from explorer.analysis.evaluation_codes import EvaluationCodes, evaluation_codes
from explorer.analysis.hole_map import Subject, map_holes
from explorer.analysis.holes import HoleNumbers, compare, measure_holes
from explorer.analysis.latent_plane import axis_plane
from explorer.analysis.manifold import LINEAR_RUN, Stage, learn, linear_baseline, shape_run
from explorer.analysis.measure import Progress
from explorer.data import list_sources, load_dataset
from explorer.data.toys import TOYS
from explorer.errors import CheckpointError
from explorer.lessons.keys import Stages, hole_map_key, hole_numbers_key, left_out_key, stages_key
from explorer.models.classifier import Classifier
from explorer.models.layers import Dense, Layer
from explorer.models.spec import LinearAESpec
from explorer.store import Checkpoint, ResultKey, load_checkpoint, load_classifier, save_result
from explorer.training import RunSpec

T = TypeVar("T")
SEED = 0
# The models and samplers that the page of holes opens with, with MNIST's pictures.
HOLES = (("ae-2d", "gaussian"), ("vae-2d", "standard_normal"))
LEFT_OUT = 0
SHAPE_NET, SHAPE_ACTIVATION = (64, 64, 64), "leaky_relu"
LINEAR_DIM = 2
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
    at_hand = {source.name for source in list_sources() if source.available}
    yield from (_left_out(name) for name in ("digits", "mnist") if name in at_hand)
    if "mnist" in at_hand:
        yield from (lesson for name, sampler in HOLES for lesson in _holes(load_checkpoint(name), sampler))


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


def _left_out(name: str) -> Lesson:
    train, test = load_dataset(name), load_dataset(name, "test")
    key, title = left_out_key(train, test, LEFT_OUT), f"class {test.class_names[LEFT_OUT]} left out of {name}"
    return Lesson(key, title, lambda: last(anomaly.detect_left_out(train, test, LEFT_OUT, SEED)))


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
