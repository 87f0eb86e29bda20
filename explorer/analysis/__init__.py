"""What models do, measured: frozen results of NumPy arrays, computed from codes, samples and models."""
