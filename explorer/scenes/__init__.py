"""Scenes: what the browser shows, as frozen dataclasses and as the messages that its scripts read; no Streamlit."""
