"""The views of the page interpolate."""
