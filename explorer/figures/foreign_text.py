"""Text that others wrote, such as names of models and classes, is shown by plotly as text and never obeyed.

Whatever text a figure is given is plain; only figures themselves write plotly's tags.
"""

from collections.abc import Iterable

# What plotly takes for a tag, an entity or a place for a value.
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;"})


def as_label(foreign: str) -> str:
    """What plotly draws as the text itself, line by line, wherever it reads its own markup."""
    return foreign.translate(_ENTITIES).replace("\n", "<br>")


def as_labels(foreign: Iterable[str]) -> list[str]:
    """Several texts, each as plotly draws it as it is."""
    return [as_label(text) for text in foreign]
