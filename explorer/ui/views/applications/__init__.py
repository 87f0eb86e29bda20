"""The views of the page applications."""
