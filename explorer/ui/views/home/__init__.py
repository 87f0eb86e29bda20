"""The views of the page home."""
