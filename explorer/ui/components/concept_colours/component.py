"""Gives μ, σ, ε and z the colours in code that they have in formulas and figures."""

from pathlib import Path

from explorer.figures.theme import EPSILON, MU, SIGMA, Z
from explorer.ui.components.shared.registration import register

_MU, _SIGMA = ["mu", "mean"], ["sigma", "std"]
# By which names code speaks of each concept. A mean is a posterior's only beside its std, and the other way round.
CONCEPTS = {
    "mu": {"colour": MU, "names": _MU, "beside": _SIGMA},
    "sigma": {"colour": SIGMA, "names": _SIGMA, "beside": _MU},
    "epsilon": {"colour": EPSILON, "names": ["epsilon", "eps"], "beside": []},
    "z": {"colour": Z, "names": ["z"], "beside": []},
}
_colours = register(Path(__file__).parent)


def colour_concepts() -> None:
    """Part of every page, and seen on none; a browser without the ability leaves code as it is."""
    _colours(key="concept_colours", height=0, width=1, data=CONCEPTS)
