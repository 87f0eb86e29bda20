"""Trainings on pages: what one costs, how it goes, and small ones inside a page."""
