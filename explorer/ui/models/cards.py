"""Cards of the models at hand."""

from collections.abc import Iterable, Sequence

import streamlit as st

from explorer.data import list_sources
from explorer.errors import CheckpointError
from explorer.models.foreign_spec import has_encoder
from explorer.models.names import full_name
from explorer.store import BrokenCheckpoint, CheckpointInfo
from explorer.ui.caches import cached_thumbnail
from explorer.ui.foreign_text import as_text
from explorer.ui.models.at_hand import lecture_order

OTHER_DATA = "Other data"
CARDS_IN_A_ROW = 5


def by_data_set(infos: Iterable[CheckpointInfo]) -> dict[str, list[CheckpointInfo]]:
    """Models under their data sets' titles, in the order of a lecture."""
    titles = {source.name: source.title for source in list_sources()}
    groups: dict[str, list[CheckpointInfo]] = {title: [] for title in (*titles.values(), OTHER_DATA)}
    for info in sorted(infos, key=lecture_order):
        groups[titles.get(info.run.dataset, OTHER_DATA)].append(info)
    return {title: group for title, group in groups.items() if group}


def one_of_each_family(infos: Sequence[CheckpointInfo]) -> tuple[list[CheckpointInfo], list[CheckpointInfo]]:
    """The first model of each family, and the others, both in the order given."""
    firsts = {info.run.model.family: info for info in reversed(infos)}
    is_first = [firsts[info.run.model.family] is info for info in infos]
    chosen = [info for info, first in zip(infos, is_first, strict=True) if first]
    return chosen, [info for info, first in zip(infos, is_first, strict=True) if not first]


def model_cards(infos: list[CheckpointInfo]) -> None:
    """Cards in rows of five."""
    columns = st.columns(CARDS_IN_A_ROW)
    for index, info in enumerate(infos):
        with columns[index % CARDS_IN_A_ROW]:
            model_card(info)


def model_card(info: CheckpointInfo) -> None:
    """A model with the picture of its latent space, a link that opens it, and how well it reconstructs."""
    with st.container(border=True):
        try:
            st.image(cached_thumbnail(info.fingerprint, str(info.path)), width="stretch", alt=_described(info))
        except CheckpointError as error:
            st.error(as_text(error), icon=":material/broken_image:")
            return
        st.page_link("pages/latent.py", label=f"**{full_name(info.run.model)}**", query_params={"model": info.name})
        st.caption(_merit(info))


def broken_model(broken: BrokenCheckpoint) -> None:
    """A checkpoint that cannot be read, with the sentence that says why."""
    st.warning(f"**{as_text(broken.name)}**: {as_text(broken.problem)}", icon=":material/broken_image:")


def _described(info: CheckpointInfo) -> str:
    name = f"{info.name} ({full_name(info.run.model)})"
    if not has_encoder(info.run.model):
        return f"Draws from N(0, I), of which {name} decodes each"
    return f"Codes of the test samples of {info.run.dataset} under {name}, coloured by class"


def _merit(info: CheckpointInfo) -> str:
    mse = info.metrics.get("mse")
    name = as_text(info.name)
    if not has_encoder(info.run.model):
        return f"{name}  \ndraws from N(0, I)"
    return name if mse is None else f"{name}  \ntest MSE {mse:.4f}"
