"""Data of your own: a foreign file is read in a process of its own, reported, and then kept or discarded."""

from explorer.data.own.content import Choices
from explorer.data.own.draft import Draft, discard, keep, load_draft, read_draft
from explorer.data.own.kept import kept_names, load_kept, own_version, read_report, remove
from explorer.data.own.report import Report, report_lines

__all__ = [
    "Choices",
    "Draft",
    "Report",
    "discard",
    "keep",
    "kept_names",
    "load_draft",
    "load_kept",
    "own_version",
    "read_draft",
    "read_report",
    "remove",
    "report_lines",
]
