"""The scene: every piece of page state that lives in the URL, so that a link reopens the exact picture.

A widget joins the scene with `st.slider("Components", 1, 784, **bound("k", Range(int, 1, 784)))`; Streamlit then
keeps widget and URL alike. What is no widget, such as the pinned point, is fetched by `read` and kept by `write`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import ScriptRunContext, get_script_run_ctx

from explorer.lectures.lecture import LECTURE_KEYS
from explorer.models.fields import label_of, limited_fields
from explorer.models.spec import FAMILIES
from explorer.training.run_spec import RunSpec
from explorer.ui.foreign_text import as_text
from explorer.ui.page_entries import PAGES

LONGEST_SHOWN = 40
# Where the page in progress says what is wrong with its link: below its title, never inside a row of controls.
NOTICES = "_notices"
# Planes side by side: how their keys end, where they stand, and which they are.
PLANES = (
    ("_left", "holes", "left"),
    ("_right", "holes", "right"),
    ("_1", "compare", "first"),
    ("_2", "compare", "second"),
    ("_3", "compare", "third"),
)
# What is chosen on one page and goes along to the next; `ink` until its sheet is cleared.
TRAVELLERS = ("model", "data", "ink")

_OPEN, _LEFT, _LINKED = "_open_page", "_left_address", "_linked"
_SHOWN, _TRAVELLING, _HANDED = "_shown", "_travelling", "_handed"
# By key: the texts on which the address and a widget that is not bound agreed last.
_AGREED = "_agreed"
_DEFAULTS = "_shown_defaults"

Query = dict[str, list[str]]


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
class Outline:
    """A closed line through points (u, v) of a plane: the two numbers of each, one after the other."""

    most_points: int = 48
    limit: float = 1e6

    def __str__(self) -> str:
        return f"3 to {self.most_points} points, two numbers each, with commas between all numbers"

    def parse(self, value: object) -> tuple[float, ...]:
        """The numbers (2 P,); raises ValueError for too few or too many, or one beyond the limit."""
        n_numbers = str(value).count(",") + 1
        if n_numbers % 2 or not 3 <= n_numbers // 2 <= self.most_points:
            raise ValueError
        return Vector(n_numbers, self.limit).parse(value)


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
        ("latent", "tradeoff", "posterior", "elbo", "generate", "interpolate", "applications", "objectives"),
        "the model's name in the library",
    ),
    Parameter("left", ("holes", "generate"), "the model on the left"),
    Parameter("right", ("holes", "generate"), "the model on the right"),
    Parameter("left_sampler", ("holes", "generate"), "the sampler on the left"),
    Parameter("right_sampler", ("holes", "generate"), "the sampler on the right"),
    Parameter("seed_of_draws", ("generate", "posterior"), "the seed of the draws"),
    Parameter("contours", ("generate",), "whether it is shown where each density draws"),
    Parameter("change", ("generate",), "the largest change of a pixel"),
    Parameter("label", ("generate", "latent", "posterior"), "the class that is drawn"),
    Parameter("dimensions", ("generate",), "the number of dimensions"),
    Parameter("toy", ("generate",), "the toy data"),
    Parameter("flow_to", ("generate",), "what the flow leads to"),
    Parameter("euler_steps", ("generate",), "the number of Euler steps"),
    Parameter("time", ("generate",), "the frame of the flow"),
    Parameter("density", ("generate",), "the density"),
    Parameter("bandwidth", ("generate",), "the bandwidth of the kernel density"),
    Parameter("gaussians", ("generate",), "the number of Gaussians of the mixture"),
    Parameter("left_class", ("holes",), "the class of the conditional model on the left"),
    Parameter("right_class", ("holes",), "the class of the conditional model on the right"),
    Parameter("layer", ("holes",), "the layer under the codes"),
    Parameter("models", ("compare",), "a model's name in the library"),
    Parameter("z", ("latent", "manifold", "posterior"), "the pinned point of latent space"),
    Parameter("canvas", ("latent", "manifold"), "the view of the plane"),
    *(
        Parameter(f"{key}{part}", (page,), f"the {what} the {which} plane")
        for part, page, which in PLANES
        for key, what in (("z", "pinned point of"), ("canvas", "view of"), ("label", "class drawn in"))
    ),
    Parameter("plane", ("latent",), "the plane through latent space"),
    Parameter("i", ("latent",), "the code dimension across"),
    Parameter("j", ("latent",), "the code dimension up"),
    Parameter("held", ("latent",), "the test sample that the plane goes through"),
    Parameter(
        "sample",
        ("latent", "pca", "posterior", "elbo", "generate", "interpolate", "applications", "objectives", "compare"),
        "the test sample that is followed",
    ),
    Parameter(
        "view",
        (
            *("pca", "data", "manifold", "tradeoff", "posterior", "generate", "interpolate", "applications"),
            *("objectives", "elbo", "lectures", "compare"),
        ),
        "the page's view",
    ),
    Parameter("data", ("pca", "train", "data", "objectives", "compare", "generate", "tradeoff"), "the data set"),
    Parameter("same_k", ("compare",), "the number of dimensions of every model"),
    Parameter("perplexity", ("compare",), "the perplexity of t-SNE"),
    Parameter("shown_plane", ("compare",), "the plane that is shown"),
    Parameter("draw", ("data", "pca", "interpolate"), "the seed of what is drawn"),
    Parameter("ink", ("compare", "latent", "generate", "posterior", "applications"), "the drawing"),
    Parameter("follow", ("latent", "posterior", "applications"), "what is followed"),
    Parameter("trick", ("posterior",), "how z is drawn"),
    Parameter("motion_step", ("posterior",), "the step of the slow motion"),
    Parameter("lasso", ("latent", "compare"), "the outline around codes"),
    Parameter("lasso_in", ("compare",), "the plane that the outline is in"),
    Parameter("held_sample", ("compare",), "the sample that is held in all planes"),
    *(
        Parameter(f"lasso{part}", (page,), f"the outline around codes of the {which} plane")
        for part, page, which in PLANES
        if page == "compare"
    ),
    Parameter("shape", ("manifold",), "the curve or sheet"),
    Parameter("subject", ("manifold",), "the data set of the linear autoencoder"),
    Parameter("net", ("manifold",), "the widths of the hidden layers"),
    Parameter("layer_step", ("manifold",), "the step whose network is shown layer by layer"),
    Parameter("act", ("manifold",), "the nonlinearity of the hidden layers"),
    Parameter("walks", ("manifold",), "whether the sidewalks are summed"),
    Parameter("tint", ("manifold",), "what the days' colours mean"),
    Parameter("map", ("manifold",), "the model whose plane is shown"),
    Parameter("day", ("manifold",), "the held-out day"),
    Parameter("log", ("data",), "whether the scale is logarithmic"),
    Parameter("show", ("pca",), "which components are shown"),
    Parameter("look", ("pca",), "whether eigenvectors are shown by sign or around the mean image"),
    Parameter("first", ("pca",), "the first component shown"),
    Parameter("count", ("pca",), "how many components are shown"),
    Parameter("k", ("pca",), "the number of components"),
    Parameter("beside", ("pca",), "what stands beside PCA's error"),
    Parameter("classes", ("pca", "generate"), "a class that is shown"),
    Parameter("pick", ("pca",), "how images are picked from the plane"),
    Parameter("cells", ("pca",), "how many images lie along the plane"),
    Parameter(
        "part", ("pca", "data", "manifold", "objectives", "generate", "tradeoff", "compare"), "the part of the view"
    ),
    Parameter("rank", ("pca",), "the rank k of the covariance"),
    Parameter("split", ("pca",), "the split that the image is of"),
    Parameter("latent_dims", ("pca", "data"), "the number of latent dimensions"),
    Parameter("angle", ("pca",), "the angle of the direction w in degrees"),
    Parameter("components", ("applications",), "the number of principal components"),
    Parameter("mask", ("applications",), "which pixels are hidden"),
    Parameter("foreign", ("applications",), "what the anomalies are"),
    Parameter("foreign_data", ("applications",), "the data set of the anomalies"),
    Parameter("left_out", ("applications",), "the class that is left out of training"),
    Parameter("noise", ("applications",), "the kind of noise"),
    Parameter("level", ("applications",), "the strength of the noise"),
    Parameter("bits", ("applications",), "the number of bits of each number of a code"),
    Parameter("kind_of_noise", ("objectives",), "the kind of noise on the pictures"),
    Parameter("noise_level", ("objectives",), "the level of the noise on the pictures"),
    Parameter("compared_k", ("objectives",), "how K of the compared methods is chosen"),
    Parameter("sparse", ("objectives",), "how the code is kept sparse"),
    Parameter("vectors", ("objectives",), "the number of vectors of the codebook"),
    Parameter("jacobian", ("objectives",), "whose Jacobian is shown"),
    Parameter("weights_of", ("objectives",), "the sweep over λ"),
    Parameter("label_weight", ("objectives",), "the weight λ of the classifier"),
    Parameter("from", ("holes", "interpolate"), "the test sample where the path starts"),
    Parameter("to", ("holes", "interpolate"), "the test sample where the path ends"),
    Parameter("start", ("interpolate",), "the point of latent space where the path starts"),
    Parameter("end", ("interpolate",), "the point of latent space where the path ends"),
    Parameter("n", ("interpolate",), "the number of steps"),
    Parameter("below", ("interpolate", "pca", "objectives"), "what stands below"),
    Parameter("plus", ("interpolate",), "the class that is added"),
    Parameter("minus", ("interpolate",), "the class that is taken away"),
    Parameter("geometry", ("interpolate",), "the shortest path, or where the decoder stretches its plane"),
    Parameter("found_by", ("interpolate",), "how the directions were found"),
    Parameter("told", ("interpolate",), "the class that a conditional model is given"),
    Parameter("axes", ("interpolate",), "which of the axes are shown"),
    Parameter("at", ("interpolate",), "the fraction of the path"),
    Parameter("job", ("train", "tradeoff"), "the run"),
    Parameter("family", ("train",), "the family of models"),
    Parameter("sweep", ("tradeoff",), "the sweep over β"),
    Parameter("unit", ("tradeoff",), "the unit of the distortion"),
    Parameter("kl_weight", ("tradeoff", "elbo"), "the weight β of the KL term"),
    Parameter("axes_of", ("tradeoff",), "the model of bars whose axes are walked"),
    Parameter("moment", ("tradeoff",), "the moment of the training"),
    Parameter("first_class", ("tradeoff",), "the class of the first image"),
    Parameter("second_class", ("tradeoff",), "the class of the second image"),
    Parameter("pictures", ("tradeoff",), "the pictures that decoders are compared on"),
    Parameter("turns_beta", ("tradeoff",), "the weight β of the training on two images"),
    Parameter("of_dimension", ("elbo",), "the latent dimension whose σ is varied"),
    Parameter("pixels", ("elbo",), "the distribution of the pixels"),
    Parameter("proof", ("elbo",), "the derivation"),
    Parameter("lines", ("elbo",), "how many lines of the derivation are shown"),
    Parameter("room", ("room",), "the code of the room"),
    Parameter("lecture", tuple(entry.slug for entry in PAGES), "the lecture"),
    Parameter("scene", tuple(entry.slug for entry in PAGES), "the scene of the lecture"),
    *(Parameter(name, ("train",), f"the field {label}") for name, label in spec_field_labels().items()),
)


def arrive(slug: str) -> None:
    """Called by the frame as a page opens: the page before takes its keys with it, and the page takes over its own.

    A link, a reload and a step through the browser's history bring the whole scene. Who comes by the menu brings the
    model and the data set, where the page has them; a page that they do not suit shows its default without a word.
    """
    context, came_from = get_script_run_ctx(), st.session_state.get(_OPEN)
    handed: Query | None = st.session_state.pop(_HANDED, None)
    if context is None or (came_from == slug and handed is None and not _is_other_scene(context)):
        return
    st.session_state[_OPEN] = slug
    linked, carried = _brought(context, came_from) if handed is None else (handed, {})
    own = {declared.key for declared in SCENE if slug in declared.pages}
    query = {key: texts for key, texts in {**carried, **linked}.items() if key in own}
    st.session_state[_LINKED] = linked
    st.session_state.pop(_SHOWN, None)
    if came_from is not None or query != linked:
        _open_scene(context, query)


def hand_scene(query: Query) -> None:
    """Let the page that opens next, also the one that is open, begin from a query as if a link had opened it."""
    st.session_state[_HANDED] = query


def _is_other_scene(context: ScriptRunContext) -> bool:
    """Whether a step of a lecture, or through the history, leads to another scene on the same page."""
    sent, left = parse_qs(context.query_string), st.session_state.get(_LEFT, {})
    return context.is_history_navigation and any(sent.get(key) != left.get(key) for key in LECTURE_KEYS)


def _brought(context: ScriptRunContext, came_from: str | None) -> tuple[Query, Query]:
    """What a link says, and what goes along without one."""
    sent = parse_qs(context.query_string, keep_blank_values=True)
    if came_from is None or context.is_history_navigation:
        return sent, {}
    # Streamlit sends the keys of the page before along with those of the link that was pressed.
    left: Query = st.session_state.get(_LEFT, {})
    linked = {key: texts for key, texts in sent.items() if left.get(key) != texts}
    if linked.keys() & set(LECTURE_KEYS):
        return linked, {}  # a scene says all that it needs
    # A lecturer who goes elsewhere by the menu comes back by the next key.
    in_lecture = {key: left[key] for key in LECTURE_KEYS if key in left}
    return linked, {**st.session_state.get(_TRAVELLING, {}), **in_lecture}


def _open_scene(context: ScriptRunContext, query: Query) -> None:
    """Let the page begin from a query as if a link had opened it, and say so in the address."""
    for key in {declared.key for declared in SCENE} & {str(key) for key in st.session_state}:
        del st.session_state[key]
    with context.session_state.query_params() as params:
        params.populate_from_query_string(urlencode(query, doseq=True))
        params.set_initial_query_params_from_current()
    st.query_params.update({})  # the browser hears of it


def leave() -> None:
    """Called by the frame after each run: remember the page's address, and the model and the data set that are chosen.

    What is in the address was chosen, and so was what changed while the page was open; a page's default was not.
    """
    address = _address()
    held = {key: st.session_state[key] for key in TRAVELLERS if st.session_state.get(key) is not None}
    shown = st.session_state.get(_SHOWN, held)
    changed = {key: [str(value)] for key, value in held.items() if shown.get(key, value) != value}
    linked = {key: address[key] for key in TRAVELLERS if key in address}
    before = dict(st.session_state.get(_TRAVELLING, {}))
    if st.session_state.get(_OPEN) in parameter("ink").pages:
        before.pop("ink", None)
    st.session_state[_TRAVELLING] = {**before, **changed, **linked}
    st.session_state[_LEFT], st.session_state[_SHOWN] = address, held


def _address() -> Query:
    return {str(key): st.query_params.get_all(key) for key in st.query_params}


def present_address(slug: str) -> str:
    """The page and what its link holds now, without a lecture that is on."""
    query = {key: texts for key, texts in _address().items() if key not in LECTURE_KEYS}
    return f"{slug}?{urlencode(query, doseq=True)}" if query else slug


def bound(key: str, allowed: Allowed) -> dict[str, Any]:
    """What ties a widget to its key in the URL: `st.selectbox(..., **bound("model", Choice(names)))`.

    A value in the URL that is not allowed is named in one sentence below the page's title; the widget takes its
    default. What the widget itself held and is not allowed any longer, after the choice of another model, gives way
    without a word. Options must be written in the URL as the widget shows them. Raises KeyError for an undeclared key.
    """
    linked = _linked()
    if key in st.session_state:
        if not _fits(st.session_state[key], allowed):
            del st.session_state[key]
            return {"key": parameter(key).key}
    else:
        _keep_only(key, allowed)
    linked.pop(key, None)
    return {"key": parameter(key).key, "bind": "query-params"}


def _keep_only(key: str, allowed: Allowed) -> None:
    """Take what is not allowed out of the link and name it: a widget for whole numbers cannot begin at 1e999."""
    given, context = st.query_params.get_all(key), get_script_run_ctx()
    kept = [text for text in given if _parsed(parameter(key), allowed, text) is not None]
    if kept == given or context is None:
        return
    if kept:
        st.query_params[key] = kept
    else:
        del st.query_params[key]
    with context.session_state.query_params() as params:
        params.set_initial_query_params_from_current()


def read(key: str, allowed: Allowed) -> Any | None:
    """The value of a key that no widget holds; None when the URL has none, or one that is not allowed."""
    linked, text = _linked(), st.query_params.get(key)
    if text is None:
        return None
    value = _parsed(parameter(key), allowed, text)
    linked.pop(key, None)
    if value is None:
        del st.query_params[key]
    return value


def take_choice(key: str, allowed: Allowed, default: str | list[str]) -> None:
    """Before a widget that shows other words than the address holds: let it begin as the address says.

    Streamlit writes a bound widget's shown words into the address. Such a widget takes `key` and no binding, and
    `keep_choice` follows it. `default` is a list where several can be chosen. What is wrong with a link is said as by
    `bound`. The widget is given the choice as its default, too: a browser that has not drawn it before the page runs
    again knows nothing else, and would choose the default by itself.
    """
    linked, texts, is_single = _linked(), st.query_params.get_all(parameter(key).key), isinstance(default, str)
    is_former_default = not texts and st.session_state.get(key) == _defaults().get(key, default)
    if key not in st.session_state or texts != _agreed().get(key, []) or is_former_default:
        values = [value for text in texts if (value := _parsed(parameter(key), allowed, text)) is not None]
        st.session_state[key] = (values[0] if is_single else values) if values else default
    elif not _fits(st.session_state[key], allowed):
        st.session_state[key] = default
    linked.pop(key, None)


def keep_choice(key: str, default: str | list[str]) -> None:
    """After a widget that began by `take_choice`: keep what is chosen in the address; a default is not written."""
    chosen = st.session_state[key]
    texts = [] if chosen == default else [chosen] if isinstance(chosen, str) else list(chosen)
    if texts != st.query_params.get_all(key):
        if texts:
            st.query_params[key] = texts
        else:
            del st.query_params[key]
    _agreed()[key], _defaults()[key] = texts, default


def _defaults() -> dict[str, str | list[str]]:
    """By key the default that was shown last: another view of the page may have another one."""
    defaults: dict[str, str | list[str]] = st.session_state.setdefault(_DEFAULTS, {})
    return defaults


def _agreed() -> Query:
    agreed: Query = st.session_state.setdefault(_AGREED, {})
    return agreed


def write(key: str, point: Sequence[float] | None) -> None:
    """Keep a point in the URL, with four significant digits, or take it out."""
    write_text(key, None if point is None else ",".join(f"{number:.4g}" for number in point))


def write_text(key: str, text: str | None) -> None:
    """Keep a text in the URL, or take it out; the browser hears of it only where something changes."""
    if text == st.query_params.get(parameter(key).key):
        return
    if text is None:
        del st.query_params[key]
    else:
        st.query_params[key] = text


def parameter(key: str) -> Parameter:
    """The declaration of a key; raises KeyError when SCENE has none."""
    return {declared.key: declared for declared in SCENE}[key]


def _linked() -> Query:
    """What a link says and nobody has looked at yet; what the page wrote itself is no link's fault."""
    linked: Query = st.session_state.setdefault(_LINKED, _address())
    return linked


def _fits(held: object, allowed: Allowed) -> bool:
    """Whether what a widget holds is allowed: a value, several, or none at all."""
    values = held if isinstance(held, list | tuple) else () if held is None else (held,)
    try:
        for value in values:
            allowed.parse(str(value).lower() if isinstance(value, bool) else value)
    except (ValueError, OverflowError):
        return False
    return True


def _parsed(declared: Parameter, allowed: Allowed, text: str) -> Any | None:
    """The value, or None; where a link brought the text, a sentence says what was given, what is allowed and shown."""
    try:
        return allowed.parse(text)
    except (ValueError, OverflowError):
        if text in _linked().get(declared.key, []):
            _complain(declared, allowed, text)
        return None


def notices() -> Any:
    """Where the page in progress says what is wrong with its link: below its title."""
    return st.session_state.get(NOTICES, st)


def _complain(declared: Parameter, allowed: Allowed, text: str) -> None:
    shown = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
    notices().warning(
        as_text(
            f"The link says `{declared.key}={shown.replace('`', '')}`, but {declared.meaning} must be {allowed}; "
            "the page shows its default instead."
        ),
        icon=":material/link_off:",
    )


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
