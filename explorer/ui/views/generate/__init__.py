"""The views of the page generate."""
