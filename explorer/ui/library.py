"""Cards of the models at hand."""

import streamlit as st

from explorer.errors import CheckpointError
from explorer.store import CheckpointInfo
from explorer.ui.caches import cached_thumbnail


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


def broken_model(info: CheckpointInfo) -> None:
    """A checkpoint that cannot be read, with the sentence that says why."""
    st.warning(f"**{info.name}**: {info.problem}", icon=":material/broken_image:")


def _described(info: CheckpointInfo) -> str:
    dataset = info.run.dataset if info.run else "an unknown data set"
    return f"Codes of the test samples of {dataset} under {info.name} ({info.title}), coloured by class"


def _merit(info: CheckpointInfo) -> str:
    mse = info.metrics.get("mse")
    return info.title if mse is None else f"{info.title}  \ntest MSE {mse:.4f}"
