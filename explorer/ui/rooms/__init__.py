"""Rooms on every page: the lecturer asks, shows what the class answered, and reveals the truth."""
