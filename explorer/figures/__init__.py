"""Figures: an analysis's result in, a plotly figure out."""
