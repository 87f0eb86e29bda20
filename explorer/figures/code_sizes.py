"""What a code of K numbers can do, over K: errors, bound, draws and neighbours, a panel each."""

from collections.abc import Callable

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.analysis.code_sizes import FAMILIES, SIZES, CodeSizes, SizedModel, Spread
from explorer.figures.theme import MUTED, log_ticks, model_hue, style

TITLES = {"pca": "PCA", "ae": "AE", "vae": "VAE"}
CUT = "VAE, K = 32, n of highest KL"
PANELS: tuple[tuple[str, str, Callable[[SizedModel], float | None]], ...] = (
    ("Reconstruction", "SSE per image", lambda one: one.sse),
    ("Bound, with active units", "−ELBO in nats", lambda one: one.negative_elbo_nats),
    ("Draws", "Fréchet distance", lambda one: one.frechet_distance),
    ("Classes among neighbours", "5-NN accuracy", lambda one: one.knn_accuracy),
)
PLACES = ((1, 1), (1, 2), (2, 1), (2, 2))
# The panel of the bound.
BOUND = 1
# Between two numbers, and what lifts a text by a line.
TO, LINE_BELOW = "–", "<br> "


def code_sizes_figure(found: CodeSizes, height: int) -> go.Figure:
    """Four panels over K on a logarithmic axis: PCA, AE and VAE, and what each is to be compared with."""
    titles = [f"{title}<br>{unit}" for title, unit, _ in PANELS]
    fig = make_subplots(2, 2, subplot_titles=titles, vertical_spacing=0.27)
    for (*_, pick), (row, column) in zip(PANELS, PLACES, strict=True):
        for family in FAMILIES:
            if spread := found.spread(family, pick):
                fig.add_trace(_curve(family, spread), row=row, col=column)
    fig.add_trace(_active_units(found), row=PLACES[BOUND][0], col=PLACES[BOUND][1])
    _add_references(fig, found)
    style(fig, height=height).update_annotations(font={"size": 18})
    fig.update_xaxes(type="log", tickvals=SIZES).update_xaxes(title_text="dimensions K", row=2)
    farthest = max(one.frechet_distance for one in found.models)
    fig.update_yaxes(type="log", tickvals=log_ticks(found.frechet_floor, farthest), row=2, col=1)
    fig.update_yaxes(rangemode="tozero", row=1, col=1)
    # The first panel names every family, for all four.
    for number, trace in enumerate(fig.data):
        trace.showlegend = trace.name not in {before.name for before in fig.data[:number]}
    return fig.update_layout(legend={"orientation": "h", "y": 1.14, "yanchor": "bottom", "x": 0}, margin={"t": 24})


def _curve(family: str, spread: dict[int, Spread]) -> go.Scatter:
    """The mean at each K; a bar reaches from the lowest training to the highest."""
    found = spread.values()
    up, down = [one.high - one.mean for one in found], [one.mean - one.low for one in found]
    bars = {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 3, "width": 6}
    line = go.Scatter(x=list(spread), y=[one.mean for one in found], name=TITLES[family], mode="lines+markers")
    return line.update(line={"color": model_hue(family), "width": 4}, marker={"size": 9}, error_y=bars)


def _active_units(found: CodeSizes) -> go.Scatter:
    """The number of active units above each bar of the bound, the fewest and the most where trainings differ."""
    active, bound = (
        found.spread("vae", pick) for pick in (lambda one: one.active_units, lambda one: one.negative_elbo_nats)
    )
    text = _raised([_between(one) for one in active.values()])
    tops = go.Scatter(x=list(bound), y=[one.high for one in bound.values()], text=text, mode="text", name=TITLES["vae"])
    return tops.update(textposition="top center", textfont={"size": 17}, cliponaxis=False)


def _between(units: Spread) -> str:
    """The fewest and the most, one number where they are the same."""
    return f"{units.low:.0f}" if units.low == units.high else f"{units.low:.0f}{TO}{units.high:.0f}"


def _raised(texts: list[str]) -> list[str]:
    """The texts with every second of neighbours that are long a line higher, so that they do not touch on a phone."""
    raised: list[str] = []
    for text in texts:
        is_beside = TO in text and bool(raised) and TO in raised[-1] and LINE_BELOW not in raised[-1]
        raised.append(text + LINE_BELOW * is_beside)
    return raised


def _add_references(fig: go.Figure, found: CodeSizes) -> None:
    """The cut VAE beside the errors, test images beside the draws, pixels beside the neighbours."""
    line = {"color": model_hue("vae"), "width": 3, "dash": "dot"}
    mean = found.cut_sse.mean(axis=0)
    dims = list(range(1, len(mean)))
    fig.add_trace(go.Scatter(x=dims, y=mean[1:], mode="lines", line=line, name=CUT), row=1, col=1)
    for value, (row, column), text in (
        (found.frechet_floor, PLACES[2], "test images"),
        (found.pixel_knn_accuracy, PLACES[3], "pixels themselves"),
    ):
        sizes = [SIZES[0], SIZES[-1]]
        dashed = {"color": MUTED, "width": 3, "dash": "dash"}
        fig.add_trace(go.Scatter(x=sizes, y=[value] * 2, mode="lines", line=dashed, name=text), row=row, col=column)
