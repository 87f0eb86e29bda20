"""The views of the page tradeoff."""
