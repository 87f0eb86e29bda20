"""What the page of holes has computed, kept by checkpoint and sampler for all sessions, with progress."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.density import prior_of
from explorer.analysis.hole_map import HoleMap
from explorer.analysis.holes import HoleNumbers, compare, measure_holes
from explorer.analysis.measure import Progress
from explorer.analysis.surgery import RateByClass, Surgery, rate_by_class, rate_surgery
from explorer.figures.holes import layer_pixels
from explorer.lessons.keys import hole_numbers_key
from explorer.scenes.canvas_scene import Background, CanvasScene, References, ThirdAxis
from explorer.store import CheckpointInfo
from explorer.ui.caches import checkpoint_of
from explorer.ui.models.fitted_samplers import SEED, codes_of, key_of_model, sampler_of
from explorer.ui.results import Key, computed, kept, known

Array = NDArray[np.float32]


@st.cache_resource(max_entries=16, show_spinner=False)
def scene_with_map(_scene: CanvasScene, _result: HoleMap, layer: str, _draws: Array, key: Key) -> CanvasScene:  # noqa: ARG001
    """A scene with a layer of a map under its codes and draws of the sampler (n, 2) over them; `key` names it."""
    extent = (float(_result.u[0]), float(_result.u[-1]), float(_result.v[0]), float(_result.v[-1]))
    kind = next(one.kind for one in _result.layers if one.kind.key == layer)
    background = Background(layer_pixels(_result, layer), extent, kind.title)
    return replace(_scene, background=background, draws=_draws)


def scene_of_class(scene: CanvasScene, label: int) -> CanvasScene:
    """A scene with the codes and the real samples of one class alone."""
    kept_codes, references = scene.labels == label, scene.references
    if references is not None:
        rows = references.labels == label
        samples = None if references.samples is None else references.samples[rows]
        references = References(references.codes[rows], samples, references.labels[rows])
    codes, labels = scene.codes[kept_codes], scene.labels[kept_codes]
    third = scene.third and _third_of_class(scene.third, kept_codes, scene.references, label)
    return replace(scene, codes=codes, labels=labels, references=references, third=third)


def _third_of_class(
    third: ThirdAxis, kept_codes: NDArray[np.bool_], references: References | None, label: int
) -> ThirdAxis:
    if references is None or third.references is None:
        return replace(third, codes=third.codes[kept_codes])
    return replace(third, codes=third.codes[kept_codes], references=third.references[references.labels == label])


def surgery_of(info: CheckpointInfo) -> Surgery | None:
    """The rate of a VAE with the prior N(0, I) taken apart on its test samples, None for others; computed once."""
    checkpoint = checkpoint_of(info)
    codes, prior = checkpoint.codes, prior_of(checkpoint.model)
    if prior is None or not prior.is_standard_normal:
        return None
    rng = np.random.default_rng(SEED)
    return kept(("surgery", info.fingerprint), lambda: rate_surgery(codes.test, codes.test_log_var, rng))


def rate_by_class_of(info: CheckpointInfo) -> RateByClass:
    """The rate of a conditional model class by class on its test samples; computed once."""
    codes = checkpoint_of(info).codes
    rng = np.random.default_rng(SEED)
    key = ("rate by class", info.fingerprint)
    return kept(key, lambda: rate_by_class(codes.test, codes.test_log_var, codes.test_labels, rng))


def hole_numbers(info: CheckpointInfo, name: str, label: int | None = None) -> HoleNumbers:
    """All hole numbers of a model and a sampler, with progress where they are not known yet; raises AnalysisError."""

    def steps() -> Iterator[Progress[HoleNumbers]]:
        codes = codes_of(info, label)
        for step in measure_holes(compare(codes.train, codes.held_out, sampler_of(info, name, label), SEED)):
            yield Progress(step.fraction, step.doing, HoleNumbers(step.result, codes.note))

    key = key_of_model(hole_numbers_key, info, name, label)
    numbers: HoleNumbers = computed(key, f"Measuring {info.name} with {name}", steps)
    return numbers


def known_numbers(info: CheckpointInfo, name: str, label: int | None = None) -> HoleNumbers | None:
    """The hole numbers if somebody measured them before."""
    numbers: HoleNumbers | None = known(key_of_model(hole_numbers_key, info, name, label))
    return numbers
