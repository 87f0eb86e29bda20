"""The views of the data page, each one picture with its controls beside it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.dataset_summary import (
    Randoms,
    Summary,
    pick_by_class,
    random_samples,
    summarise,
)
from explorer.data import Dataset
from explorer.data.toys import TOYS
from explorer.figures import dataset as pictures
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, STAGE_PX, show_figure
from explorer.ui.linked_widgets import choose_number
from explorer.ui.results import kept

# A class's images in a line; its curves or points in one picture.
N_IMAGES, N_CURVES, N_POINTS = 14, 40, 400
N_RANDOM = {"images": 4, "curves": 5, "points": 300}
HIGHEST_SEED = 999
# What stands below the means of images.
BELOW_PX = 130
# From here on random samples are called far from the data.
FAR = 2.0

VARIANCE = r"\sigma_i^2 = \frac{1}{N-1} \sum_{n=1}^{N} (x_{ni} - \bar x_i)^2"
UNIFORM = r"x_i \sim \mathcal U(\min, \max) \quad \text{independently, for } i = 1, \dots, D"


def summary_of(dataset: Dataset) -> Summary:
    """Counts and moments of a train split."""
    key, doing = ("summary", dataset.fingerprint), "Adding up every sample of the train split …"
    return kept(key, lambda: summarise(dataset), doing=doing)


def kind_of(dataset: Dataset) -> str:
    """What one sample is: images, curves or points."""
    if len(dataset.sample_shape) > 1:
        return "images"
    return "points" if dataset.sample_shape[0] in pictures.POINT_SIZES else "curves"


def samples(dataset: Dataset) -> None:
    """Some samples of every class."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    kind = kind_of(dataset)
    with controls:
        seed = choose_number("draw", "Which samples", 0, HIGHEST_SEED, 0)
        n_values = "values" if kind != "images" else "pixels in colour" if len(dataset.sample_shape) > 2 else "pixels"
        shape = " × ".join(map(str, dataset.sample_shape[:2]))
        st.markdown(
            f"The train split has {len(dataset):,} samples of {shape} {n_values} in {dataset.n_classes} "
            f"class{'es' * (dataset.n_classes > 1)}. {_words(dataset)}"
        )
        st.page_link("pages/train.py", label="Train a model on it", query_params={"data": dataset.name})
        explain(code=[pick_by_class, pictures.samples_figure])
    n_each = {"images": N_IMAGES, "curves": N_CURVES, "points": N_POINTS}[kind]
    with picture:
        figure = pictures.samples_figure(dataset, pick_by_class(dataset, n_each, seed), STAGE_PX)
        show_figure(figure, "samples", f"Samples of every class of {dataset.name}")


def means(dataset: Dataset) -> None:
    """Class means, the mean of all and the variance; images have the window's width, with the numbers below."""
    summary = summary_of(dataset)
    is_wide = kind_of(dataset) == "images"
    picture, controls = (st.container(), st.container()) if is_wide else st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with picture:
        show_figure(
            pictures.means_figure(dataset, summary, STAGE_PX - BELOW_PX if is_wide else STAGE_PX),
            "means",
            f"The mean of each class of {dataset.name}, the mean of all and the variance",
        )
    with controls:
        parts = st.columns([1, 3, 2], gap="medium") if is_wide else [st.container() for _ in range(3)]
        _say_means(summary, *parts)


def _say_means(summary: Summary, number: DeltaGenerator, words: DeltaGenerator, behind: DeltaGenerator) -> None:
    """The total variance, the values and what PCA does with both, formula and code, each in its place."""
    n_values = len(summary.mean)
    number.metric(
        "Total variance", f"{summary.variance.sum():.3f}", f"over {n_values} values", delta_color="off",
        delta_arrow="off",
    )  # fmt: skip
    words.markdown(
        f"Values lie from {summary.low:.3g} to {summary.high:.3g}.{constant_words(summary.n_constant)} PCA subtracts "
        "the mean of all samples and divides the total variance among its components. Train split."
    )
    with behind:
        explain(formula=[(VARIANCE, "The variance of value i over the N samples.")], code=[summarise])


def constant_words(n: int) -> str:
    """How many values never change, where some do not."""
    if n == 0:
        return ""
    return " 1 value is the same in every sample." if n == 1 else f" {n} values are the same in every sample."


def random_image(dataset: Dataset) -> None:
    """What as many random values look like beside real samples."""
    summary = summary_of(dataset)
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        seed = choose_number("draw", "Draw again", 0, HIGHEST_SEED, 0)
        found = random_samples(dataset, summary.low, summary.high, N_RANDOM[kind_of(dataset)], seed)
        st.markdown(
            "**Real** samples; **shuffled** ones, each value of which comes from another real sample; and **random** "
            f"ones, with values drawn evenly between the extremes. {finding(found)}"
        )
        st.markdown(
            "Distance to the nearest real sample (median):\n\n| real | shuffled | random |\n|---|---|---|\n"
            f"| {found.real_distance:.2f} | {found.shuffled_distance:.2f} | {found.uniform_distance:.2f} |"
        )
        explain(formula=[(UNIFORM, "The random sample.")], code=[random_samples, pictures.randoms_figure])
    with picture:
        show_figure(
            pictures.randoms_figure(dataset, found, STAGE_PX),
            "random",
            f"Real samples of {dataset.name}, samples of shuffled values and samples of random values",
        )


def finding(found: Randoms) -> str:
    """What the distances to the nearest real sample say of how much of their space the data fill."""
    times, n_values = found.times_as_far, found.real.shape[1]
    if times >= FAR:
        return (
            f"A random sample lies {times:.1f} times as far from the nearest real one as a real sample does: the data "
            f"fill a thin part of their space of {n_values} dimensions, the *manifold hypothesis*."
        )
    return (
        f"A random sample lies only {times:.1f} times as far from the nearest real one as a real sample does: in "
        f"{n_values} dimensions random samples come near the data by chance."
    )


def _words(dataset: Dataset) -> str:
    """What there is to know about a data set that its pictures do not say."""
    if dataset.name == "fremont":
        return (
            "Each curve is one day on Seattle's Fremont Bridge: bicycles per hour on both sidewalks together, "
            "in hundreds. Working days have two peaks, weekends one."
        )
    if dataset.name in TOYS:
        return (
            "The points lie along a shape whose true coordinates are known, with noise of a fiftieth of their spread. "
            "Colours show the position along the shape."
        )
    if kind_of(dataset) == "points":
        return "Each dot is one sample, its values are the coordinates. Colours show the class."
    if kind_of(dataset) == "curves":
        return "Each curve is one sample, its values from left to right. Colours show the class."
    return "Pixels lie in [0, 1]. The number of samples stands beside each class."
