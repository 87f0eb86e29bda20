"""The views of the page posterior."""
