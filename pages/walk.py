"""Interpolate under its former slug."""

from explorer.ui.shell import open_former

open_former("walk")
