"""A drawing's code in a model's plane, and its reconstruction, while the pen moves."""
