"""The speaker's notes beside a lecture."""

from explorer.ui.components.speaker_notes.component import speaker_notes

__all__ = ["speaker_notes"]
