"""The generate page's first question: what p(x) knows that p(y|x) does not."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from explorer.analysis.measure import Interval
from explorer.analysis.overconfidence import (
    SURE,
    Judged,
    Separation,
    adversarial,
    judge,
    kinds_of_pictures,
    separation,
)
from explorer.data import Dataset, list_sources
from explorer.errors import AnalysisError
from explorer.figures.overconfidence import confidence_figure, judged_pictures_figure
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.models.fields import Range
from explorer.models.spec import VAESpec
from explorer.store import Checkpoint, CheckpointInfo, load_classifier
from explorer.store.classifiers import classifier_path
from explorer.ui.caches import cached_dataset, checkpoint_of
from explorer.ui.explain import explain
from explorer.ui.figure import ROW_PX, STAGE_PX, low_row, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.models.picker import choose_model
from explorer.ui.query_params import bound
from explorer.ui.results import kept

FAMILIES = ("vae", "conv_vae")
N_JUDGED = 300
CHANGE = Range(float, 0.0, 0.5)
HEIGHT_PX = STAGE_PX - ROW_PX - 40
PICTURES_AND_CHART = (0.48, 0.52)
JOINT = r"p(x, y) = p(y \mid x)\, p(x)"
JOINT_WORDS = "A classifier states p(y|x) only, which sums to 1 over the classes for every x, nonsense included."
BOUND = r"\log p(x) \ge \mathbb{E}\Bigl[\log \tfrac{1}{L} \sum_{l=1}^{L}"
BOUND += r" \tfrac{p(x \mid z_l)\, p(z_l)}{q(z_l \mid x)}\Bigr]"
BOUND_WORDS = "The importance-weighted bound with L = 20 draws (Burda et al. 2016, eq. 8)."
Findings = tuple[tuple[Judged, ...], Judged]


def show_why_generative(models: dict[str, CheckpointInfo], seed: int) -> None:
    """Pictures that belong to no class, with p(y|x) and log p(x); how well either tells them from test images."""
    usable = _usable(models)
    if not usable:
        raise AnalysisError("The library has no VAE of images with a classifier at hand; train one on the Train page.")
    with low_row():
        info = choose_model(usable)
        limits = bound("change", CHANGE)
        change = st.slider("Change of a pixel, at most", CHANGE.low, CHANGE.high, 0.2, 0.05, width=420, **limits)
    checkpoint, test = checkpoint_of(info), cached_dataset(info.run.dataset, "test")
    with st.spinner("Asking the classifier and the VAE …"):
        judged, blank = _judged(checkpoint, test, float(change), seed)
    left, right = st.columns(PICTURES_AND_CHART, gap="medium")
    with left:
        figure = judged_pictures_figure(judged, test.class_names, test.sample_shape, HEIGHT_PX)
        show_figure(figure, "nonsense", "Pictures, each with its likeliest class, p(y|x) and log p(x) in nats")
    with right:
        show_figure(
            confidence_figure(judged, HEIGHT_PX), "confidence", "p(y|x) of the likeliest class against log p(x)"
        )
    found = [separation(judged[0], other) for other in judged[1:]]
    st.markdown(words(judged, found, blank))
    st.markdown(table(judged[0], found))
    explain(formula=[(JOINT, JOINT_WORDS), (BOUND, BOUND_WORDS)], code=[judge, adversarial])


def _usable(models: dict[str, CheckpointInfo]) -> dict[str, CheckpointInfo]:
    """VAEs with a Bernoulli likelihood whose images are at hand and have a classifier."""
    at_hand = {source.name for source in list_sources() if source.available and source.kind == "images"}
    names = {name for name in at_hand if classifier_path(name).is_file()}
    found = [info for info in models.values() if info.run.dataset in names and _is_bernoulli_vae(info)]
    return {info.name: info for info in sorted(found, key=_lecture_first)}


def _lecture_first(info: CheckpointInfo) -> tuple[bool, bool, int]:
    """MNIST before the 8 × 8 digits, dense networks first, and those with room for a digit's details first."""
    return info.run.dataset == "digits", info.run.model.family != "vae", -info.run.model.latent_dim


def _is_bernoulli_vae(info: CheckpointInfo) -> bool:
    spec = info.run.model
    return isinstance(spec, VAESpec) and spec.family in FAMILIES and spec.likelihood == "bernoulli"


def _judged(checkpoint: Checkpoint, test: Dataset, change: float, seed: int) -> Findings:
    """Every kind of picture, and a blank one, judged once for all sessions."""
    name, model = checkpoint.run.dataset, checkpoint.model
    if not isinstance(model, VariationalAutoencoder):
        raise AnalysisError(f"{checkpoint.info.name} states no log p(x); choose a VAE.")

    def compute() -> Findings:
        classifier, _ = load_classifier(name)
        x = test.pixels(slice(0, N_JUDGED))
        kinds = kinds_of_pictures(x, test.sample_shape, classifier, change, seed)
        (blank,) = judge(model, classifier, {"a blank image": np.zeros_like(x[:1])})
        return judge(model, classifier, kinds), blank

    return kept(("overconfidence", checkpoint.info.fingerprint, test.fingerprint, change, seed), compute)


def words(judged: Sequence[Judged], found: Sequence[Separation], blank: Judged) -> str:
    """What either number says of pictures that belong to no class, and what p(x) does not know either."""
    real = judged[0]
    worst = max(found, key=lambda one: one.sure.value)
    n_better = sum(one.auc_likelihood.low > one.auc_confidence.high for one in found)
    below = float((real.log_likelihood_nats < blank.log_likelihood_nats[0]).mean())
    return (
        f"A classifier has to name a class. It is sure (p(y|x) ≥ {SURE}) of {_percent(worst.sure.value)} of the "
        f"pictures of the kind “{worst.title}”, and of {_percent(float((real.confidence >= SURE).mean()))} of the test "
        f"images. {_comparison(n_better, len(found))} {_on_blank(float(blank.log_likelihood_nats[0]), below)}"
    )


def _comparison(n_better: int, n_kinds: int) -> str:
    if n_better == n_kinds:
        return "log p(x) tells every kind from test images better than p(y|x) does."
    return (
        f"log p(x) tells {n_better} of the {n_kinds} kinds from test images better than p(y|x) does; for the others "
        "the intervals overlap or p(y|x) does better."
    )


def _on_blank(likelihood_nats: float, share_below: float) -> str:
    says = f"A blank image has log p(x) = {likelihood_nats:,.0f} nats".replace("-", "−")
    if share_below >= 0.5:
        return (
            f"{says}, above {_percent(share_below)} of the test images: a likelihood measures what is probable, "
            "not what has a class."
        )
    return f"{says}, above {_percent(share_below)} of the test images."


def table(real: Judged, found: Sequence[Separation]) -> str:
    """Every kind with its numbers and their 95 % intervals."""
    columns = (f"kind, {len(real.x)} pictures each", "classifier is sure, %", "AUC by p(y\\|x)", "AUC by log p(x)")
    head = f"| {' | '.join(columns)} |\n|---|---|---|---|"
    lines = [
        f"| {as_text(one.title)} | {_interval(one.sure, 100, 0)} | {_interval(one.auc_confidence, 1, 3)} | "
        f"{_interval(one.auc_likelihood, 1, 3)} |"
        for one in found
    ]
    note = "\nAUC: how often such a picture has a lower number than a test image; 0.5 is guessing."
    return "\n".join([head, *lines, note])


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _interval(of: Interval, factor: float, digits: int) -> str:
    value, low, high = (f"{factor * number:.{digits}f}" for number in (of.value, of.low, of.high))
    return f"{value} [{low}, {high}]"
