"""Colours for the names of concepts in code."""

from explorer.ui.components.concept_colours.component import colour_concepts

__all__ = ["colour_concepts"]
