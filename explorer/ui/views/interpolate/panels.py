"""The views of the page of walks: between two samples or points, along an attribute, along each axis alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from scipy.stats import chi2

from explorer.analysis import interpolation
from explorer.analysis.density import own_prior
from explorer.analysis.latent_plane import subscript
from explorer.analysis.tradeoff import kl_per_dim_nats
from explorer.errors import AnalysisError
from explorer.export.player_pages import interpolation_page
from explorer.figures.interpolation import strips_png
from explorer.figures.theme import MUTED
from explorer.models.fields import Range
from explorer.models.foreign_spec import ForeignSpec
from explorer.models.mixture import MixtureOfGaussians
from explorer.models.spec import PPCASpec, VAESpec
from explorer.models.written_numbers import percent
from explorer.scenes.interpolation_view import InterpolationView, Plane, Row
from explorer.store import CheckpointInfo
from explorer.ui.caches import cached_dataset
from explorer.ui.components.interpolation_player.component import interpolation_player
from explorer.ui.explain import explain
from explorer.ui.figure import low_row
from explorer.ui.foreign_text import as_text
from explorer.ui.kept_frame import kept_frame
from explorer.ui.linked_widgets import choose_in_list, choose_number
from explorer.ui.query_params import read, write
from explorer.ui.take_away.menu import Offer, take_away
from explorer.ui.take_away.scene_offers import scene_offer
from explorer.ui.views.interpolate.context import InterpolatedModel, cached_plane
from explorer.ui.views.interpolate.distances import MEANINGS, Asked, Measured, choose_measure, measure
from explorer.ui.views.interpolate.endpoints import End, as_class, choose_sample, keep_click, next_end

Array = NDArray[np.float32]
# Called with the place (u, v) in the plane that was clicked.
OnPick = Callable[[tuple[float, float]], None]
STEPS = (3, 15)
N_STEPS = 7
# As in the tutorial of the VAE.
N_STEPS_OF_DRAWS, HIGHEST_SEED = 10, 9999
N_FRAMES, N_FRAMES_OF_AXES = 60, 24
AXES_SHOWN = 16
NO_SAMPLES = "The model came without an encoder: N(0, I) is assumed to be its prior, and no samples belong to it."

LINEAR = r"z(t) = (1-t)\,z_0 + t\,z_1"
SPHERICAL = (
    r"z(t) = c + \frac{\sin((1-t)\,\theta)}{\sin\theta}\,(z_0-c) + \frac{\sin(t\,\theta)}{\sin\theta}\,(z_1-c),"
    r"\qquad \cos\theta = \frac{(z_0-c)^\top (z_1-c)}{\lVert z_0-c\rVert\,\lVert z_1-c\rVert}"
)
ATTRIBUTE = r"z(s) = z + s\,\Bigl(\tfrac{1}{N_A}\sum_{n \in A} z_n - \tfrac{1}{N_B}\sum_{n \in B} z_n\Bigr)"
AXIS = r"z(t) = z + (q_{.01} + t\,(q_{.99}-q_{.01}) - z_k)\,e_k"


@dataclass(frozen=True, eq=False)
class InterpolationRow:
    """One row in the making; samples: (F, D) as shown, codes: (F, K) behind them, or None in pixel space."""

    title: str
    note: str
    dash: str
    samples: Array
    codes: Array | None


def between(model: InterpolatedModel) -> None:
    """From one sample or point to the other."""
    with low_row():
        start, end = choose_sample(model, "from"), choose_sample(model, "to")
        n, model = _choose_steps(), as_class(model)
        asked = choose_measure()
    place = "start" if next_end() == "from" else "end"
    _walk(model, (start, end), n, asked, f"Click the plane for another {place}.")


def with_prior(models: dict[str, CheckpointInfo]) -> dict[str, CheckpointInfo]:
    """The models with a prior, plain VAEs of many dimensions first: there the two paths differ most."""
    found = [(name, info) for name, info in models.items() if _has_prior(info)]
    return dict(sorted(found, key=lambda one: (one[1].run.model.family != "vae", -one[1].run.model.latent_dim)))


def _has_prior(info: CheckpointInfo) -> bool:
    """Whether a model was trained with a prior, or is a foreign decoder, of which N(0, I) is assumed."""
    spec = info.run.model
    is_foreign = isinstance(spec, ForeignSpec) and (spec.is_variational or not spec.encodes)
    return is_foreign or isinstance(spec, VAESpec | PPCASpec)


def between_draws(model: InterpolatedModel) -> None:
    """From one random draw of the prior to another; raises AnalysisError for a model without a prior."""
    prior = own_prior(model.checkpoint.model)
    with low_row():
        seed = choose_number("draw", "Seed", 0, HIGHEST_SEED, 0, width=120)
        n, model = _choose_steps(N_STEPS_OF_DRAWS), as_class(model)
        asked = choose_measure() if model.has_codes else None
    codes = prior.sample(2, np.random.default_rng(seed))
    ends = End(codes[0], None, "a draw of p(z)"), End(codes[1], None, "another draw of p(z)")
    _walk(model, ends, n, asked, "", norm_words(codes, prior))


def norm_words(ends: Array, prior: MixtureOfGaussians) -> str:
    """How far two codes (2, K) and the middle of the line between them lie from 0, beside draws of the prior."""
    start, end, middle = (float(np.linalg.norm(code)) for code in (*ends, ends.mean(axis=0)))
    ends_words = f"The ends lie {start:.2f} and {end:.2f} from 0, the middle of the straight path {middle:.2f}"
    n_dims = ends.shape[1]
    if not prior.is_standard_normal:
        drawn = np.linalg.norm(prior.sample(10_000, np.random.default_rng(0)), axis=1)
        low, high = np.quantile(drawn, (0.025, 0.975))
        return f"{ends_words}. 95 % of 10,000 draws from the learned prior lie between {low:.2f} and {high:.2f} from 0."
    low, high = np.sqrt(chi2.ppf((0.025, 0.975), n_dims))
    of_arc = float(np.linalg.norm(interpolation.spherical_path(ends[0], ends[1], 3, 0 * ends[0]).codes[1]))
    return (
        f"{ends_words}, that of the spherical path {of_arc:.2f}. In {n_dims} dimensions 95 % of the draws from N(0, I) "
        f"lie between {low:.2f} and {high:.2f} from 0: {_of_shell(middle, of_arc, low)}"
    )


def _of_shell(middle: float, of_arc: float, low: float) -> str:
    """Which of the two paths goes nearer to 0 than nearly all draws do."""
    if middle >= low:
        return "the straight path keeps this distance here. In more dimensions it comes nearer to 0 than the draws do."
    if of_arc >= low:
        return "in the middle the straight path is nearer to 0 than they are, the spherical path is not."
    return "in the middle both paths are nearer to 0 than they are."


def _walk(
    model: InterpolatedModel, ends: tuple[End, End], n: int, asked: Asked | None, hint: str, of_ends: str = ""
) -> None:
    """Straight, around the centre, and as a cross-fade of pixels.

    hint: what a click on the plane does, if anything; of_ends: what else is said of the ends.
    """
    start, end = ends
    frames = _n_frames(n)
    straight = interpolation.linear_path(start.code, end.code, frames)
    round_about = interpolation.spherical_path(start.code, end.code, frames, model.centre)
    ways = [
        _decoded(model, "linear", "through codes", "solid", straight.codes),
        _decoded(model, "spherical", "around the centre", "dashed", round_about.codes),
        _cross_fade(model, start, end, frames),
    ]
    measured = None if asked is None else measure(model, asked)
    view = show_ways(model, ways, n, measured, hint, f"Paths from {start.title} to {end.title}")
    if round_about.note:
        st.info(round_about.note, icon=":material/straight:")
    said = (_lengths(ways), of_ends, _centre_words(model), _picture_words(model), _missing(model))
    st.markdown(" ".join([f"From {as_text(start.title)} to {as_text(end.title)}.", *filter(None, said)]))
    if asked is not None:
        st.caption(MEANINGS[asked.name])
    code = [interpolation.linear_path, interpolation.spherical_path, interpolation.NearestNeighbourDistance]
    below(model, view, [(LINEAR, "Straight."), (SPHERICAL, "White 2016; c is the centre.")], code)


def show_ways(
    model: InterpolatedModel, ways: Sequence[InterpolationRow], n: int, measured: Measured | None, hint: str, alt: str
) -> InterpolationView:
    """Ways from end to end as strips of n steps, one a row; hint: what a click on the plane does, if anything."""
    ticks = [percent(share) for share in np.linspace(0, 1, n)]
    captions = [f"{percent(share)} of the path" for share in np.linspace(0, 1, len(ways[0].samples))]
    view = _interpolation(model, ways, ticks, captions, measured, hint)
    _show(view, alt, partial(keep_click, model) if hint else None)
    return view


def _decoded(model: InterpolatedModel, title: str, note: str, dash: str, codes: Array) -> InterpolationRow:
    """A strip of what codes (n, K) decode to."""
    return InterpolationRow(title, note, dash, model.decode(codes), codes)


def _cross_fade(model: InterpolatedModel, start: End, end: End, n: int) -> InterpolationRow:
    """The same way in pixel space: between the samples themselves where they are at hand, else what is decoded."""
    images = [model.decode(one.code[None])[0] if one.image is None else one.image for one in (start, end)]
    is_real = start.image is not None and end.image is not None
    note = "the samples blended" if is_real else "decoded ends blended"
    return InterpolationRow(_raw(model), note, "dotted", interpolation.between(images[0], images[1], n), None)


def _raw(model: InterpolatedModel) -> str:
    return "pixels" if model.is_image else "values"


def _lengths(ways: Sequence[InterpolationRow]) -> str:
    numbers = [f"{way.title} {interpolation.path_length(way.samples):.1f}" for way in ways]
    return f"Length of each path, Euclidean over the values of the pictures: {', '.join(numbers)}."


def _centre_words(model: InterpolatedModel) -> str:
    centre = "the mean code" if model.prior_mean is None else "0, the mean of the prior"
    return (
        f"The spherical path is an arc around {centre}. Where both ends are equally far from it, the path follows a "
        "circle in steps of equal angle; otherwise it follows an ellipse, and the angles differ."
    )


def _picture_words(model: InterpolatedModel) -> str:
    """What else there is to know of the pictures."""
    words = []
    if model.label is not None:
        words.append(f"The decoder is given class {as_text(model.class_names[model.label])} throughout.")
    if not model.is_image:
        words.append(f"Curves stand on 0 and reach {model.highest:.3g} at the top.")
    if model.classifier is not None:
        words.append("Below the moving pictures stands the class that a classifier of real samples finds likeliest.")
    return " ".join(words)


def _missing(model: InterpolatedModel) -> str:
    if model.test is not None:
        return ""
    if not model.has_codes:
        return NO_SAMPLES
    return f"{as_text(model.missing)} Until then the row of pixels blends the decoded ends."


def attributes(model: InterpolatedModel) -> None:
    """A sample plus the mean of one class less the mean of another, by strength, in codes and in pixels."""
    last = len(model.class_names) - 1
    if last == 0:
        raise AnalysisError("These samples have one class only, and an attribute needs two; choose another model.")
    with low_row():
        sample = choose_sample(model, "sample")
        plus = _choose_class(model, "plus", "Add class", min(8, last))
        minus = _choose_class(model, "minus", "Take away class", min(3, last - 1))
        n, model = _choose_steps(), as_class(model)
        asked = choose_measure(plus)
    codes = model.checkpoint.codes
    mean = interpolation.attribute(codes.train, codes.train_labels, plus, minus, model.class_names)
    ways = _attribute_rows(model, sample, mean.direction, (plus, minus), _n_frames(n))
    strengths, ticks = (np.linspace(*interpolation.STRENGTHS, count) for count in (_n_frames(n), n))
    captions = [f"strength {_text(strength)}" for strength in strengths]
    view = _interpolation(model, ways, [_short(tick) for tick in ticks], captions, measure(model, asked), "")
    _show(view, f"{sample.title} with an attribute added by strength", None, _share_of_zero())
    st.markdown(_attribute_words(model, sample, mean, (plus, minus)))
    st.caption(MEANINGS[asked.name])
    formula = [(ATTRIBUTE, "Larsen et al. 2016, with classes as attributes.")]
    below(model, view, formula, [interpolation.attribute, interpolation.attribute_path])


def _attribute_rows(
    model: InterpolatedModel, sample: End, direction: Array, classes: tuple[int, int], n: int
) -> list[InterpolationRow]:
    """The sample plus strength times a direction of codes, and the same in pixels."""
    path = interpolation.attribute_path(sample.code, direction, n)
    return [_decoded(model, "codes", "decoded", "solid", path), *_pixel_arithmetic(model, sample, *classes, n)]


def _short(strength: float) -> str:
    return f"{strength:.3g}".replace("-", "−")


def _attribute_words(
    model: InterpolatedModel, sample: End, mean: interpolation.Attribute, classes: tuple[int, int]
) -> str:
    """What is added to the sample, over how many samples its means are, and what a classifier sees."""
    plus, minus = (as_text(model.class_names[label]) for label in classes)
    return (
        f"{as_text(_capital(sample.title))}, plus strength times (mean of class {plus} − mean of class {minus}); "
        f"the means are over {mean.n_plus:,} and {mean.n_minus:,} training samples. At strength 0 it is the sample's "
        f"own code. {_seen(model, sample, mean.direction, classes[0])}{_picture_words(model)} {_why_no_pixels(model)}"
    )


def _capital(title: str) -> str:
    """A title at the beginning of a sentence; names within it stay as they are."""
    return title[:1].upper() + title[1:]


def _seen(model: InterpolatedModel, sample: End, direction: Array, plus: int) -> str:
    """What a classifier sees at strength 0 and 1, where there is one."""
    verdicts = model.verdicts(model.decode(np.stack((sample.code, sample.code + direction))))
    return "" if verdicts is None else attribute_words(verdicts, model.class_names, plus) + " "


def attribute_words(verdicts: Array, class_names: tuple[str, ...], plus: int) -> str:
    """What the arithmetic did, from the probabilities (2, C) of a classifier at strength 0 and at strength 1."""
    (before, p_before), (after, p_after) = ((int(row.argmax()), float(row.max())) for row in verdicts)
    seen = (
        f"A classifier of real samples sees class {as_text(class_names[before])} ({p_before:.2f}) at strength 0 and "
        f"class {as_text(class_names[after])} ({p_after:.2f}) at strength 1: "
    )
    if after == plus and before != plus:
        return seen + "the arithmetic leads to the class that was added."
    if after == plus:
        return seen + "the decoded sample was of the class that was added before anything was added to it."
    return seen + f"the arithmetic does not lead to class {as_text(class_names[plus])} here."


def _choose_class(model: InterpolatedModel, key: str, title: str, default: int) -> int:
    names = model.class_names
    if st.session_state.get(key, names[0]) not in names:
        del st.session_state[key]
    return names.index(choose_in_list(key, title, names, names[default], width=140))


def _pixel_arithmetic(model: InterpolatedModel, sample: End, plus: int, minus: int, n: int) -> list[InterpolationRow]:
    """The same arithmetic on the images themselves; nothing without them."""
    if sample.image is None:
        return []
    train = cached_dataset(model.checkpoint.run.dataset)
    rows = [np.flatnonzero(train.labels == label) for label in (plus, minus)]
    means = [train.pixels(chosen).mean(axis=0) for chosen in rows]
    return [
        InterpolationRow(
            _raw(model),
            "mean samples",
            "dotted",
            interpolation.attribute_path(sample.image, means[0] - means[1], n),
            None,
        )
    ]


def _why_no_pixels(model: InterpolatedModel) -> str:
    return "" if model.test is not None else f"The same in pixel space needs the images. {as_text(model.missing)}"


def _share_of_zero() -> float:
    low, high = interpolation.STRENGTHS
    return -low / (high - low)


def axes(model: InterpolatedModel) -> None:
    """Every axis alone, from the 1 % to the 99 % quantile of its codes, the others held at a sample's code."""
    order, importance = _by_importance(model)
    with low_row():
        sample = choose_sample(model, "sample") if model.has_codes else _origin(model)
        n, model = _choose_steps(), as_class(model)
        chosen = _choose_axes(order)
    frames = _n_frames(n, N_FRAMES_OF_AXES)
    codes = model.checkpoint.codes.train
    rows = [
        _axis_row(model, one, importance) for one in interpolation.axis_traversals(codes, sample.code, frames, chosen)
    ]
    captions = [f"{percent(share)} of the range" for share in np.linspace(0, 1, frames)]
    ticks = tuple(percent(share) for share in np.linspace(0, 1, n))
    alt = f"{len(rows)} axes, each walked alone from {sample.title}"
    plane = _plane(model, "") if codes.shape[1] <= 2 else None
    n_columns = 1 if len(rows) <= 4 else 2
    view = InterpolationView(tuple(rows), ticks, tuple(captions), "Share of the range", alt, plane, None, n_columns)
    _show(view, alt, None, 0.5)
    st.markdown(_axes_words(model, sample, importance))
    formula = [(AXIS, "q are quantiles of the k-th code value, e the k-th unit vector.")]
    below(model, view, formula, [interpolation.axis_traversals])


def _axes_words(model: InterpolatedModel, sample: End, importance: "Importance") -> str:
    """What each row changes and what it holds."""
    n_codes = len(model.checkpoint.codes.train)
    return (
        f"One code value at a time; the others stay at those of {as_text(sample.title)}. Each row runs from the 1 % to "
        f"the 99 % quantile of its own axis over {n_codes:,} {_order_words(model, importance)}: an axis that the model "
        f"does not use changes nothing. {_picture_words(replace(model, classifier=None))}"
    )


def _origin(model: InterpolatedModel) -> End:
    return End(np.zeros(model.checkpoint.model.latent_dim, np.float32), None, "the origin, the mean of N(0, I)")


def _order_words(model: InterpolatedModel, importance: "Importance") -> str:
    """What the quantiles are of, and why the rows stand as they do."""
    if not model.has_codes:
        return "draws from N(0, I), and rows stand by the axes' numbers"
    return f"training codes, and rows stand by falling {importance.name}"


@dataclass(frozen=True, eq=False)
class Importance:
    """How much each axis matters; values: (K,)."""

    name: str
    unit: str
    values: NDArray[np.floating]


def _by_importance(model: InterpolatedModel) -> tuple[NDArray[np.int64], Importance]:
    """The axes in falling order of their KL to a Gaussian prior in nats, or of their variance where there is none.

    Draws in the place of codes say nothing of what matters.
    """
    codes = model.checkpoint.codes
    if len(codes.test_log_var) and model.prior_mean is not None:
        importance = Importance("KL", " nats", kl_per_dim_nats(codes.test, codes.test_log_var))
    elif model.has_codes:
        importance = Importance("variance", "", codes.train.var(axis=0))
    else:
        importance = Importance("", "", np.zeros(codes.train.shape[1]))
    return np.argsort(-importance.values, kind="stable"), importance


def _choose_axes(order: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(order) <= AXES_SHOWN:
        return order
    firsts = range(0, len(order), AXES_SHOWN)
    pages = [f"{first + 1} to {min(first + AXES_SHOWN, len(order))}" for first in firsts]
    if st.session_state.get("axes", pages[0]) not in pages:
        del st.session_state["axes"]
    chosen = pages.index(choose_in_list("axes", "Axes by rank", pages, width=150))
    return order[AXES_SHOWN * chosen :][:AXES_SHOWN]


def _axis_row(model: InterpolatedModel, one: interpolation.AxisTraversal, importance: Importance) -> Row:
    matters = f"{importance.name} {importance.values[one.axis]:.2f}{importance.unit}" if importance.name else ""
    note = f"{_text(one.low)} to {_text(one.high)}\n{matters}"
    images = model.tiles(model.decode(one.codes))
    points = model.plane.project(one.codes) if one.codes.shape[1] <= 2 else None
    name = f"z{subscript(one.axis + 1)}"
    notes = tuple(f"{name} = {_text(value)}" for value in one.codes[:, one.axis])
    dash = "dashed" if one.axis == 1 and points is not None else "solid"
    return Row(name, note, model.hue, dash, images, points, notes=notes)


def _text(value: float) -> str:
    """A number in two digits behind the point, with a minus sign that is as wide as a plus."""
    return f"{round(value, 2) + 0:.2f}".replace("-", "−")


def _choose_steps(default: int = N_STEPS) -> int:
    return choose_number("n", "Steps", *STEPS, default, width=120)


def _n_frames(n: int, most: int = N_FRAMES) -> int:
    """Frames of a motion on which n equally spaced steps fall."""
    return max(1, most // (n - 1)) * (n - 1) + 1


def _interpolation(
    model: InterpolatedModel,
    ways: Sequence[InterpolationRow],
    ticks: Sequence[str],
    captions: Sequence[str],
    measured: Measured | None,
    hint: str,
) -> InterpolationView:
    rows = [_row(model, way, measured) for way in ways]
    chart = None if measured is None else measured.chart
    alt = "Strips of pictures along each path, below one another: " + ", ".join(way.title for way in ways)
    return InterpolationView(
        tuple(rows), tuple(ticks), tuple(captions), "Position on the path", alt, _plane(model, hint), chart
    )


def _row(model: InterpolatedModel, way: InterpolationRow, measured: Measured | None) -> Row:
    points = None if way.codes is None else model.plane.project(way.codes)
    readings = None if measured is None else measured.read(way.samples, way.codes)
    colour = MUTED if way.codes is None else model.hue
    verdicts = model.verdicts(way.samples)
    best = [] if verdicts is None else zip(verdicts.argmax(axis=1), verdicts.max(axis=1), strict=True)
    notes = tuple(f"{model.class_names[label]} · {percent(share)}" for label, share in best)
    return Row(way.title, way.note, colour, way.dash, model.tiles(way.samples), points, readings, notes)


def _plane(model: InterpolatedModel, hint: str) -> Plane:
    _, shown, share = cached_plane(*model.key)
    is_shadow = model.checkpoint.model.latent_dim > 2
    note = f"Shown: {percent(share)} of the codes' variance." if is_shadow else ""
    return replace(shown, hint=hint, note=note)


def _show(view: InterpolationView, alt: str, on_pick: OnPick | None = None, share: float = 0.0) -> None:
    """The view where its slider was left, whose fraction of the path the link keeps."""
    last = len(view.captions) - 1
    at = read("at", Range(float, 0, 1))
    wanted = round((share if at is None else float(at)) * last)
    player = partial(interpolation_player, replace(view, alt=alt), on_pick=on_pick)
    frame = kept_frame("interpolation", wanted, player, alt)
    if frame != wanted:
        write("at", [frame / last])


def below(
    model: InterpolatedModel, view: InterpolationView, formula: Sequence[tuple[str, str]], code: Sequence[object]
) -> None:
    """Formula, code and what can be taken away, below a view."""
    steps = np.linspace(0, len(view.captions) - 1, len(view.ticks)).round().astype(int)
    explain(formula=formula, code=code)  # type: ignore[arg-type]
    info = model.checkpoint.info
    strips = partial(strips_png, [row.images[steps] for row in view.rows])
    scene = partial(interpolation_page, info, _without_hint(view))
    offers = [
        scene_offer(f"{info.name}-walk", scene),
        Offer("Strips (PNG)", "walk.png", "image/png", strips, "The strips as a picture large enough to print."),
    ]
    take_away(offers)


def _without_hint(view: InterpolationView) -> InterpolationView:
    """The view for a page of its own, where a click on the plane moves no end."""
    return view if view.plane is None else replace(view, plane=replace(view.plane, hint=""))
