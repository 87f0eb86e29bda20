"""What the page of holes has computed, kept by checkpoint and sampler for all sessions, with progress."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from explorer.analysis.density import Sampler, fit_sampler, prior_of
from explorer.analysis.hole_map import HoleMap, Subject, map_holes
from explorer.analysis.holes import compare, measure_holes
from explorer.analysis.measure import Measure, Progress
from explorer.analysis.scored_codes import ScoredCodes, scored_codes
from explorer.analysis.surgery import Surgery, rate_surgery
from explorer.errors import CheckpointError, DatasetError
from explorer.figures.holes import layer_pixels
from explorer.models.classifier import Classifier
from explorer.store import CheckpointInfo, load_classifier
from explorer.ui.caches import cached_checkpoint, cached_dataset
from explorer.ui.canvas import Background, CanvasScene
from explorer.ui.latent_panels import data_state
from explorer.ui.latent_scene import LatentScene

MOST_KEPT = 64
SEED = 0
Key = tuple[str, ...]
Result = TypeVar("Result")


@st.cache_resource(max_entries=8, show_spinner="Drawing codes …")
def cached_codes(fingerprint: str, path: str, data_at_hand: str) -> ScoredCodes:
    """The codes of a checkpoint that hole numbers are about; of a VAE drawn from its posterior."""
    checkpoint = cached_checkpoint(fingerprint, path)
    train = None
    if data_at_hand == str(True):
        with suppress(DatasetError):
            train = cached_dataset(checkpoint.run.dataset)
    codes = checkpoint.codes
    return scored_codes(checkpoint.model, codes.train, codes.test, codes.test_log_var, train, SEED)


@st.cache_resource(max_entries=32, show_spinner="Fitting the sampler …")
def cached_sampler(fingerprint: str, path: str, data_at_hand: str, name: str) -> Sampler:
    """A sampler fitted to a checkpoint's codes; raises AnalysisError for one without meaning."""
    prior = prior_of(cached_checkpoint(fingerprint, path).model)
    return fit_sampler(name, cached_codes(fingerprint, path, data_at_hand).train, SEED, prior)


@st.cache_resource(max_entries=16, show_spinner=False)
def scene_with_map(_scene: CanvasScene, _result: HoleMap, layer: str, key: Key) -> CanvasScene:  # noqa: ARG001
    """A scene with one layer of a map under its codes; `key` tells scenes apart."""
    extent = (float(_result.u[0]), float(_result.u[-1]), float(_result.v[0]), float(_result.v[-1]))
    kind = next(one.kind for one in _result.layers if one.kind.key == layer)
    return replace(_scene, background=Background(layer_pixels(_result, layer), extent, kind.title))


def codes_of(info: CheckpointInfo) -> ScoredCodes:
    """The codes to score of one model of the library."""
    return cached_codes(*_place(info))


def sampler_of(info: CheckpointInfo, name: str) -> Sampler:
    """A sampler fitted to one model of the library; raises AnalysisError."""
    return cached_sampler(*_place(info), name)


def classifier_of(dataset: str) -> Classifier | None:
    """The classifier that judges pictures of a data set, None where there is none."""
    try:
        return load_classifier(dataset)[0]
    except CheckpointError:
        return None


def surgery_of(info: CheckpointInfo) -> Surgery | None:
    """The rate of a VAE with the prior N(0, I) taken apart on its test samples, None for others; computed once."""
    checkpoint = cached_checkpoint(info.fingerprint, str(info.path))
    codes, prior = checkpoint.codes, prior_of(checkpoint.model)
    if prior is None or len(prior.weights) > 1:
        return None
    rng = np.random.default_rng(SEED)
    return kept_result(("surgery", info.fingerprint), lambda: rate_surgery(codes.test, codes.test_log_var, rng))


def hole_map(info: CheckpointInfo, name: str, scene: LatentScene) -> HoleMap:
    """The map of holes of a model and a sampler, with progress where it is not known yet; raises AnalysisError."""
    checkpoint = cached_checkpoint(info.fingerprint, str(info.path))

    def steps() -> Iterator[Progress[HoleMap | None]]:
        yield from map_holes(
            Subject(codes_of(info).train, checkpoint.model, classifier_of(checkpoint.run.dataset)),
            sampler_of(info, name),
            scene.plane,
            SEED,
        )

    result = _kept(("map", *_place(info), name), f"Mapping the holes of {info.name}", steps)
    assert result is not None
    return result


def hole_numbers(info: CheckpointInfo, name: str) -> tuple[Measure, ...]:
    """All hole numbers of a model and a sampler, with progress where they are not known yet; raises AnalysisError."""

    def steps() -> Iterator[Progress[tuple[Measure, ...]]]:
        codes = codes_of(info)
        yield from measure_holes(compare(codes.train, codes.held_out, sampler_of(info, name), SEED))

    return _kept(("numbers", *_place(info), name), f"Measuring {info.name} with {name}", steps)


def known_numbers(info: CheckpointInfo, name: str) -> tuple[Measure, ...] | None:
    """The hole numbers if somebody measured them since the server started."""
    measures: tuple[Measure, ...] | None = _store().get(("numbers", *_place(info), name))
    return measures


@st.cache_resource
def _store() -> OrderedDict[Key, Any]:
    return OrderedDict()


def kept_result(key: Key, compute: Callable[[], Result]) -> Result:
    """What is known under a key, computed the first time."""
    store = _store()
    if key not in store:
        store[key] = compute()
        while len(store) > MOST_KEPT:
            store.popitem(last=False)
    result: Result = store[key]
    return result


def _kept(key: Key, title: str, steps: Callable[[], Iterator[Progress[Result]]]) -> Result:
    """The last result of a generator, drained under a progress bar the first time."""

    def drain() -> Result:
        bar = st.progress(0.0, title)
        for step in steps():
            bar.progress(step.fraction, f"{title}: {step.doing} …")
        bar.empty()
        return step.result

    return kept_result(key, drain)


def _place(info: CheckpointInfo) -> tuple[str, str, str]:
    return info.fingerprint, str(info.path), data_state(info)
