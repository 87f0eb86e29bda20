"""The view of embeddings: the same samples in the planes of PCA, AE, VAE, t-SNE and UMAP, and what each keeps."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.embeddings import (
    DEFAULT_PERPLEXITY,
    PERPLEXITIES,
    TSNE,
    UMAP,
    Embedding,
    Embeddings,
    embed,
    has_umap,
    tsne,
    umap_embedding,
)
from explorer.analysis.lasso import Mask, inside
from explorer.analysis.measure import Interval, Progress, exactly
from explorer.analysis.neighbourhoods import K, marked_neighbours, neighbourhoods, shared_neighbours, trusted
from explorer.data import Dataset
from explorer.lessons.keys import embeddings_key, umap_key
from explorer.models.fields import Range
from explorer.models.latent_model import LatentModel
from explorer.scenes.embedding_animation import Samples, embedding_animation, name_of
from explorer.store import CheckpointInfo
from explorer.training.replay import snapshot_rows
from explorer.ui.caches import cached_dataset, fitted_pca, model_of
from explorer.ui.components.latent_animation.component import latent_animation
from explorer.ui.explain import explain
from explorer.ui.foreign_text import as_text
from explorer.ui.kept_frame import kept_frame
from explorer.ui.linked_widgets import choose_button, choose_in_list
from explorer.ui.query_params import read, write
from explorer.ui.results import known, measured_on_demand
from explorer.ui.views.compare.context import NOTHING, images_at_hand
from explorer.ui.views.compare.linked import finding_of_marks, linked_planes_of, read_marks, show_linked

Array = NDArray[np.float32]
IN_TURN, LINKED = "One after the other", "Side by side"
PLANE_DIM, TITLES = 2, {"ae": "AE", "vae": "VAE", "conv_ae": "AE", "conv_vae": "VAE"}
EMBED_S, UMAP_S = 40.0, 15.0
TRUST = r"T(k) = 1 - \frac{2}{N k (2N - 3k - 1)} \sum_{i=1}^{N} \sum_{j \in U_k(i)} (r(i, j) - k), \qquad k = 10"
TRUST_WORDS = (
    "U_k(i) are the samples among the k nearest of i in the plane but not in pixels, r(i, j) is the rank of j among "
    "the neighbours of i in pixels (Venna & Kaski 2001). Continuity is the same with plane and pixels exchanged."
)
COST = (
    r"\min_y\ \mathrm{KL}(P \,\|\, Q) = \sum_{i \neq j} p_{ij} \log \frac{p_{ij}}{q_{ij}}, \qquad "
    r"q_{ij} \propto \bigl(1 + \lVert y_i - y_j \rVert^2\bigr)^{-1}"
)
COST_WORDS = (
    "t-SNE moves the points y themselves: p is how similar two samples are in pixels, over a neighbourhood whose size "
    "the perplexity sets. No function leads from a sample to its point, and none leads back (van der Maaten & Hinton "
    "2008)."
)


@dataclass(frozen=True, eq=False)
class Planes:
    """A data set with its models of two dimensions by the names of their planes, and the rows that are shown."""

    train: Dataset
    models: dict[str, LatentModel]
    fingerprints: tuple[str, ...]

    @property
    def rows(self) -> NDArray[np.int64]:
        """At most 1,000 training samples, evenly spread."""
        return snapshot_rows(len(self.train))

    @property
    def samples(self) -> Samples:
        """What the planes are of."""
        labels = self.train.labels[self.rows].astype(np.uint8)
        return Samples(self.train.pixels(self.rows), labels, self.train.class_names, self.train.sample_shape)

    def embedded(self) -> Iterator[Progress[Any]]:
        """All planes but UMAP's."""
        pixels = self.train.pixels(self.rows)
        places = {name: model.encode(pixels) for name, model in self.models.items()}
        return embed(neighbourhoods(pixels), places)

    def umap(self, pca: Array) -> Iterator[Progress[Any]]:
        """UMAP's plane, in one step."""
        yield Progress(0.0, "laying out", None)
        yield Progress(1.0, "done", umap_embedding(neighbourhoods(self.train.pixels(self.rows)), pca))


def embeddings(bar: Any) -> None:
    """The planes one after the other, with a table of what each keeps and can do; bar: the title's row."""
    at_hand = {name: of_two for name, by_k in images_at_hand().items() if (of_two := by_k.get(PLANE_DIM))}
    if not at_hand:
        st.info(NOTHING, icon=":material/model_training:")
        return
    with bar:
        name = choose_in_list("data", "Data set", at_hand, width=150)
        settings, start = map(str, PERPLEXITIES), str(DEFAULT_PERPLEXITY)
        perplexity = int(choose_in_list("perplexity", "Perplexity of t-SNE", settings, start, width=170))
        part = choose_button("part", "Planes", (IN_TURN, LINKED), label_visibility="collapsed")
    planes = planes_of(name, at_hand[name])
    key, title = embeddings_key(planes.train, planes.fingerprints), "Laying out the samples"
    found = measured_on_demand(key, "Run t-SNE nine times", title, planes.embedded, EMBED_S)
    if found is not None:
        _show(planes, found, perplexity, is_linked=part == LINKED)


def planes_of(name: str, infos: tuple[CheckpointInfo, ...]) -> Planes:
    """PCA and the library's AE and VAE of two dimensions."""
    kept = {TITLES[info.run.model.family]: info for info in infos if info.run.model.family in TITLES}
    models = {title: model_of(info) for title, info in kept.items()}
    fingerprints = tuple(info.fingerprint for info in kept.values())
    return Planes(cached_dataset(name), {"PCA": fitted_pca(name), **models}, fingerprints)


def _show(planes: Planes, found: Embeddings, perplexity: int, *, is_linked: bool) -> None:
    shown = list(found.of_perplexity(perplexity))
    of_umap = known(umap_key(planes.train))
    if of_umap is not None:
        shown.append(of_umap)
    linked = linked_planes_of(shown, planes.train, planes.rows)
    marks = read_marks(linked)
    if is_linked:
        show_linked(linked, marks, f"linked {planes.train.name} {perplexity}")
    else:
        _show_in_turn(planes, found, shown, linked.within(marks))
    st.markdown(as_text(f"{finding_of_marks(linked, marks, planes.train.pixels(planes.rows))}"))
    st.markdown(as_text(f"{finding(found, perplexity)} {protocol(planes)}"))
    st.dataframe(table(shown, found), hide_index=True, width="stretch", alt="What each plane keeps and can do")
    if of_umap is None:
        _offer_umap(planes, found)
    explain(
        formula=[(TRUST, TRUST_WORDS), (COST, COST_WORDS)],
        code=[trusted, shared_neighbours, marked_neighbours, inside, tsne],
    )


def _show_in_turn(planes: Planes, found: Embeddings, shown: list[Embedding], is_marked: Mask | None) -> None:
    animation = embedding_animation(shown, found, planes.samples, planes.models, is_marked)
    first = next(place for place, one in enumerate(shown) if one.method == TSNE)
    wanted = read("shown_plane", Range(int, 0, len(shown) - 1))
    perplexity = shown[first].perplexity
    title = f"embeddings {planes.train.name} {perplexity}"
    frame = kept_frame("embeddings", first if wanted is None else wanted, partial(latent_animation, animation), title)
    write("shown_plane", None if frame == first else [frame])


def _offer_umap(planes: Planes, found: Embeddings) -> None:
    if not has_umap():
        st.caption("UMAP stands here too once umap-learn is installed: `pip install --group umap`.")
        return
    key, lay_out = umap_key(planes.train), partial(planes.umap, found.planes[0].points)
    measured_on_demand(key, "Run UMAP", "Laying out the samples by UMAP", lay_out, UMAP_S)


def finding(found: Embeddings, perplexity: int) -> str:
    """Who keeps neighbours and who keeps distances, in numbers with their nulls; t-SNE at a perplexity."""
    planes = found.of_perplexity(perplexity)
    by_method = {one.method: one.preserved for one in reversed(planes)}
    kept = ", ".join(f"{name} {in_percent(by_method[name].neighbours_kept)}" for name in reversed(by_method))
    far = ", ".join(f"{name} {written(by_method[name].distance_correlation)}" for name in reversed(by_method))
    runs = [one.preserved.distance_correlation.value for one in found.planes if one.method == TSNE]
    share = in_percent(found.seeds_share)
    return (
        f"Of a sample's {K} nearest neighbours in pixels the planes keep: {kept} (t-SNE: perplexity {perplexity}); by "
        f"chance {in_percent(found.null.neighbours_kept)}. Rank correlation of distances: {far}; by chance 0, and from "
        f"{min(runs):.2f} to {max(runs):.2f} over t-SNE's {len(runs)} runs, which differ in perplexity and seed: the "
        f"distances between its groups depend on both. With another seed {share} of the {K} neighbours in its plane "
        f"are the same (at perplexity {DEFAULT_PERPLEXITY})."
    )


def protocol(planes: Planes) -> str:
    """What was laid out, how, and what is random."""
    return (
        f"{len(planes.rows):,} training samples of {planes.train.name}, which every method has seen: t-SNE places only "
        "these, from a random start, and its plane is turned to match PCA's; the models learned from the whole train "
        "split. Intervals of at least 95 % are jackknife intervals over twentieths of the samples, for distances of "
        "the pairs. Only the models have an encoder for new samples and a decoder."
    )


def table(shown: list[Embedding], found: Embeddings) -> pd.DataFrame:
    """A row a plane, the last for random points."""
    rows = [(name_of(one), one.preserved, one.method) for one in shown] + [("by chance", found.null, "")]
    return pd.DataFrame(
        [
            {
                "Plane": name,
                "Trustworthiness": written(kept.trustworthiness),
                "Continuity": written(kept.continuity),
                f"Of {K} neighbours kept": in_percent(kept.neighbours_kept),
                "Rank correlation of distances": written(kept.distance_correlation),
                "A new sample": PLACES.get(method, "has a place"),
                "Picture of a point": PICTURES.get(method, "decoded"),
            }
            for name, kept, method in rows
        ]
    )


PLACES = {"": "–", TSNE: "has no place", UMAP: "by a further fit only"}
PICTURES = {"": "–", TSNE: "none", UMAP: "none"}


def written(value: Interval) -> str:
    """A number with its interval; without one where it is exact."""
    return f"{value.value:.3g}" if value == exactly(value.value) else value.text(3)


def in_percent(share: Interval) -> str:
    """A share with its interval, likewise."""
    return f"{100 * share.value:.1f} %" if share == exactly(share.value) else share.percent()
