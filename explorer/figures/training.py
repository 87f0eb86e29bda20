"""Pictures of a training while it goes on: the curves of its loss terms, and how the codes of some samples move.

These two are ECharts options, not plotly figures: Streamlit keeps an ECharts chart in place when its data change, but
replaces a plotly chart by a new one, which blinks at every refresh.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.analysis.latent_plane import principal_plane, subscript
from explorer.figures import theme

Option = dict[str, Any]

SUM_COLOUR = theme.MUTED
RECONSTRUCTION_COLOUR = theme.ERROR
KL_COLOUR = theme.MODEL_HUES["vae"]
CLASSIFICATION_COLOUR = theme.TEST
PENALTY_COLOUR = theme.MODEL_HUES["ae"]
# What the first part of the way costs is left above the picture, or nothing else could be read.
SKIPPED_SHARE = 0.04
MOST_POINTS = 600
FONT = "Source Sans, sans-serif"
LEFT, TOP, BOTTOM, GAP = 76, 10, 56, 34
UPPER_SHARE, UPPER_SHARE_OF_THREE = 0.64, 0.5
LINE_HEIGHT = 26
ROOM_FOR_NAMES = 1.5
MOTION_MS = 700
SIDE, WIDE, WIDE_SIDE = 300, 460, 390


@dataclass(frozen=True)
class Term:
    """One curve: its column in the metrics, its name, its colour, and its panel from the top."""

    column: str
    name: str
    colour: str
    panel: int


@dataclass(frozen=True)
class ChangeMark:
    """Where a field of the run took another value, and how that is named on the chart, '' for a line alone."""

    epoch: float
    text: str


def curves_chart(
    metrics: pd.DataFrame,
    *,
    unit: str,
    beta: float | None,
    n_epochs: int,
    from_start: bool,
    height: int,
    is_scheduled: bool = False,
    marks: Sequence[ChangeMark] = (),
) -> Option:
    """Loss terms against epochs, lines for train, rings for validation; the sum and the reconstruction share a panel.

    metrics: a row a record; unit: of the reconstruction, per image; beta: weight of the KL term, None without one;
    is_scheduled: whether that weight changes along the way; marks: where fields were changed. from_start: show the
    whole descent over logarithmic epochs instead of its later part.
    """
    shown = terms(beta, _columns_with_values(metrics), is_scheduled)
    n_panels = shown[-1].panel + 1
    limits = {} if from_start or metrics.empty else _limits_of_the_later_part(metrics)
    titles = [unit, *_titles_below(shown)]
    end = axis_end(0.0 if metrics.empty else float(metrics["epoch"].iloc[-1]), n_epochs)
    return {
        "animation": False,
        "textStyle": {"fontSize": theme.FONT_SIZE},
        "grid": _panels(n_panels, height),
        "title": [_label(metrics, term, shown, height) for term in shown],
        "xAxis": [_epoch_axis(panel, n_panels, end, from_start) for panel in range(n_panels)],
        "yAxis": [
            _loss_axis(panel, titles[panel], limits if panel == 0 else _limits_below(metrics, shown, panel))
            for panel in range(n_panels)
        ],
        "series": [
            *(series for term in shown for series in (_line(metrics, term), _rings(metrics, term))),
            *(_change_lines(marks, panel) for panel in range(n_panels) if marks),
        ],
        "tooltip": {"trigger": "axis", "valueFormatter": "%.2f", "textStyle": {"fontSize": theme.FONT_SIZE}},
        "axisPointer": {"link": [{"xAxisIndex": "all"}]},
    }


def axis_end(epoch: float, n_epochs: int) -> float:
    """Where the axis of epochs ends: a little beyond what was reached, and at most where the run ends."""
    return min(float(n_epochs), round_step(max(1.1 * epoch, 0.5)))


def terms(beta: float | None, columns: Collection[str] = (), is_scheduled: bool = False) -> tuple[Term, ...]:
    """The curves of a model with a KL term of weight beta, or without one; columns: what its records have values of.

    KL and cross-entropy are nats and share a panel; a penalty has the weighted sum's unit and a panel of its own.
    """
    reconstruction = Term("reconstruction", "reconstruction", RECONSTRUCTION_COLOUR, 0)
    below = [] if beta is None else [Term("kl", "KL", KL_COLOUR, 1)]
    if "classification" in columns:
        below.append(Term("classification", "classification", CLASSIFICATION_COLOUR, 1))
    if "penalty" in columns:
        below.append(Term("penalty", "penalty", PENALTY_COLOUR, 2 if below else 1))
    if not below:
        return (reconstruction,)
    return (Term("loss", _sum_name(beta, below, is_scheduled), SUM_COLOUR, 0), reconstruction, *below)


def _sum_name(beta: float | None, below: Sequence[Term], is_scheduled: bool) -> str:
    if beta is None or len(below) > 1:
        return "weighted sum"
    weight = "weighted " if is_scheduled else "" if beta == 1 else f"{beta:g} × "
    return f"reconstruction + {weight}KL"


def _columns_with_values(metrics: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(name) for name in metrics.columns if metrics[name].notna().any())


def _titles_below(shown: Sequence[Term]) -> list[str]:
    """What the panels below the first are measured in."""
    panels = sorted({term.panel for term in shown} - {0})
    is_penalty = {term.panel: term.column == "penalty" for term in shown}
    nats = "nats per image" if len(panels) == 1 else "nats"
    return ["weighted" if is_penalty[panel] else nats for panel in panels]


def _panels(n_panels: int, height: int) -> list[Option]:
    sides = {"left": LEFT, "right": 12, "outerBoundsMode": "none"}
    return [{**sides, "top": top, "height": tall} for top, tall in _rows(n_panels, height)]


def _rows(n_panels: int, height: int) -> list[tuple[int, int]]:
    """Where each panel begins from the top, and its height; those below share what the first leaves."""
    room = height - TOP - BOTTOM - GAP * (n_panels - 1)
    upper = room if n_panels == 1 else round((UPPER_SHARE if n_panels == 2 else UPPER_SHARE_OF_THREE) * room)
    lower = (room - upper) // max(n_panels - 1, 1)
    return [(TOP, upper), *((TOP + upper + GAP + place * (lower + GAP), lower) for place in range(n_panels - 1))]


def _label(metrics: pd.DataFrame, term: Term, shown: Sequence[Term], height: int) -> Option:
    """The name of a curve in its colour with its latest value, above right, where curves that fall leave room."""
    value = f"{metrics[term.column].iloc[-1]:.2f}" if len(metrics) else ""
    place = [other.name for other in shown if other.panel == term.panel].index(term.name)
    top = _rows(shown[-1].panel + 1, height)[term.panel][0] + LINE_HEIGHT * place
    font = {"fontSize": theme.FONT_SIZE, "fontFamily": FONT, "color": term.colour}
    style = {**font, "fontWeight": "normal", "rich": {"value": {**font, "fontWeight": "bold"}}}
    return {"text": f"{term.name}  {{value|{value}}}", "right": 18, "top": top + 4, "padding": 0, "textStyle": style}


def _epoch_axis(panel: int, n_panels: int, end: float, from_start: bool) -> Option:
    is_last = panel == n_panels - 1
    kind = {"type": "log"} if from_start else {"type": "value", "min": 0, "max": end}
    named = {"name": "epoch", "nameLocation": "middle", "nameGap": 32} if is_last else {}
    label = {"show": is_last, "fontSize": theme.FONT_SIZE}
    return {**kind, **named, "gridIndex": panel, "axisLabel": label, "nameTextStyle": {"fontSize": theme.FONT_SIZE}}


def _loss_axis(panel: int, title: str, limits: Option) -> Option:
    font = {"fontSize": theme.FONT_SIZE}
    named = {"name": title, "nameLocation": "middle", "nameGap": 54, "nameTextStyle": font}
    return {"type": "value", "scale": True, "gridIndex": panel, "splitNumber": 4, "axisLabel": font, **named, **limits}


def _line(metrics: pd.DataFrame, term: Term) -> Option:
    even = _evenly_spaced(metrics)
    thinned = even.iloc[:: max(1, len(even) // MOST_POINTS)]
    points = _pairs(thinned["epoch"], thinned[term.column])
    style = {"color": term.colour, "width": 3}
    return {**_series(term, "line", f"{term.name}, train", points), "showSymbol": len(points) == 1, "lineStyle": style}


def _evenly_spaced(metrics: pd.DataFrame) -> pd.DataFrame:
    """Without the records between two regular ones, whose means over a step or two are mostly noise."""
    gap = metrics["step"].diff().fillna(np.inf)
    typical = gap.iloc[1:].median()
    return metrics[(2 * gap >= typical) | (metrics["step"] <= 2 * typical)]


def _rings(metrics: pd.DataFrame, term: Term) -> Option:
    validated = metrics[metrics["validation_loss"].notna()]
    column = f"validation_{term.column}"
    points = _pairs(validated["epoch"], validated[column]) if column in metrics else []
    ring = {"color": "transparent", "borderColor": term.colour, "borderWidth": 2.5}
    return {**_series(term, "scatter", f"{term.name}, validation", points), "symbolSize": 9, "itemStyle": ring}


def _series(term: Term, kind: str, name: str, points: list[list[float]]) -> Option:
    panel = {"xAxisIndex": term.panel, "yAxisIndex": term.panel}
    return {"type": kind, "name": name, "data": points, "color": term.colour, **panel}


def _change_lines(marks: Sequence[ChangeMark], panel: int) -> Option:
    """A dashed line across a panel at each change, named at the foot of the first one."""
    font = {"fontSize": theme.FONT_SIZE, "fontFamily": FONT, "color": theme.MUTED}
    data = [
        {"xAxis": float(f"{mark.epoch:.5g}"), "label": {**font, "show": panel == 0, "formatter": mark.text}}
        for mark in marks
    ]
    style = {"color": theme.MUTED, "type": "dashed", "width": 2 if marks[0].text else 1}
    lines = {"silent": True, "symbol": "none", "animation": False, "data": data, "lineStyle": style}
    at_foot = {"label": {"position": "insideStartTop", "rotate": 0}}
    return {
        "type": "line", "name": "changes", "data": [], "xAxisIndex": panel, "yAxisIndex": panel,
        "markLine": {**lines, **at_foot},
    }  # fmt: skip


def _pairs(x: "pd.Series[float]", y: "pd.Series[float]") -> list[list[float]]:
    """Points as a browser reads them, with five significant digits."""
    return [[float(f"{a:.5g}"), float(f"{b:.5g}")] for a, b in zip(x, y, strict=True)]


def _limits_of_the_later_part(metrics: pd.DataFrame) -> Option:
    """Round limits around the losses beyond the first steep part."""
    later = metrics[metrics["epoch"] >= SKIPPED_SHARE * metrics["epoch"].iloc[-1]]
    shown = later[["loss", "reconstruction", "validation_loss", "validation_reconstruction"]].to_numpy(float)
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    step = round_step(max(high - low, 1e-3 * abs(high), 1e-9) / 4)
    return {
        "min": multiple(math.floor(low / step), step),
        "max": multiple(math.ceil(high / step), step),
        "interval": step,
    }


def _limits_below(metrics: pd.DataFrame, shown: Sequence[Term], panel: int) -> Option:
    """From 0, with room above for the names where there are several curves."""
    columns = [term.column for term in shown if term.panel == panel]
    highest = float(np.nanmax(metrics[columns].to_numpy(float))) if len(metrics) else 0.0
    if len(columns) == 1 or not 0 < highest < math.inf:
        return {"min": 0}
    step = round_step(ROOM_FOR_NAMES * highest / 4)
    return {"min": 0, "max": multiple(math.ceil(ROOM_FOR_NAMES * highest / step), step), "interval": step}


def round_step(wanted: float) -> float:
    """The next larger of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= wanted * (1 - 1e-9))


def multiple(n: int, step: float) -> float:
    """n steps without the error of their binary digits, which the end of an axis would show: 0.6, not 6 × 0.1."""
    return float(f"{n * step:.12g}")


def codes_chart(
    codes: NDArray[np.float32], labels: NDArray[np.int64], class_names: Sequence[str], *, moving: bool
) -> Option:
    """Codes (M, K) of some training samples, coloured by class (M,), each class's name at its median.

    The same samples move to where they are next, unless `moving` is False. Both axes have one scale, on a square.
    Beyond K = 2 the plane is that of the first two principal components of the codes.
    """
    points, axis_names = _plane(codes, labels)
    limits = [{}, {}] if codes.shape[1] == 1 else _square_limits(points)
    wide = {"query": {"minWidth": WIDE}, "option": {"grid": {"width": WIDE_SIDE, "height": WIDE_SIDE}}}
    chart = {
        "animation": moving,
        "animationDuration": 0,
        "animationDurationUpdate": MOTION_MS,
        "textStyle": {"fontSize": theme.FONT_SIZE},
        "grid": {"left": 56, "top": TOP, "width": SIDE, "height": SIDE, "outerBoundsMode": "none"},
        "xAxis": {**_code_axis(axis_names[0]), **limits[0], "nameGap": 30},
        "yAxis": {**_code_axis(axis_names[1]), **limits[1], "nameGap": 36},
        "series": [
            *(_class_points(points[labels == label], class_names[label], int(label)) for label in np.unique(labels)),
            _class_names(points, labels, class_names),
        ],
        "tooltip": {"trigger": "item", "formatter": "class {a}", "textStyle": {"fontSize": theme.FONT_SIZE}},
    }
    return {"baseOption": chart, "media": [wide]}


def _code_axis(name: str) -> Option:
    font = {"fontSize": theme.FONT_SIZE}
    named = {"name": name, "nameLocation": "middle", "nameTextStyle": font}
    return {"type": "value", "scale": True, "axisLabel": font, "splitNumber": 4, **named}


def _square_limits(points: NDArray[np.float32]) -> list[Option]:
    """Limits of one length on both axes, so that a square picture has one scale.

    They begin at a round number, from which ECharts counts its ticks, and end soon after the codes.
    """
    low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
    span = max(float((high - low).max()), 1e-3 * float(np.abs(points).max()), 1e-6)
    step = round_step(span / 5)
    starts = [multiple(math.floor(end / step), step) for end in low.tolist()]
    length = math.ceil(max(span, *(high - starts)) / step * 4) * step / 4
    label = {"fontSize": theme.FONT_SIZE, "showMaxLabel": False}
    return [{"min": start, "max": start + length, "interval": step, "axisLabel": label} for start in starts]


def _class_points(points: NDArray[np.float32], name: str, label: int) -> Option:
    style = {"color": theme.class_colour(label), "opacity": 0.75}
    data = [[float(f"{u:.4g}"), float(f"{v:.4g}")] for u, v in points]
    return {"type": "scatter", "name": name, "data": data, "symbolSize": 6, "itemStyle": style}


def _class_names(points: NDArray[np.float32], labels: NDArray[np.int64], class_names: Sequence[str]) -> Option:
    """A class's name on a dark plate, read on light and dark pages and on any of the class colours."""
    medians = [(class_names[label], np.median(points[labels == label], axis=0)) for label in np.unique(labels)]
    plate = {"backgroundColor": "rgba(16, 23, 26, 0.75)", "padding": [2, 4], "borderRadius": 3}
    text = {"show": True, "formatter": "{b}", "color": "#ffffff", "fontSize": theme.FONT_SIZE, "fontWeight": "bold"}
    return {
        "type": "scatter",
        "name": "median",
        "data": [{"name": name, "value": median.tolist()} for name, median in medians],
        "symbolSize": 1,
        "label": {**text, **plate},
        "silent": True,
        "z": 3,
    }


def _plane(codes: NDArray[np.float32], labels: NDArray[np.int64]) -> tuple[NDArray[np.float32], tuple[str, str]]:
    """Two coordinates of each code, (M, 2), and their names; a single coordinate is spread by class."""
    latent_dim = codes.shape[1]
    if latent_dim == 1:
        return np.column_stack((codes[:, 0], labels)).astype(np.float32), ("z", "class")
    if latent_dim == 2:
        return codes, (f"z{subscript(1)}", f"z{subscript(2)}")
    plane = principal_plane(codes, codes.mean(axis=0))
    return plane.project(codes), plane.labels
