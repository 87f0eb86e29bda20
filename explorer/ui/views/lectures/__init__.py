"""The views of the page of lectures."""
