"""Image search on the page of applications: ten hits by codes and by pixels, and how often their class is right."""

import numpy as np
import streamlit as st

from explorer.analysis.search import (
    N_HITS,
    N_QUERIES,
    RetrievalIndex,
    SearchQuality,
    measure_on_test,
    measure_search,
)
from explorer.figures.applications import Row, hit_labels, rows_figure, search_figure
from explorer.figures.theme import model_hue
from explorer.lessons.keys import search_key
from explorer.models.written_numbers import with_minus
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, show_figure
from explorer.ui.results import measured_on_demand
from explorer.ui.views.applications.context import ApplicationContext, codes_of
from explorer.ui.views.applications.picture import Picture, ask_to_draw, choose_picture

HITS_PX, SMALL_PX = 330, 330
QUERY = "query"
FLOAT_BYTES = 4
REFERENCE_S = 5
PRECISION = r"\mathrm{precision\ at\ 10} = \frac1{10} \sum_{i=1}^{10} [\, c(x_{(i)}) = c(x) \,]"
DISTANCE = r"d_z(x, x') = \lVert f(x) - f(x') \rVert, \qquad d_x(x, x') = \lVert x - x' \rVert"


def search(context: ApplicationContext) -> None:
    """A test image or a drawing as the query, its ten nearest training images by codes and by pixels."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        query = choose_picture(context)
    with picture:
        if query is None:
            ask_to_draw()
        else:
            rows = query_rows(context, query)
            alt = f"{query.title} and its ten nearest training images by codes and by pixels"
            show_figure(rows_figure(rows, HITS_PX, 1 + N_HITS), "search", alt)
    with controls:
        found = _measured(context)
    if found is not None:
        with controls:
            _show_numbers(found)
        with picture:
            figure = search_figure(found, context.test.class_names, model_hue(context.family), SMALL_PX)
            show_figure(
                figure, "search-classes", "Precision at 10 for the queries of each class, by codes and by pixels"
            )
    with picture:
        explain(
            formula=[
                (DISTANCE, "The distance between codes, f being the encoder, and between pixels."),
                (PRECISION, "The fraction of the ten nearest training images that have the query's class c."),
            ],
            code=[RetrievalIndex, measure_search],
        )


def query_rows(context: ApplicationContext, query: Picture) -> list[Row]:
    """The query and its ten nearest training images, in a row by codes and in one by pixels."""
    labels = context.train.labels
    of_query = np.array([-1 if query.label is None else query.label])
    by_codes = RetrievalIndex(codes_of(context)[0], labels, context.model.encode(query.pixels), of_query)
    by_pixels = RetrievalIndex(context.train.pixels(), labels, query.pixels, of_query)
    return [
        _hit_row(context, f"{query.title}, by codes, {context.title}", by_codes, query),
        _hit_row(context, f"the same by pixels, D = {context.n_values:,}", by_pixels, query),
    ]


def _hit_row(context: ApplicationContext, title: str, index: RetrievalIndex, query: Picture) -> Row:
    """The query and its hits, which are marked as right or wrong where the query has a class."""
    hits = index.hits()
    names = [context.train.class_names[label] for label in context.train.labels[hits[0]]]
    images = context.tile(np.concatenate([query.pixels, context.train.pixels(hits[0])]))
    if query.label is None:
        return Row(title, images, [QUERY, *names])
    is_right = index.is_right(hits)[0]
    labels, colours = hit_labels(names, is_right)
    return Row(f"{title}: {int(is_right.sum())} of {len(names)} right", images, [QUERY, *labels], ["", *colours])


def _measured(context: ApplicationContext) -> SearchQuality | None:
    """The quality of the search where it is known or asked for."""
    is_colour = context.n_values > context.n_pixels
    st.markdown(memory(context.model.latent_dim, context.n_values, len(context.train), is_colour=is_colour))
    n = min(N_QUERIES, len(context.test))
    return measured_on_demand(
        search_key(*context.key),
        f"Measure on {n:,} queries",
        "Searching",
        lambda: measure_on_test(context.train, context.test, codes_of(context)),
        REFERENCE_S,
    )


def memory(latent_dim: int, n_values: int, n_pictures: int, *, is_colour: bool = False) -> str:
    """What a search reads by codes and by pixels, in bytes."""
    code_bytes = FLOAT_BYTES * latent_dim
    numbers = f"{latent_dim} numbers of {FLOAT_BYTES} bytes"
    ratio, each = n_values / code_bytes, "pixel and channel" if is_colour else "pixel"
    compared = f"{ratio:.3g} times fewer bytes" if ratio > 1 else f"{1 / ratio:.3g} times as many bytes"
    return (
        f"The ten nearest of {n_pictures:,} training images. A code takes {code_bytes:,} bytes ({numbers}) and a "
        f"picture {n_values:,}, one per {each}: a search by codes reads {compared}. How many of the ten have the class "
        "of the query?"
    )


def _show_numbers(found: SearchQuality) -> None:
    codes, pixels, difference = found.means()
    left, right = st.columns(2)
    left.metric("by codes", f"{codes.value:.3f}", f"{difference.value:+.3f}", help="Mean precision at 10.")
    right.metric("by pixels", f"{pixels.value:.3f}", help="Mean precision at 10.")
    limits = with_minus(f"{difference.low:+.3f} to {difference.high:+.3f}")
    st.caption(
        f"Mean precision at 10 over {len(found.by_codes):,} test queries; the difference has a 95 % interval from "
        f"{limits} over the same queries. Ten random images: {found.chance:.3f}."
    )
