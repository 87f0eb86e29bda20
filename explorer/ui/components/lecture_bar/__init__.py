"""The bar of a lecture that is on, its keys, and the cover over what the audience is to guess."""
