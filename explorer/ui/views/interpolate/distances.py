"""What stands below the strips, step for step: distances to the data, or what the classifier says."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.interpolation import NearestNeighbourDistance, ReferenceRange
from explorer.errors import CheckpointError, ExplorerError
from explorer.scenes.interpolation_view import Band, Chart
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.views.interpolate.context import (
    InterpolatedModel,
    cached_decoded_range,
    cached_nearest_code_distance,
    cached_nearest_image_distance,
)

Array = NDArray[np.float32]
CODES, PICTURES, CLASSIFIER = "distance of codes", "distance of pictures", "classifier"
MEASURES = (CODES, PICTURES, CLASSIFIER)
MEANINGS = {
    CODES: (
        "From each code to the nearest training code, in standard deviations of the codes; the band holds 90 % of "
        "held-out test codes. For a conditional model only the codes of the class that it is given count."
    ),
    PICTURES: (
        "From each image to the nearest of up to 10,000 training samples, Euclidean over its values (pixels in [0, "
        '1]). The band holds 90 % of 1,000 decoded test samples; the line "tests" is the median of the samples '
        "themselves. Blurred images are near to many images, so that a small distance is no proof of a good image."
    ),
    CLASSIFIER: "The probability that a classifier gives. It was trained on real samples alone: its answer to an "
    "image that resembles none of them means little.",
}


@dataclass(frozen=True)
class Asked:
    """Which measure; label: the class whose probability is meant, or None for the most likely one."""

    name: str
    label: int | None = None


@dataclass(frozen=True, eq=False)
class Measured:
    """A chart with what reads it off samples (F, D) and the codes (F, K) behind them, if any."""

    chart: Chart
    read: Callable[[Array, Array | None], tuple[float, ...] | None]


def choose_measure(label: int | None = None) -> Asked:
    """The widget of what stands below the strips."""
    return Asked(choose_in_list("below", "Below the strips", MEASURES, width=230), label)


def measure(model: InterpolatedModel, asked: Asked) -> Measured | None:
    """What was asked for; where the model or the machine has it not, a sentence says why, and the strips go on."""
    try:
        return {CODES: _of_codes, PICTURES: _of_pictures, CLASSIFIER: _by_classifier}[asked.name](model, asked)
    except ExplorerError as error:
        st.info(as_text(error), icon=":material/straighten:")
        return None


def _of_codes(model: InterpolatedModel, _: Asked) -> Measured:
    nearest, expected = cached_nearest_code_distance(*model.key, model.label)

    def read(_: Array, codes: Array | None) -> tuple[float, ...] | None:
        return None if codes is None else _numbers(nearest, codes)

    return Measured(Chart("distance\nto the data\n(std. dev.)", (_band("held-out", expected),)), read)


def _of_pictures(model: InterpolatedModel, _: Asked) -> Measured:
    dataset = model.checkpoint.run.dataset
    nearest, expected = cached_nearest_image_distance(dataset, model.data_at_hand)
    decoded = cached_decoded_range(*model.key, dataset, model.data_at_hand)

    def read(samples: Array, _: Array | None) -> tuple[float, ...]:
        return _numbers(nearest, samples)

    tests = Band("tests", expected.median, expected.median, expected.median)
    return Measured(Chart("distance\nto the data", (_band("decoded", decoded), tests)), read)


def _by_classifier(model: InterpolatedModel, asked: Asked) -> Measured:
    dataset = model.checkpoint.run.dataset
    if model.classifier is None:
        raise CheckpointError(
            f"There is no classifier of {dataset} to judge pictures; train it with "
            f"`python -m explorer train-classifier --dataset {dataset}`."
        )

    def read(samples: Array, _: Array | None) -> tuple[float, ...] | None:
        shares = model.verdicts(samples)
        if shares is None:
            return None
        return tuple((shares.max(axis=1) if asked.label is None else shares[:, asked.label]).tolist())

    what = "the likeliest\nclass" if asked.label is None else f"class {model.class_names[asked.label]}"
    chance = 1 / len(model.class_names)
    return Measured(Chart(f"probability of\n{what}", (Band("chance", chance, chance, chance),), 1.0), read)


def _numbers(nearest: NearestNeighbourDistance, points: Array) -> tuple[float, ...]:
    return tuple(nearest.distance(points).tolist())


def _band(name: str, expected: ReferenceRange) -> Band:
    return Band(name, expected.low, expected.median, expected.high)
