"""Colours for the names of concepts in code."""
