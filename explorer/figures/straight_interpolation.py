"""How far a walk through latent space leads from the data."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from explorer.analysis.straight_interpolation import StraightInterpolation
from explorer.figures.foreign_text import as_label
from explorer.figures.theme import style


def interpolation_distance_figure(walks: Mapping[str, tuple[StraightInterpolation, str]]) -> go.Figure:
    """One line per model, by its title and hue, with the dotted level that 99 % of held-out codes stay below."""
    fig = go.Figure()
    for title, (walk, hue) in walks.items():
        along = np.linspace(0, 1, len(walk.distance), dtype=np.float32)
        marker = {"size": 9, "color": hue}
        fig.add_scatter(x=along, y=walk.distance.astype(np.float32), mode="lines+markers", marker=marker)
        fig.data[-1].name = as_label(title)
        fig.add_scatter(
            x=[0, 1],
            y=[walk.null, walk.null],
            mode="lines",
            line={"dash": "dot", "width": 2, "color": hue},
            name="99 % of held-out codes below",
            showlegend=len(fig.data) == 1,
        )
    style(fig, height=260, x_title="fraction of the path", y_title="distance to the nearest<br>code (std. deviations)")
    fig.update_yaxes(rangemode="tozero")
    return fig.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
