"""Pictures of the trade-off while a model trains: the KL term, dimension by dimension."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.figures.theme import MODEL_HUES, MUTED, style

COLLAPSED_NATS = 0.01


def kl_figure(kl_per_dim: NDArray[np.float32], height: int, latent_dim: int | None = None) -> go.Figure:
    """The KL term of each latent dimension as bars, (K,) nats; a dimension that says nothing is grey.

    With one bar more than latent_dim the last is what the component c of a mixture prior costs.
    """
    numbers = np.arange(1, len(kl_per_dim) + 1)
    names = [str(number) for number in numbers]
    if latent_dim is not None and len(kl_per_dim) > latent_dim:
        names[-1] = "c"
    colours = [MUTED if nats < COLLAPSED_NATS else MODEL_HUES["vae"] for nats in kl_per_dim]
    bars = go.Bar(
        x=numbers,
        y=kl_per_dim.astype(np.float32),
        marker={"color": colours},
        text=[f"{nats:.2f}" if len(numbers) <= 8 else "" for nats in kl_per_dim],
        textposition="outside",
        cliponaxis=False,
        customdata=[f"dimension {name}" if name != "c" else "component c" for name in names],
        hovertemplate="%{customdata}: %{y:.3f} nats<extra></extra>",
    )
    fig = style(go.Figure(bars), height=height, x_title="latent dimension", y_title="KL, nats per image")
    fig.update_yaxes(rangemode="tozero")
    shown = slice(None) if len(numbers) <= 20 else slice(4, None, 5)
    return fig.update_xaxes(tickmode="array", tickvals=numbers[shown], ticktext=names[shown])
