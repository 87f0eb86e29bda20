"""Figures: an analysis's result in, a plotly figure out."""

from plotly.graph_objects import Figure

__all__ = ["Figure"]
