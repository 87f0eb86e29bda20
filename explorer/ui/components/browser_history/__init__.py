"""The browser's history: one entry for each page and view, whatever is set meanwhile."""

from explorer.ui.components.browser_history.component import keep_history, lead_on

__all__ = ["keep_history", "lead_on"]
