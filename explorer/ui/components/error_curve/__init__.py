"""PCA's error against k: a handle on the curve, and the picture at that k."""
