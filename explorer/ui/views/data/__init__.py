"""The views of the page data."""
