"""The codes, the sampler and the classifier of a checkpoint, fitted once for all pages."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

import streamlit as st

from explorer.analysis.density import Sampler, fit_sampler, prior_of
from explorer.analysis.evaluation_codes import EvaluationCodes, evaluation_codes
from explorer.analysis.flow import FLOW, Flow, flow_steps
from explorer.analysis.hole_map import HoleMap, Subject, map_holes
from explorer.analysis.measure import Progress
from explorer.data.subsets import of_class
from explorer.errors import CheckpointError, DatasetError
from explorer.lessons.keys import flow_key, hole_map_key
from explorer.models.classifier import Classifier
from explorer.scenes.latent_scene import LatentScene
from explorer.store import CheckpointInfo, ResultKey, load_classifier
from explorer.store.codes import codes_of_class
from explorer.ui.caches import cached_checkpoint, cached_dataset, checkpoint_of
from explorer.ui.models.at_hand import data_state
from explorer.ui.results import computed, known

SEED = 0
T = TypeVar("T")


@st.cache_resource(max_entries=8, show_spinner="Drawing codes …")
def cached_codes(fingerprint: str, path: str, data_at_hand: str, label: int | None = None) -> EvaluationCodes:
    """The codes of a checkpoint that hole numbers are about; of a VAE drawn from its posterior.

    label: the one class whose codes are wanted, as of a conditional model; None for all.
    """
    checkpoint = cached_checkpoint(fingerprint, path)
    train, codes = None, checkpoint.codes
    if data_at_hand == str(True):
        with suppress(DatasetError):
            train = cached_dataset(checkpoint.run.dataset)
    if label is not None:
        codes, train = codes_of_class(codes, label), None if train is None else of_class(train, label)
    return evaluation_codes(checkpoint.model, codes.train, codes.test, codes.test_log_var, train, SEED)


@st.cache_resource(max_entries=32, show_spinner="Fitting the sampler …")
def cached_sampler(fingerprint: str, path: str, data_at_hand: str, name: str, label: int | None = None) -> Sampler:
    """A sampler fitted to a checkpoint's codes; raises AnalysisError for one without meaning."""
    prior = prior_of(cached_checkpoint(fingerprint, path).model)
    return fit_sampler(name, cached_codes(fingerprint, path, data_at_hand, label).train, SEED, prior)


def codes_of(info: CheckpointInfo, label: int | None = None) -> EvaluationCodes:
    """The codes to score of one model of the library, of one class or of all."""
    return cached_codes(*checkpoint_key(info), label)


def sampler_of(info: CheckpointInfo, name: str, label: int | None = None) -> Sampler:
    """A sampler fitted to the codes of one model of the library; raises AnalysisError."""
    if name == FLOW:
        return _flow_of(info, label)
    return cached_sampler(*checkpoint_key(info), name, label)


def _flow_of(info: CheckpointInfo, label: int | None) -> Flow:
    """The flow to a model's codes, trained with progress where it is not known yet; raises AnalysisError."""
    key = key_of_model(flow_key, info, FLOW, label)
    flow: Flow = computed(key, f"Training a flow to {info.name}", lambda: flow_steps(codes_of(info, label).train, SEED))
    return flow


def classifier_of(dataset: str) -> Classifier | None:
    """The classifier that judges pictures of a data set, None where there is none."""
    try:
        return load_classifier(dataset)[0]
    except CheckpointError:
        return None


def checkpoint_key(info: CheckpointInfo) -> tuple[str, str, str]:
    """What tells results of a checkpoint apart: its content, its folder, whether its data are at hand."""
    return info.fingerprint, str(info.path), data_state(info)


def key_of_model(
    make: Callable[..., ResultKey[T]], info: CheckpointInfo, sampler: str, label: int | None
) -> ResultKey[T]:
    """The key of a result with the training data where that is known or they are at hand, else of one without them."""
    best = make(info.fingerprint, sampler, label, has_data=True)
    if data_state(info) == str(True) or known(best) is not None:
        return best
    return make(info.fingerprint, sampler, label, has_data=False)


def hole_map(info: CheckpointInfo, name: str, scene: LatentScene, label: int | None = None) -> HoleMap:
    """The map of holes of a model and a sampler, with progress where it is not known yet; raises AnalysisError."""
    checkpoint = checkpoint_of(info)

    def steps() -> Iterator[Progress[HoleMap | None]]:
        yield from map_holes(
            Subject(codes_of(info, label).train, checkpoint.model, classifier_of(checkpoint.run.dataset)),
            sampler_of(info, name, label),
            scene.plane,
            SEED,
        )

    key = key_of_model(hole_map_key, info, name, label)
    result: HoleMap = computed(key, f"Mapping the holes of {info.name}", steps)
    return result
