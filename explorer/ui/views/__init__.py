"""Views: one folder per page, named as the page."""
