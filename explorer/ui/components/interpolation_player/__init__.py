"""Interpolations as strips of pictures with a slider along them, their plane and their distance to the data."""
