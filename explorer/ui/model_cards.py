"""Cards of the models at hand."""

from collections.abc import Iterable

import streamlit as st

from explorer.data import list_sources
from explorer.errors import CheckpointError
from explorer.models import FAMILIES
from explorer.store import BrokenCheckpoint, CheckpointInfo
from explorer.ui.caches import cached_thumbnail

OTHER_DATA = "Other data"
CARDS_IN_A_ROW = 5


def by_data_set(infos: Iterable[CheckpointInfo]) -> dict[str, list[CheckpointInfo]]:
    """The models under their data sets' titles, as a lecture goes on, one of each kind first."""
    titles = {source.name: source.title for source in list_sources()}
    groups: dict[str, list[CheckpointInfo]] = {title: [] for title in (*titles.values(), OTHER_DATA)}
    for info in sorted(infos, key=_place_in_a_lecture):
        groups[titles.get(info.run.dataset, OTHER_DATA)].append(info)
    return {title: _one_of_each_kind_first(group) for title, group in groups.items() if group}


def _one_of_each_kind_first(infos: list[CheckpointInfo]) -> list[CheckpointInfo]:
    firsts = {info.title: info for info in reversed(infos)}
    return sorted(infos, key=lambda info: firsts[info.title] is not info)


def model_cards(infos: list[CheckpointInfo]) -> None:
    """Cards in rows of five."""
    columns = st.columns(CARDS_IN_A_ROW)
    for place, info in enumerate(infos):
        with columns[place % CARDS_IN_A_ROW]:
            model_card(info)


def model_card(info: CheckpointInfo) -> None:
    """A model with the picture of its latent space, a link that opens it, and how well it reconstructs."""
    with st.container(border=True):
        try:
            st.image(cached_thumbnail(info.fingerprint, str(info.path)), width="stretch", alt=_described(info))
        except CheckpointError as error:
            st.error(str(error), icon=":material/broken_image:")
            return
        st.page_link("pages/latent.py", label=f"**{info.name}**", query_params={"model": info.name})
        st.caption(_merit(info))


def broken_model(broken: BrokenCheckpoint) -> None:
    """A checkpoint that cannot be read, with the sentence that says why."""
    st.warning(f"**{broken.name}**: {broken.problem}", icon=":material/broken_image:")


def _place_in_a_lecture(info: CheckpointInfo) -> tuple[int, int, str]:
    return list(FAMILIES).index(info.run.model.family), info.run.model.latent_dim, info.name


def _described(info: CheckpointInfo) -> str:
    return f"Codes of the test samples of {info.run.dataset} under {info.name} ({info.title}), coloured by class"


def _merit(info: CheckpointInfo) -> str:
    mse = info.metrics.get("mse")
    return info.title if mse is None else f"{info.title}  \ntest MSE {mse:.4f}"
