"""The views of the page holes."""
