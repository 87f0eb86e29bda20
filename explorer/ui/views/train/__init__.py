"""The views of the page train."""
