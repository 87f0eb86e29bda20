"""A direction in a cloud of points, turned by hand."""
