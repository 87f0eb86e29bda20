"""The contractive view's measurement: how far the code moves with its picture, against ‖J‖_F ‖δ‖."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.contraction import CodeChanges, code_changes
from explorer.analysis.measure import Interval, mean_interval
from explorer.figures.objectives import OBJECTIVE_HUE, PLAIN_HUE, code_changes_figure
from explorer.models.written_numbers import percent
from explorer.store import CheckpointInfo
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.results import kept
from explorer.ui.views.objectives.context import ObjectivesContext, autoencoder_of

LENGTHS = np.array([0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0])
N_MOVED, SEED = 60, 0
# The length that the sentences speak of.
SPOKEN = 4
BOUND = (
    r"\lVert f(x + \delta) - f(x) \rVert \approx \lVert J \delta \rVert \le \lVert J \rVert_2 \lVert \delta \rVert \le "
    r"\lVert J \rVert_F \lVert \delta \rVert, \qquad \mathbb{E}_\delta \lVert J \delta \rVert^2 = "
    r"\frac{\lVert J \rVert_F^2}{D} \lVert \delta \rVert^2"
)
BOUND_WORDS = (
    "J = ∂f/∂x at x; the last is for δ in a random direction among D pixels. The bound is that of the tangent, so it "
    "holds for small δ alone: further out f may be steeper than at x."
)


def changes_of_codes(
    context: ObjectivesContext, infos: dict[str, CheckpointInfo], picture: DeltaGenerator, beside: DeltaGenerator
) -> None:
    """Codes of the plain and of the contractive model as their pictures are moved; infos: by title, the plain first."""
    with st.spinner("Moving pictures …"):
        found = {title: _measured(context, info) for title, info in infos.items()}
    hues = dict(zip(found, (PLAIN_HUE, OBJECTIVE_HUE), strict=True))
    with picture:
        alt = "How far codes move with their pictures, against the bound by the Jacobian, both on logarithmic axes"
        show_figure(code_changes_figure(found, hues, STAGE_PX), "code-changes", alt)
    with beside:
        st.markdown(changes_words(found))
        explain(formula=[(BOUND, BOUND_WORDS)], code=[code_changes])


def _measured(context: ObjectivesContext, info: CheckpointInfo) -> CodeChanges:
    x = context.test.pixels(np.arange(min(N_MOVED, len(context.test))))
    key = ("code changes", info.fingerprint, context.test.fingerprint)
    return kept(key, lambda: code_changes(autoencoder_of(info), x, LENGTHS, SEED))


def changes_words(found: dict[str, CodeChanges]) -> str:
    """How much of the bound is used, where it breaks, and what the contraction changed."""
    n = len(next(iter(found.values())).norms)
    parts = [_of_model(title, one) for title, one in found.items()]
    plain, contracted = (mean_interval(one.random[SPOKEN]) for one in found.values())
    return (
        f"{' '.join(parts)}\n\nFor ‖δ‖ = {LENGTHS[SPOKEN]:g} in a random direction the plain code moves by "
        f"{plain.text(3)} of its spread, the contractive one by {contracted.text(3)}: {_verdict(plain, contracted)}. "
        f"Means over {n} test images with 95 % intervals; 0 would be a code that does not move. Dashed: ‖J‖ ‖δ‖ with "
        "the Frobenius norm of J."
    )


def _of_model(title: str, of: CodeChanges) -> str:
    random, leading = of.used(of.random), of.used(of.leading)
    beyond = (leading > 1).mean(axis=1)
    broken = [length for length, fraction in zip(of.lengths, beyond, strict=True) if fraction > 0]
    where = f"exceeds it for some images from ‖δ‖ = {broken[0]:g} on" if broken else "never exceeds it"
    return (
        f"{title[0].upper()}{title[1:]}: a small random δ reaches {percent(float(random[0].mean()))} of the bound, one "
        f"in the leading direction {percent(float(leading[0].mean()))}; the latter {where}."
    )


def _verdict(plain: Interval, contracted: Interval) -> str:
    if contracted.high < plain.low:
        return "less, also in units of its own spread"
    return "not less" if contracted.low > plain.high else "these images show no difference"
