"""What a page shows as lines of text: every element with its label, options, default, limits and texts.

`python -m tests.pages.shown` writes what every view of every page shows today, without data, to `shown/`: as it opens,
and with every control at another choice; given slugs, of those pages alone. The difference to what was there is what a
change of the code does to the pages: read it as one reads a change of the code.
"""

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import parse_qs, urlencode
from zlib import crc32

import numpy as np
import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.proto.Block_pb2 import Block
from streamlit.testing.v1 import AppTest

from explorer.ui import explain
from explorer.ui.page_entries import PAGES
from explorer.ui.runs import cost
from tests.conftest import ROOT, app_page
from tests.figures.drawn import Drawn, Leaf, described, differs
from tests.pages import stands
from tests.pages.runs import runs_in
from tests.ui.components.message_reader import read_message

FOLDER = Path(__file__).parent / "shown"

# Choices that tests of their own go through, since each is trained or measured when it is chosen.
OWN_TESTS = {
    *("data", "sweep", "shape", "subject", "net", "act", "left_sampler", "right_sampler", "density"),
    *("first_class", "second_class", "turns_beta"),
}
MOST_CHOICES = 2

# Links beside those that controls lead to: later choices, other kinds of models, drawings, outlines, what unfolds.
FOLDED = "unfold"
FRAME_UNFOLDED = f"{FOLDED}=share&{FOLDED}=ask_class&{FOLDED}=add_scene"
OUTLINE = "0,0,3,0,3,3,0,3"
# So many days of counts on the Fremont Bridge are in the data folder.
COUNTED = "counted_days"
BRIDGE = f"view=Fremont+Bridge&{COUNTED}=40"
# Runs in these states are in the register.
RUNS = "runs"
# A room is open with this kind of question at this stage, and the page is that of this person.
CLASS, WHO = "class", "who"
# A lecture of one's own is there, or a data folder; this file is dropped into the page; these buttons are pressed.
OWN, DROPPED, PRESSED = "own", "dropped", "pressed"
MINE, OWN_DATA, LEADS = f"{OWN}=lecture", f"view=Add+your+own&{OWN}=data", f"{WHO}=leader&{CLASS}"
ASKED = ("choose,covered", "choose,revealed", "number,open", "point,open", "draw,covered", "follow,revealed")
BEHIND = (FOLDED, COUNTED, RUNS, CLASS, WHO, OWN, DROPPED, PRESSED)
MORE = {
    "data": (
        *("view=Dimensions&part=Features", "view=Dimensions&part=Corners"),
        *(f"{OWN_DATA}&{DROPPED}={name}" for name in ("My+Pets.zip", "people.csv", "torn.zip")),
        f"{OWN_DATA}&{DROPPED}=My+Pets.zip&{PRESSED}=Keep",
        *("data=spiral", "data=mnist", "data=fremont", "view=Random&data=spiral"),
        "view=Dimensions&part=Corners&latent_dims=40",
    ),
    "generate": (
        *("view=Blur&part=Two+losses", "view=Blur&part=Trained+over+%CF%83%C2%B2&data=digits"),
        *(f"view=Toy+data&density={density}" for density in ("kde", "mixture")),
    ),
    "holes": ("layer=classifier%27s+confidence", f"{PRESSED}=Take+me+to+the+worst+hole"),
    "objectives": ("view=Sparse&sparse=L1", "view=Sparse&sparse=All", "data=mnist"),
    "lectures": (
        *(f"{LEADS}={asked}" for asked in ("number,revealed", "draw,revealed", "follow,covered")),
        f"{LEADS}=choose,open&{FOLDED}=ask_class",
        f"{LEADS}=choose,covered&{PRESSED}=Reveal",
        *(MINE, f"{MINE}&{PRESSED}=Copy", f"{MINE}&{DROPPED}=mine.yaml&{PRESSED}=Import"),
        *(f"{MINE}&view=Edit{pressed}" for pressed in ("", f"&{PRESSED}=Down", f"&{PRESSED}=Delete+scene")),
    ),
    "library": (
        f"{CLASS}=follow,covered&{WHO}=follower",
        *(f"{FOLDED}=own_model_panel&{DROPPED}={name}" for name in ("my+VAE.safetensors", "model.onnx")),
    ),
    "pca": (
        *(f"view=Error&{FRAME_UNFOLDED}", f"view=Error&{MINE}&lecture=mine&scene=2&{FOLDED}=add_scene"),
        # Of a PCA without its images, and of neither.
        *("data=mnist", "view=Variance&data=mnist", "view=Error&data=mnist&k=4", "view=The+plane&data=mnist"),
        *(f"view=Probabilistic&part={part}&data=mnist" for part in ("Density", "Posterior")),
        *("data=kmnist", "view=Variance&part=Covariance&rank=9", "view=Probabilistic&part=Posterior&draw=3&sample=5"),
    ),
    "posterior": (
        f"model=digits-vae-2d&sample=7&{FOLDED}=drawing",
        f"model=digits-vae-2d&sample=7&{FOLDED}=drawing&seed_of_draws=3",
        "model=digits-cvae-2d&sample=3",
        "view=All+together&model=digits-gmvae",
        "view=All+together&model=digits-cvae-2d&label=3",
        f"view=Reparameterisation&{PRESSED}=Next+step",
    ),
    "manifold": (
        *(BRIDGE, f"{BRIDGE}&walks=48%2C+east+and+west&tint=year&day=2018-12-22"),
        f"view=Fremont+Bridge&{DROPPED}=counts.csv",
        *("shape=s_curve", "view=Linear&subject=s_curve"),
    ),
    "latent": (
        "model=digits-vae-2d&sample=7",
        "model=digits-vae-2d&follow=drawing",
        f"model=digits-ae-2d&lasso={OUTLINE}",
        "model=digits-cvae-2d",
        "model=vae-20d",
        "model=ae-3d",
        "model=vae-20d&plane=two+axes&i=3&j=5&held=7",
        f"model=digits-vae-2d&follow=drawing&{PRESSED}=Show+its+code+in+the+plane",
        f"model=digits-ae-2d&lasso={OUTLINE}&{OWN}=data&{PRESSED}=Save+as+a+data+set+of+two+classes",
    ),
    "interpolate": (
        "model=digits-vae-2d&start=0.5,-1&end=-1,1",
        "view=Attributes&model=digits-ae-2d&plus=8&minus=3",
        "view=One+axis&model=vae-20d&axes=17+to+20",
        "view=One+axis&model=ae-3d",
        "model=ae-3d",
        "model=digits-cvae-2d&told=4&at=0.5",
        "view=Attributes&model=vae-2d",
    ),
    "compare": (f"lasso_1={OUTLINE}", "view=Every+K&data=digits"),
    "train": (
        *("data=digits&family=gmvae", "data=digits&family=conv_vae", "data=digits&family=pca"),
        "data=spiral&family=vae",
        *(f"data=digits&{RUNS}={states}" for states in ("done,running", "failed", "queued,queued&job=2")),
        *(f"data=digits&{RUNS}=running&{PRESSED}={label}" for label in ("One+step", "Fork+from+here")),
        *(f"data=digits&{RUNS}=failed&{PRESSED}={label}" for label in ("Use+its+fields", "Again")),
        f"data=digits&{RUNS}=queued,queued&job=2&{PRESSED}=Cancel",
    ),
    "tradeoff": (
        f"view=Live&{RUNS}=running",
        f"view=Live&{RUNS}=running&{PRESSED}=Slow+motion",
        "sweep=mnist%2C+64-32-2%2C+bernoulli",
        "view=Replay&part=Prior+draws&data=digits",
    ),
    "room": (
        "room=ABCD",
        *(f"room=CLASS&{CLASS}={asked}&{WHO}=student" for asked in ASKED),
    ),
}

# Blocks that only place what is in them, of which rows and the shares of columns are kept; and what every page has,
# which tests of its own look at.
PLACES = {"main", "flex_container", "column", "empty"}
HORIZONTAL = Block.FlexContainer.Direction.HORIZONTAL
CODE = "Show the code"
FRAME = {"browser_history", "concept_colours", "full_screen", "browser_token"}
# What differs from run to run, how large things are, and what Streamlit's protocol has besides.
LEFT_OUT = re.compile(
    r"^(theme|spec|wrap|tag|elementType|allowEmpty|ignoreRerun|setValue|rawValues|data|bytes|json|arrowData"
    r"|codeText|styler|direction|color|hasM..|isolateStyles)\b|([iI]d|[uU]rl|Hash|Path|Content)$|[cC]onfig\b"
)
# Of a figure what a view decides: data, their hues, texts and marks. Its look is asserted by `tests/figures/drawn`.
OF_FIGURE = re.compile(
    r"^data\b.*\.(name|x|y|z|text|source|type|color|dash)$|title\.text$|annotations\b.*\.text$|\.range$"
    r"|shapes\b.*\.[xy][01]$"
)
# Pictures are compressed otherwise on another machine.
PICTURE = re.compile(r"data:image/png;base64,[\w+/=]+")
# Arrays of a component, as text.
BASE64 = re.compile(r"[\w+/=]{200,}")
# What a machine has.
OF_MACHINE = re.compile(r"^(CPU|CUDA|MPS), .*")
# When a run was put into the register by a press.
NOW = re.compile(r"20[2-9]\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d+")
# Of a message where in the bytes an array lies.
OF_BYTES = re.compile(r"^arrays\b|^signature$")
NUMBER = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")
PERCENTAGE = re.compile(r"-?\d+\.(\d+)(?= %)")
ROUNDING = 1e-7
ANY_NUMBER = re.compile(r"\d[\d.,]*")

Shown = tuple[str, Drawn]


def shown(app: AppTest) -> list[Shown]:
    """Kind and contents of each element of a page, from top to bottom."""
    return [said for element in app.main for said in _element(element)]


def _element(element: Any) -> Iterator[Shown]:
    proto = getattr(element, "proto", None)
    if proto is None or element.type in PLACES or getattr(proto, "component_name", "") in FRAME:
        yield from _place(element)
        return
    said = {path: leaf for path, leaf in described(MessageToDict(proto)).items() if not LEFT_OUT.search(path)}
    if said.get("label") == CODE:
        said["expanded"] = False
    yield element.type, {path: _anywhere(leaf) for path, leaf in {**said, **_contents(element)}.items()}


def _place(element: Any) -> Iterator[Shown]:
    """How elements lie side by side: in a row, or in columns that share it."""
    match element.type:
        case "column":
            yield "column", {"weight": round(element.proto.weight, 3)}
        case "flex_container" if element.proto.flex_container.direction == HORIZONTAL:
            yield "row", {}


def _contents(element: Any) -> Drawn:
    """What an element holds beside its labels, by its kind."""
    proto = element.proto
    match element.type:
        case "plotly_chart":
            drawn = described(json.loads(proto.spec))
            return {path: leaf for path, leaf in drawn.items() if OF_FIGURE.search(path)}
        case "echarts_chart" | "e_charts_chart":
            return described(json.loads(proto.spec))
        case "arrow_data_frame" | "dataframe" | "table":
            return described({"table": {str(name): _column(values.tolist()) for name, values in element.value.items()}})
        case "code":
            return {"code": proto.code_text.partition("\n")[0]}
        case "button_group" if proto.wrap:
            return {"wrapped": True}
        case "bidi_component":
            return described(_message(proto))
    return {}


def _message(proto: Any) -> dict[str, Any]:
    """What a component is sent."""
    if not proto.bytes:
        return dict(json.loads(proto.json)) if proto.json else {}
    header, arrays = read_message(proto.bytes)
    return {path: part for path, part in header.items() if not OF_BYTES.search(path)} | arrays


def _column(values: list[Any]) -> list[Any]:
    """A table's column, without the pictures in it."""
    return ["a picture" if str(value).startswith("data:image") else value for value in values]


def _anywhere(leaf: Leaf) -> Leaf:
    """A leaf as it is on every machine."""
    if not isinstance(leaf, str):
        return leaf
    for folder in ("DATA", "RUNS"):
        leaf = leaf.replace(os.environ[f"EXPLORER_{folder}"], folder)
    leaf = NOW.sub("now", leaf)
    return OF_MACHINE.sub("a device", BASE64.sub(_digest, PICTURE.sub("a picture", leaf)))


def _digest(found: re.Match[str]) -> str:
    return f"{len(found[0])} letters, {crc32(found[0].encode())}"


def is_other(before: Leaf, now: Leaf) -> bool:
    """Whether two leaves differ by more than rounding on another machine explains, also within a text."""
    if isinstance(before, str) and isinstance(now, str):
        return _form(before) != _form(now) or not all(map(_is_alike, NUMBER.findall(before), NUMBER.findall(now)))
    if _is_summary(before) and _is_summary(now):
        # Sums of what cancels differ from machine to machine, measured by the size of what is summed; what is 0 up to
        # single precision differs altogether.
        atol = max(1e-3 * _size(now), ROUNDING)
        return before[0] != now[0] or not np.allclose(before[1:], now[1:], rtol=1e-3, atol=atol)
    return differs(before, now)


def _is_summary(leaf: Leaf) -> TypeGuard[list[Any]]:
    """Whether a leaf is a long list's shape, first and last value, sum and weighted sum."""
    return isinstance(leaf, list) and len(leaf) == 5 and isinstance(leaf[0], list) and None not in leaf


def _size(summary: list[Any]) -> float:
    return float(max(map(abs, summary[1:])))


def _form(text: str) -> str:
    """A text without its decimal numbers, of which percentages keep the number of their digits."""
    return NUMBER.sub("#", PERCENTAGE.sub(lambda found: f"#{len(found[1])}", text))


def _is_alike(before: str, now: str) -> bool:
    """Whether two numbers differ by no more than a last digit, or half a per cent."""
    digits = re.split(r"[.e]", before)[1]
    atol = max(1.5 * 10.0 ** -len(digits), 1e-3)
    return bool(np.isclose(float(now), float(before), rtol=0.005, atol=atol))


def has_other_words(before: Leaf, now: Leaf) -> bool:
    """Whether two leaves differ in more than numbers, for what each processor finds otherwise."""
    if isinstance(before, str) and isinstance(now, str):
        return ANY_NUMBER.sub("#", before) != ANY_NUMBER.sub("#", now)
    if isinstance(before, list) and isinstance(now, list):
        return len(before) != len(now) or before[:1] != now[:1]
    return type(before) is not type(now)


def differences(
    before: list[Shown], now: list[Shown], is_other: Callable[[Leaf, Leaf], bool] = is_other
) -> list[object]:
    """Elements that came or went, else the leaves that differ."""
    if [kind for kind, _ in before] != [kind for kind, _ in now]:
        return [*(one for one in before if one not in now), "became", *(one for one in now if one not in before)]
    return [
        (kind, old.get("label", ""), path, old.get(path), new.get(path))
        for (kind, old), (_, new) in zip(before, now, strict=True)
        for path in old.keys() | new.keys()
        if is_other(old.get(path), new.get(path))
    ]


def kept(slug: str) -> dict[str, list[Shown]]:
    """What each link of a page showed when it was last written, by its query; '' is the page as it opens.

    Of a view with other choices it is what differs from the view as it opens.
    """
    links: dict[str, list[Shown]] = {}
    for line in (FOLDER / f"{slug}.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            links[line.removeprefix("#").strip()] = shows = []
        else:
            kind, said = json.loads(line)
            shows.append((kind, said))
    return links


def on_a_quiet_core(patch: pytest.MonkeyPatch) -> None:
    """Buttons say how long a computation takes on the core that measured it, and not here and now."""
    patch.setattr(cost, "slowness", lambda: 1.0)


def with_code(patch: pytest.MonkeyPatch) -> None:
    """The code behind a picture is there, as if it were unfolded."""
    patch.setattr(explain, "unfolds_code", True)


def open_link(slug: str, query: str) -> list[Shown]:
    """What a link shows; of its keys `BEHIND` says what stands behind the page, and what is done on it."""
    keys = parse_qs(query)
    behind = {key: keys.pop(key, []) for key in BEHIND}
    app = app_page(slug, **{key: texts[0] for key, texts in keys.items()})
    for key in behind[FOLDED]:
        app.session_state[key] = True
    with ExitStack() as stack:
        for standing in _standing(behind):
            stack.enter_context(standing)
        if behind[WHO]:
            stands.be(app, behind[WHO][0])
        app.run()
        for name in behind[DROPPED]:
            stands.drop(app, name)
        for label in behind[PRESSED]:
            stands.press(app, label)
        return [*shown(app), *_address(app, {key: texts[0] for key, texts in keys.items()})]


def _standing(behind: dict[str, list[str]]) -> Iterator[AbstractContextManager[None]]:
    """What the keys of a link put behind the page."""
    for what in behind[OWN]:
        yield stands.OWN[what]()
    for days in behind[COUNTED]:
        yield bridge_counts(int(days))
    for states in behind[RUNS]:
        yield runs_in(states.split(","))  # type: ignore[arg-type]
    for asked in behind[CLASS]:
        kind, stage = asked.split(",")
        yield stands.room_in(kind, stage)  # type: ignore[arg-type]


def _address(app: AppTest, linked: dict[str, str]) -> Iterator[Shown]:
    """What the page wrote into its address, and which keys of the link it took out, as it does with defaults."""
    held = {str(key): np.atleast_1d(texts).tolist()[0] for key, texts in app.query_params.items()}
    if held != linked:
        written = {key: text for key, text in held.items() if linked.get(key) != text}
        yield "address", {"written": str(written), "taken out": [*sorted(linked.keys() - held.keys())]}


@contextmanager
def bridge_counts(n_days: int) -> Iterator[None]:
    """An export of the Fremont Bridge in the data folder; none for 0 days, of which one would lack an hour."""
    file = Path(os.environ["EXPLORER_DATA"]) / "FremontBridge.csv"
    hours = np.arange("2018-12-01", np.datetime64("2018-12-01") + n_days, dtype="datetime64[h]")[: 24 * n_days - 1]
    lines = [f"{hour}:00:00.000,{n % 24 * (1 + n % 7)},{n % 11 + n // 24}" for n, hour in enumerate(hours)]
    if n_days:
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(["Date,East,West", *lines]))
    yield
    file.unlink(missing_ok=True)


def opening_of(query: str) -> str:
    """The link to the view of a link as it opens."""
    view = parse_qs(query).get("view")
    return urlencode({"view": view[0]}) if view else ""


def without(shows: list[Shown], others: list[Shown]) -> list[Shown]:
    """The elements that are not among others."""
    return [one for one in shows if all(differences([one], [other]) for other in others)]


def views_of(app: AppTest) -> list[str]:
    """The views of a page but for the one that is open."""
    choices = [group for group in app.button_group if group.label == "View"]
    return [option for group in choices for option in group.options if option != group.value]


def other_choices(slug: str, query: str, shows: list[Shown]) -> Iterator[str]:
    """Links that set every control of a view to its next choice, then to the one after it, and so on."""
    choices = {str(said["queryParamKey"]): _choices(said) for _, said in shows if _may_change(slug, said)}
    for step in range(1, min(max(map(len, choices.values()), default=0), MOST_CHOICES + 1)):
        chosen = {key: texts[step % len(texts)] for key, texts in choices.items()}
        yield urlencode({**{key: texts[0] for key, texts in parse_qs(query).items()}, **chosen})


def _may_change(slug: str, said: Drawn) -> bool:
    return slug != "train" and said.get("queryParamKey", "view") not in {"view", *OWN_TESTS} and len(_choices(said)) > 1


def _choices(said: Drawn) -> list[str]:
    """The texts of a control in a link, its default first; of a number the default and the next."""
    (start,) = np.atleast_1d(np.asarray(said.get("default", 0)))[:1]
    options = _options(said)
    if options:
        return [*options[int(start) :], *options[: int(start)]]
    step, most = said.get("step"), said.get("max")
    if not isinstance(step, int | float) or not isinstance(most, int | float):
        return []
    return [f"{start:g}", f"{start + step if start + step <= most else start - step:g}"]


def _options(said: Drawn) -> list[str]:
    """The words of the options of a control."""
    return [text for path, leaf in said.items() if path.startswith("options") for text in _texts(leaf)]


def _texts(leaf: Leaf) -> list[str]:
    if isinstance(leaf, str):
        return leaf.split(" | ")
    return [text for text in leaf if isinstance(text, str)] if isinstance(leaf, list) else []


def write(slugs: list[str]) -> None:
    """Keep what every view of some pages shows today, as it opens and with other choices."""
    FOLDER.mkdir(exist_ok=True)
    for slug in slugs:
        lines = [line for query in _openings(slug) for line in _view_lines(slug, query)]
        lines += [line for query in MORE.get(slug, ()) for line in _other_lines(slug, query)]
        (FOLDER / f"{slug}.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _openings(slug: str) -> list[str]:
    return ["", *(urlencode({"view": view}) for view in views_of(app_page(slug).run()))]


def _view_lines(slug: str, query: str) -> Iterator[str]:
    opening = open_link(slug, query)
    yield from (f"# {query}", *map(_line, opening))
    for link in other_choices(slug, query, opening):
        yield from (f"# {link}", *map(_line, without(open_link(slug, link), opening)))


def _other_lines(slug: str, query: str) -> Iterator[str]:
    opening = open_link(slug, opening_of(query))
    yield from (f"# {query}", *map(_line, without(open_link(slug, query), opening)))


def _line(said: Shown) -> str:
    return json.dumps(said, ensure_ascii=False)


if __name__ == "__main__":
    # Of a name that ends with _ the underscore would be escaped.
    with tempfile.TemporaryDirectory(suffix="shown") as nothing, pytest.MonkeyPatch.context() as patch:
        for folder in ("DATA", "RUNS", "LECTURES"):
            patch.setenv(f"EXPLORER_{folder}", f"{nothing}/{folder.lower()}")
        patch.setenv("EXPLORER_CHECKPOINTS", str(ROOT / "checkpoints"))
        on_a_quiet_core(patch)
        with_code(patch)
        write(sys.argv[1:] or [entry.slug for entry in PAGES])
