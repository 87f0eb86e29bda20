"""A random token in a cookie, by which the server knows a browser again."""

from explorer.ui.components.browser_token.component import keep_token

__all__ = ["keep_token"]
