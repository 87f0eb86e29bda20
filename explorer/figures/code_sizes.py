"""What a code of K numbers can do, over K: errors, bound, draws and neighbours, a panel each."""

from collections.abc import Callable, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from explorer.analysis.code_sizes import FAMILIES, SIZES, CodeSizes, SizedModel
from explorer.figures.theme import MUTED, log_ticks, model_hue, style

TITLES = {"pca": "PCA", "ae": "AE", "vae": "VAE"}
CUT = "VAE of 32, cut to its n costliest"
PANELS: tuple[tuple[str, str, Callable[[SizedModel], float | None]], ...] = (
    ("Reconstruction", "SSE per image", lambda one: one.sse),
    ("Bound, with active units", "−ELBO in nats", lambda one: one.negative_elbo_nats),
    ("Draws", "Fréchet distance", lambda one: one.frechet_distance),
    ("Classes among neighbours", "5-NN accuracy", lambda one: one.knn_accuracy),
)
PLACES = ((1, 1), (1, 2), (2, 1), (2, 2))


def code_sizes_figure(found: CodeSizes, height: int) -> go.Figure:
    """Four panels over K on a logarithmic axis: PCA, AE and VAE, and what each is to be compared with."""
    fig = make_subplots(2, 2, subplot_titles=[title for title, _, _ in PANELS], vertical_spacing=0.2)
    for (_, unit, pick), (row, column) in zip(PANELS, PLACES, strict=True):
        for family in FAMILIES:
            models = [one for one in found.of_family(family) if pick(one) is not None]
            if models:
                fig.add_trace(_curve(family, models, pick), row=row, col=column)
        fig.update_yaxes(title_text=unit, row=row, col=column)
    _add_references(fig, found)
    style(fig, height=height).update_annotations(font={"size": 18})
    fig.update_xaxes(type="log", tickvals=SIZES).update_xaxes(title_text="dimensions K", row=2)
    farthest = max(one.frechet_distance for one in found.models)
    fig.update_yaxes(type="log", tickvals=log_ticks(found.frechet_floor, farthest), row=2, col=1)
    fig.update_yaxes(rangemode="tozero", row=1, col=1)
    # The first panel names every family, for all four.
    for number, trace in enumerate(fig.data):
        trace.showlegend = trace.name not in {before.name for before in fig.data[:number]}
    return fig.update_layout(legend={"orientation": "h", "y": 1.08, "yanchor": "bottom", "x": 0}, margin={"t": 24})


def _curve(family: str, models: Sequence[SizedModel], pick: Callable[[SizedModel], float | None]) -> go.Scatter:
    values = [pick(one) for one in models]
    line = go.Scatter(x=[one.latent_dim for one in models], y=values, name=TITLES[family], mode="lines+markers")
    line.update(line={"color": model_hue(family), "width": 4}, marker={"size": 11})
    if pick(models[0]) == models[0].negative_elbo_nats:
        active = [str(one.active_units) for one in models]
        line.update(
            mode="lines+markers+text", text=active, textposition="top center", textfont={"size": 17}, cliponaxis=False
        )
    return line


def _add_references(fig: go.Figure, found: CodeSizes) -> None:
    """The cut VAE beside the errors, test images beside the draws, pixels beside the neighbours."""
    line = {"color": model_hue("vae"), "width": 3, "dash": "dot"}
    dims = list(range(1, len(found.cut_sse)))
    fig.add_trace(go.Scatter(x=dims, y=found.cut_sse[1:], mode="lines", line=line, name=CUT), row=1, col=1)
    for value, (row, column), text in (
        (found.frechet_floor, PLACES[2], "test images"),
        (found.pixel_knn_accuracy, PLACES[3], "pixels themselves"),
    ):
        sizes = [SIZES[0], SIZES[-1]]
        dashed = {"color": MUTED, "width": 3, "dash": "dash"}
        fig.add_trace(go.Scatter(x=sizes, y=[value] * 2, mode="lines", line=dashed, name=text), row=row, col=column)
