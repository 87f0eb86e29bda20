"""The views of the page objectives."""
