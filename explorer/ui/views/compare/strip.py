"""The view of one K: the same ten samples, and what PCA and the library's plain models of that K make of them."""

from typing import Any

import streamlit as st

from explorer.analysis.strip import Strip, one_of_each_class, reconstruction_strip
from explorer.figures.strip import strip_figure
from explorer.models.latent_model import LatentModel
from explorer.scenes.latent_scene import image_shape
from explorer.ui.caches import cached_dataset, model_of, pca_of
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_clickable
from explorer.ui.foreign_text import as_code
from explorer.ui.linked_widgets import choose_number
from explorer.ui.results import kept
from explorer.ui.views.compare.context import NOTHING, OfOneK, choose_k, images_at_hand

SSE = r"\mathrm{SSE}(x) = \lVert x - \hat x \rVert^2 = \sum_{d=1}^{D} (x_d - \hat x_d)^2"
SSE_WORDS = "Summed over the D pixels of an image, in [0, 1]. A VAE's x̂ is what its decoder makes of the mean code μ."


def one_k(bar: Any) -> None:
    """Originals above, reconstructions below, each with its error; a press on a picture chooses its sample.

    bar: the title's row, which takes the widgets.
    """
    found = images_at_hand()
    if not found:
        st.info(NOTHING, icon=":material/model_training:")
        return
    with bar:
        of_k = choose_k(found)
        test = cached_dataset(of_k.dataset, "test")
        sample = _choose_sample(len(test))
    samples = one_of_each_class(test.labels, sample)
    key = ("strip", test.fingerprint, of_k.latent_dim, *(info.fingerprint for info in of_k.infos), *samples.tolist())
    strip = kept(key, lambda: _strip(of_k, sample), doing="Reconstructing the test split …")
    place = samples.tolist().index(sample)
    shape = image_shape(test.sample_shape)
    assert shape is not None
    show_clickable(
        strip_figure(strip, shape, place, STAGE_PX), "strip", _alt(strip), lambda column: _pick(strip, column)
    )
    st.markdown(f"{strip.finding(place)} {_protocol(of_k, len(test))}")
    explain(formula=[(SSE, SSE_WORDS)], code=[reconstruction_strip])


def _choose_sample(n_test: int) -> int:
    if int(st.session_state.get("sample") or 0) >= n_test:
        st.session_state["sample"] = 0
    return choose_number("sample", "Test sample", 0, n_test - 1, 0, width=190)


def _pick(strip: Strip, column: int) -> None:
    st.session_state["sample"] = int(strip.samples[column])


def _strip(of_k: OfOneK, sample: int) -> Strip:
    test, pca = cached_dataset(of_k.dataset, "test"), pca_of(of_k.dataset, of_k.latent_dim)
    models: dict[str, LatentModel] = {"PCA": pca}
    models |= {info.run.model.title: model_of(info) for info in of_k.infos}
    return reconstruction_strip(models, test, pca.mean, one_of_each_class(test.labels, sample))


def _alt(strip: Strip) -> str:
    means = ", ".join(f"{row.title} {row.test_sse:.1f}" for row in strip.rows)
    return f"Ten test samples and their reconstructions; mean squared error over the test split: {means}"


def _protocol(of_k: OfOneK, n_test: int) -> str:
    """What the numbers are, and which models stand there."""
    names = ", ".join(as_code(info.name) for info in of_k.infos)
    return (
        f"Below each image: its squared error, summed over the pixels; below each original that of the mean "
        f"training image, which needs no code. Left: the mean over {n_test:,} test images. Every model has K = "
        f"{of_k.latent_dim} number{'s' * (of_k.latent_dim > 1)} per image: PCA of the training split, and {names}."
    )
