"""The speaker's notes beside a lecture."""
