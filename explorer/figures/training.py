"""Pictures of a training: the curves of its loss terms, and where the codes of some samples have moved."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from explorer.analysis.latent_plane import principal_plane, subscript
from explorer.figures import theme

SUM_COLOUR = theme.MUTED
RECONSTRUCTION_COLOUR = theme.ERROR
KL_COLOUR = theme.MODEL_HUES["vae"]
# What the first part of the way costs is left above the picture, or nothing else could be read.
SKIPPED_SHARE = 0.04
MOST_POINTS = 1500


@dataclass(frozen=True)
class Term:
    """One curve: its column in the metrics, its name, its colour, and the row of the picture it belongs to."""

    column: str
    name: str
    colour: str
    row: int


def curves_figure(
    metrics: pd.DataFrame, *, unit: str, beta: float | None, n_epochs: int, from_start: bool, height: int
) -> go.Figure:
    """Loss terms against epochs, lines for train, rings for validation; the KL term has a panel of its own.

    metrics: a row a record; unit: of the reconstruction, per image; beta: weight of the KL term, None without one.
    from_start: show the whole descent over logarithmic epochs instead of its later part.
    """
    n_rows = 1 if beta is None else 2
    fig = make_subplots(rows=n_rows, shared_xaxes=True, vertical_spacing=0.05, row_heights=[1.0, 0.55][:n_rows])
    for term in terms(beta):
        fig.add_trace(_line(metrics, term), row=term.row, col=1)
        fig.add_trace(_rings(metrics, term), row=term.row, col=1)
    theme.style(fig, height=height)
    fig.update_yaxes(title_text=unit, row=1)
    fig.update_yaxes(title_text="nats per image", rangemode="tozero", row=2)
    fig.update_xaxes(title_text="epoch", row=n_rows)
    fig.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}, uirevision="curves")
    return _from_start(fig) if from_start else _later_part(fig, metrics, n_epochs)


def terms(beta: float | None) -> tuple[Term, ...]:
    """The curves of a model with a KL term of weight beta, or without one."""
    reconstruction = Term("reconstruction", "reconstruction", RECONSTRUCTION_COLOUR, 1)
    if beta is None:
        return (reconstruction,)
    weight = "" if beta == 1 else f"{beta:g} × "
    return (
        Term("loss", f"reconstruction + {weight}KL", SUM_COLOUR, 1),
        reconstruction,
        Term("kl", "KL", KL_COLOUR, 2),
    )


def _line(metrics: pd.DataFrame, term: Term) -> go.Scatter:
    shown = metrics.iloc[:: max(1, len(metrics) // MOST_POINTS)]
    last = f" <b>{metrics[term.column].iloc[-1]:.2f}</b>" if len(metrics) else ""
    return go.Scatter(
        x=shown["epoch"].to_numpy(np.float32),
        y=shown[term.column].to_numpy(np.float32),
        mode="lines",
        name=term.name + last,
        legendgroup=term.column,
        line={"color": term.colour, "width": 3},
        hovertemplate=f"{term.name}, train: %{{y:.2f}} at epoch %{{x:.2f}}<extra></extra>",
    )


def _rings(metrics: pd.DataFrame, term: Term) -> go.Scatter:
    validated = metrics[metrics["validation_loss"].notna()]
    return go.Scatter(
        x=validated["epoch"].to_numpy(np.float32),
        y=validated[f"validation_{term.column}"].to_numpy(np.float32),
        mode="markers",
        legendgroup=term.column,
        showlegend=False,
        marker={"color": term.colour, "size": 10, "symbol": "circle-open", "line": {"width": 2.5}},
        hovertemplate=f"{term.name}, validation: %{{y:.2f}} at epoch %{{x:.0f}}<extra></extra>",
    )


def _from_start(fig: go.Figure) -> go.Figure:
    return fig.update_xaxes(type="log").update_layout(uirevision="from the start")


def _later_part(fig: go.Figure, metrics: pd.DataFrame, n_epochs: int) -> go.Figure:
    """The whole axis of epochs, and as much of the losses as lies beyond the first steep part."""
    fig.update_xaxes(range=[0, n_epochs * 1.02])
    if metrics.empty:
        return fig
    later = metrics[metrics["epoch"] >= SKIPPED_SHARE * metrics["epoch"].iloc[-1]]
    shown = later[["loss", "reconstruction", "validation_loss", "validation_reconstruction"]]
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    margin = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
    return fig.update_yaxes(range=[low - margin, high + margin], row=1)


def codes_figure(
    codes: NDArray[np.float32], labels: NDArray[np.int64], class_names: Sequence[str], height: int
) -> go.Figure:
    """Codes (M, K) of some training samples, coloured by class (M,); beyond K = 2 in their principal plane."""
    points, axis_names = _plane(codes, labels)
    fig = go.Figure()
    for label in np.unique(labels):
        mine = points[labels == label]
        fig.add_trace(
            go.Scatter(
                x=mine[:, 0],
                y=mine[:, 1],
                mode="markers",
                name=class_names[label],
                marker={"size": 6, "color": theme.class_colour(int(label)), "opacity": 0.8},
                hovertemplate=f"<b>{class_names[label]}</b> (%{{x:.2f}}, %{{y:.2f}})<extra></extra>",
            )
        )
    theme.style(fig, height=height, x_title=axis_names[0], y_title=axis_names[1])
    fig.update_layout(uirevision="codes", legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return fig if codes.shape[1] == 1 else theme.equal_aspect(fig)


def _plane(codes: NDArray[np.float32], labels: NDArray[np.int64]) -> tuple[NDArray[np.float32], tuple[str, str]]:
    """Two coordinates of each code, (M, 2), and their names; a single coordinate is spread by class."""
    latent_dim = codes.shape[1]
    if latent_dim == 1:
        return np.column_stack((codes[:, 0], labels)).astype(np.float32), ("z", "class")
    if latent_dim == 2:
        return codes, (f"z{subscript(1)}", f"z{subscript(2)}")
    plane = principal_plane(codes, codes.mean(axis=0))
    return plane.project(codes), plane.labels
