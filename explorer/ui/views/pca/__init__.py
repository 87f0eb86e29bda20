"""The views of the page pca."""
