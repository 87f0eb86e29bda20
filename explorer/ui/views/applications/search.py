"""Image search on the page of applications: ten hits by codes and by pixels, and how often their class is right."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.search import N_HITS, N_QUERIES, RetrievalIndex, SearchQuality, measure_search
from explorer.figures.applications import Row, hit_labels, rows_figure, search_figure
from explorer.figures.theme import model_hue
from explorer.ui.explain import explain
from explorer.ui.figure import show_figure
from explorer.ui.results import computed_anew, known
from explorer.ui.views.applications.context import (
    HEIGHT_PX,
    PICTURE_AND_CONTROLS,
    Key,
    Subject,
    choose_sample,
    codes_of,
    some_rows,
)

SEED = 0
SMALL_PX = 260
PRECISION = r"\mathrm{precision\ at\ 10} = \frac1{10} \sum_{i=1}^{10} [\, c(x_{(i)}) = c(x) \,]"
DISTANCE = r"d_z(x, x') = \lVert f(x) - f(x') \rVert, \qquad d_x(x, x') = \lVert x - x' \rVert"


def search(subject: Subject) -> None:
    """A test picture as the query, its ten nearest training pictures by codes and by pixels."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="large")
    with controls:
        row = choose_sample(subject.test)
    by_codes, by_pixels = _haystacks(subject, np.array([row]))
    with picture:
        rows = [_query_row(subject, row)]
        rows += [_hit_row(subject, f"by codes, {subject.title}", by_codes)]
        rows += [_hit_row(subject, f"by pixels, D = {subject.n_pixels}", by_pixels)]
        alt = f"Test picture {row} and its ten nearest training pictures by codes and by pixels"
        show_figure(rows_figure(rows, HEIGHT_PX - 130, N_HITS), "search", alt)
        explain(
            formula=[
                (DISTANCE, "The distance between codes, f being the encoder, and between pixels."),
                (PRECISION, "The share of the ten nearest training pictures that have the query's class c."),
            ],
            code=[RetrievalIndex, measure_search],
        )
    with controls:
        found = _measured(subject)
    if found is not None:
        with controls:
            _show_numbers(found)
        with picture:
            figure = search_figure(found, subject.test.class_names, model_hue(subject.family), SMALL_PX)
            show_figure(
                figure, "search-classes", "Precision at 10 for the queries of each class, by codes and by pixels"
            )


def _haystacks(subject: Subject, rows: NDArray[np.int64]) -> tuple[RetrievalIndex, RetrievalIndex]:
    """The training split, and some test pictures as queries, by codes and by pixels."""
    train_codes, test_codes = codes_of(subject)
    labels, query_labels = subject.train.labels, subject.test.labels[rows]
    by_codes = RetrievalIndex(train_codes, labels, test_codes[rows], query_labels)
    return by_codes, RetrievalIndex(subject.train.pixels(), labels, subject.test.pixels(rows), query_labels)


def _query_row(subject: Subject, row: int) -> Row:
    name = subject.test.class_names[subject.test.labels[row]]
    return Row(f"the query, test picture {row}, class {name}", subject.tile(subject.test.pixels(np.array([row]))))


def _hit_row(subject: Subject, title: str, haystack: RetrievalIndex) -> Row:
    hits = haystack.hits()
    names = [subject.train.class_names[label] for label in subject.train.labels[hits[0]]]
    is_right = haystack.is_right(hits)[0]
    labels, colours = hit_labels(names, is_right)
    images = subject.tile(subject.train.pixels(hits[0]))
    return Row(f"{title}: {int(is_right.sum())} of {len(names)} right", images, labels, colours)


def _measured(subject: Subject) -> SearchQuality | None:
    """The quality of the search where it is known or asked for."""
    key: Key = ("search", *subject.key)
    st.markdown(
        f"The ten nearest of {len(subject.train):,} training pictures. A code is {subject.model.latent_dim} numbers, "
        f"a picture {subject.n_pixels}: searching codes touches a {subject.n_pixels / subject.model.latent_dim:.0f}th "
        "of the memory. How many hits have the query's class?"
    )
    n = min(N_QUERIES, len(subject.test))
    if known(key) is None and not st.button(
        f"Measure on {n:,} queries (5 s)", icon=":material/straighten:", type="primary", width="stretch"
    ):
        return None
    rows = some_rows(len(subject.test), n)
    found: SearchQuality = computed_anew(key, "Searching", lambda: measure_search(*_haystacks(subject, rows)))
    return found


def _show_numbers(found: SearchQuality) -> None:
    codes, pixels, difference = found.means(SEED)
    left, right = st.columns(2)
    left.metric("by codes", f"{codes.value:.3f}", f"{difference.value:+.3f}", help="Mean precision at 10.")
    right.metric("by pixels", f"{pixels.value:.3f}", help="Mean precision at 10.")
    st.caption(
        f"Mean precision at 10 over {len(found.by_codes):,} test queries; the difference has a 95 % interval from "
        f"{difference.low:+.3f} to {difference.high:+.3f} over the same queries. Ten random pictures: "
        f"{found.chance:.3f}."
    )
