"""The scene: every piece of page state that lives in the URL, so that a link reopens the exact picture.

A widget joins the scene with `st.slider("Components", 1, 784, **bound("k", Range(int, 1, 784)))`; Streamlit then
keeps widget and URL alike. What is no widget, such as the pinned point, is fetched by `read` and kept by `write`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import streamlit as st

from explorer.models.fields import label_of, limited_fields
from explorer.models.spec import FAMILIES
from explorer.training.run_spec import RunSpec

LONGEST_SHOWN = 40
# Where the page in progress says what is wrong with its link: below its title, never inside a row of controls.
NOTICES = "_notices"


class Allowed(Protocol):
    """What a value in the URL may be; its text completes "must be ...". Range and Choice of the specs are two."""

    def parse(self, value: object) -> Any:
        """The value as Python has it; raises ValueError when it is not allowed."""
        ...


@dataclass(frozen=True)
class Vector:
    """A point of latent space: `length` finite numbers separated by commas, none larger in size than `limit`."""

    length: int
    limit: float = 1e6

    def __str__(self) -> str:
        return f"{self.length} numbers from {-self.limit:g} to {self.limit:g} with commas between them"

    def parse(self, value: object) -> tuple[float, ...]:
        """The coordinates; raises ValueError for another count of numbers or one beyond the limit."""
        point = tuple(float(part) for part in str(value).split(","))
        if len(point) != self.length or not all(abs(number) <= self.limit for number in point):
            raise ValueError
        return point


@dataclass(frozen=True)
class Parameter:
    """One key of the URL, with the pages that use it and what it means, as in "must be" sentences."""

    key: str
    pages: tuple[str, ...]
    meaning: str


def spec_field_labels() -> dict[str, str]:
    """Name and label of every field of a family or of a training run; the form of a run writes them into the URL."""
    return {field.name: label_of(field) for cls in (*FAMILIES.values(), RunSpec) for field in limited_fields(cls)}


SCENE = (
    Parameter(
        "model",
        ("latent", "tradeoff", "posterior", "generate", "interpolate", "applications", "objectives"),
        "the model's name in the library",
    ),
    Parameter("left", ("holes", "generate"), "the model on the left"),
    Parameter("right", ("holes", "generate"), "the model on the right"),
    Parameter("left_sampler", ("holes", "generate"), "the sampler on the left"),
    Parameter("right_sampler", ("holes", "generate"), "the sampler on the right"),
    Parameter("seed_of_draws", ("generate",), "the seed of the draws"),
    Parameter("label", ("generate", "latent"), "the class that is drawn"),
    Parameter("dimensions", ("generate",), "the number of dimensions"),
    Parameter("toy", ("generate",), "the toy data"),
    Parameter("density", ("generate",), "the density"),
    Parameter("gaussians", ("generate",), "the number of Gaussians of the mixture"),
    Parameter("layer", ("holes",), "the layer under the codes"),
    Parameter("models", ("compare",), "a model's name in the library"),
    Parameter("z", ("latent", "manifold"), "the pinned point of latent space"),
    Parameter("plane", ("latent",), "the plane through latent space"),
    Parameter("i", ("latent",), "the code dimension across"),
    Parameter("j", ("latent",), "the code dimension up"),
    Parameter("held", ("latent",), "the test sample that the plane goes through"),
    Parameter(
        "sample",
        ("latent", "pca", "posterior", "generate", "interpolate", "applications", "objectives"),
        "the test sample that is followed",
    ),
    Parameter(
        "view",
        ("pca", "data", "manifold", "tradeoff", "posterior", "generate", "interpolate", "applications", "objectives"),
        "the page's view",
    ),
    Parameter("data", ("pca", "train", "data", "objectives"), "the data set"),
    Parameter("draw", ("data", "pca"), "the seed of what is drawn"),
    Parameter("shape", ("manifold",), "the curve or sheet"),
    Parameter("subject", ("manifold",), "the data of the linear autoencoder"),
    Parameter("net", ("manifold",), "the widths of the hidden layers"),
    Parameter("act", ("manifold",), "the nonlinearity of the hidden layers"),
    Parameter("walks", ("manifold",), "whether the sidewalks are summed"),
    Parameter("tint", ("manifold",), "what the days' colours mean"),
    Parameter("map", ("manifold",), "the model whose plane is shown"),
    Parameter("day", ("manifold",), "the held-out day"),
    Parameter("log", ("data",), "whether the scale is logarithmic"),
    Parameter("show", ("pca",), "which components are shown"),
    Parameter("first", ("pca",), "the first component shown"),
    Parameter("count", ("pca",), "how many components are shown"),
    Parameter("k", ("pca",), "the number of components"),
    Parameter("beside", ("pca",), "what stands beside PCA's error"),
    Parameter("classes", ("pca",), "a class that is shown"),
    Parameter("pick", ("pca",), "how images are picked from the plane"),
    Parameter("cells", ("pca",), "how many images lie along the plane"),
    Parameter("part", ("pca",), "what is shown of probabilistic PCA"),
    Parameter("latent_dims", ("pca",), "the number of latent dimensions"),
    Parameter("angle", ("pca",), "the angle of the direction w in degrees"),
    Parameter("components", ("applications",), "the number of principal components"),
    Parameter("mask", ("applications",), "which pixels are hidden"),
    Parameter("foreign", ("applications",), "what is foreign to the model"),
    Parameter("left_out", ("applications",), "the class that is left out of training"),
    Parameter("noise", ("applications",), "the kind of noise"),
    Parameter("level", ("applications",), "the strength of the noise"),
    Parameter("bits", ("applications",), "the number of bits of each number of a code"),
    Parameter("kind_of_noise", ("objectives",), "the kind of noise on the pictures"),
    Parameter("noise_level", ("objectives",), "the level of the noise on the pictures"),
    Parameter("compared_k", ("objectives",), "how K of the compared methods is chosen"),
    Parameter("sparse", ("objectives",), "how the code is kept sparse"),
    Parameter("jacobian", ("objectives",), "whose Jacobian is shown"),
    Parameter("weights_of", ("objectives",), "the sweep over λ"),
    Parameter("label_weight", ("objectives",), "the weight λ of the classifier"),
    Parameter("from", ("interpolate",), "the test sample where the walk starts"),
    Parameter("to", ("interpolate",), "the test sample where the walk ends"),
    Parameter("start", ("interpolate",), "the point of latent space where the walk starts"),
    Parameter("end", ("interpolate",), "the point of latent space where the walk ends"),
    Parameter("n", ("interpolate",), "the number of steps"),
    Parameter("below", ("interpolate",), "what stands below the strips"),
    Parameter("plus", ("interpolate",), "the class that is added"),
    Parameter("minus", ("interpolate",), "the class that is taken away"),
    Parameter("told", ("interpolate",), "the class that a conditional model is told"),
    Parameter("axes", ("interpolate",), "which of the axes are shown"),
    Parameter("at", ("interpolate",), "the share of the way"),
    Parameter("job", ("train", "tradeoff"), "the run"),
    Parameter("family", ("train",), "the family of models"),
    Parameter("sweep", ("tradeoff",), "the sweep over β"),
    Parameter("unit", ("tradeoff",), "the unit of the distortion"),
    Parameter("kl_weight", ("tradeoff",), "the weight β of the KL term"),
    Parameter("moment", ("tradeoff",), "the moment of the training"),
    *(Parameter(name, ("train",), f"the field {label}") for name, label in spec_field_labels().items()),
)


def bound(key: str, allowed: Allowed) -> dict[str, Any]:
    """What ties a widget to its key in the URL: `st.selectbox(..., **bound("model", Choice(names)))`.

    A value in the URL that is not allowed is named in one sentence below the page's title; the widget takes its
    default. Options must be written in the URL as the widget shows them. Raises KeyError for an undeclared key.
    """
    if key not in st.session_state:
        given = st.query_params.get_all(key)
        kept = [text for text in given if _parsed(parameter(key), allowed, text) is not None]
        if given and not kept:
            # Bound to 1e999, a widget for whole numbers would break; so it is bound from the next run on.
            del st.query_params[key]
            return {"key": parameter(key).key}
    return {"key": parameter(key).key, "bind": "query-params"}


def read(key: str, allowed: Allowed) -> Any | None:
    """The value of a key that no widget holds; None when the URL has none, or one that is not allowed."""
    text = st.query_params.get(key)
    if text is None:
        return None
    value = _parsed(parameter(key), allowed, text)
    if value is None:
        del st.query_params[key]
    return value


def write(key: str, point: Sequence[float] | None) -> None:
    """Keep a point in the URL, with four significant digits, or take it out."""
    if point is None:
        st.query_params.pop(parameter(key).key, None)
    else:
        st.query_params[parameter(key).key] = ",".join(f"{number:.4g}" for number in point)


def write_text(key: str, text: str | None) -> None:
    """Keep a text in the URL, or take it out."""
    if text is None:
        st.query_params.pop(parameter(key).key, None)
    else:
        st.query_params[parameter(key).key] = text


def parameter(key: str) -> Parameter:
    """The declaration of a key; raises KeyError when SCENE has none."""
    return {declared.key: declared for declared in SCENE}[key]


def _parsed(declared: Parameter, allowed: Allowed, text: str) -> Any | None:
    """The value, or None after a sentence that says what was given, what is allowed and what is shown."""
    try:
        return allowed.parse(text)
    except (ValueError, OverflowError):
        shown = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
        st.session_state.get(NOTICES, st).warning(
            f"The link says `{declared.key}={shown.replace('`', '')}`, but {declared.meaning} must be {allowed}; "
            "the page shows its default instead.",
            icon=":material/link_off:",
        )
        return None


@dataclass(frozen=True)
class OneOf:
    """One of some numbers."""

    numbers: tuple[float, ...]

    def __str__(self) -> str:
        return "one of " + ", ".join(f"{number:g}" for number in self.numbers)

    def parse(self, value: object) -> float:
        """The number; raises ValueError when it is none of them."""
        number = float(str(value))
        return self.numbers[self.numbers.index(number)]
