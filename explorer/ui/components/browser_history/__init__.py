"""The browser's history: one entry for each page and view, whatever is set meanwhile."""
