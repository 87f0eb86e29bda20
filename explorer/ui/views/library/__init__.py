"""The views of the page library."""
