"""A picture whose pixels are hidden by hand."""
