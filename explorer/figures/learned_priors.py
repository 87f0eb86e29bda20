"""VAEs with either prior: both bounds in nats, and what pseudo-inputs and draws look like."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.analysis.learned_priors import PriorResult, PriorResults
from explorer.analysis.measure import mean_interval
from explorer.figures import theme
from explorer.figures.images import grey, mosaic_figure

# Lines of one kind of pictures, and the pixels between pictures.
N_LINES, GAP = 2, 1
ELBO, IWAE = "−ELBO", "importance-weighted bound, 100 draws"


def bounds_of_priors_figure(found: PriorResults, height: int) -> go.Figure:
    """Both bounds on −log p(x) of each prior and K, with the intervals of the seeds."""
    titles = [f"{one.title}, K = {one.latent_dim}" for one in found]
    fig = go.Figure()
    fig.add_trace(_points(titles, [one.negative_elbo_nats for one in found], ELBO, theme.MODEL_HUES["vae"], "circle"))
    fig.add_trace(_points(titles, [one.iwae_nats for one in found], IWAE, theme.MUTED, "diamond"))
    theme.style(fig, height=height, x_title="nats per image, less is better").update_layout(legend=theme.ABOVE)
    return fig.update_yaxes(autorange="reversed")


def _points(
    titles: Sequence[str], values: Sequence[NDArray[np.float64]], name: str, hue: str, symbol: str
) -> go.Scatter:
    of = [mean_interval(own) for own in values]
    ends = {"array": [one.high - one.value for one in of], "arrayminus": [one.value - one.low for one in of]}
    points = go.Scatter(x=[one.value for one in of], y=titles, name=name, mode="markers", error_x=ends)
    return points.update(
        marker={"color": hue, "size": 13, "symbol": symbol}, hovertemplate="%{y}: %{x:.2f} nats<extra></extra>"
    )


def pictures_of_priors_figure(plain: PriorResult, vamp: PriorResult, height: int) -> go.Figure:
    """Two lines of each kind: pseudo-inputs, decoded draws of the VampPrior, and decoded draws of N(0, I)."""
    groups = {"u": vamp.pseudo_inputs, "Vamp": vamp.draws, "N(0, I)": plain.draws}
    n_columns = len(plain.draws) // N_LINES
    tiles = np.concatenate([pictures[: N_LINES * n_columns] for pictures in groups.values()]) / np.float32(255)
    fig = mosaic_figure(grey(tiles), [], n_columns, height=height, gap=GAP)
    group_height = N_LINES * (tiles.shape[1] + GAP)
    middles = [(place + 0.5) * group_height - 0.5 for place in range(len(groups))]
    return fig.update_yaxes(visible=True, showgrid=False, tickvals=middles, ticktext=list(groups), ticks="")
