"""The views of the page compare."""
