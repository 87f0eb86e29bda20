"""Views: one folder a page, named as the page."""
