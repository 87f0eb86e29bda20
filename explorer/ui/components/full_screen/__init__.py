"""The whole screen for a lecture."""

from explorer.ui.components.full_screen.component import full_screen_button

__all__ = ["full_screen_button"]
