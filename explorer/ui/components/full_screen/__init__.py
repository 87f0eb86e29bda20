"""The whole screen for a lecture."""
