"""Packages that only some exports need, and the sentence where they are missing."""

from importlib.util import find_spec

from explorer.errors import ExportError

# The groups of pyproject.toml, and what each brings.
GROUPS = {
    "onnx": ("onnx", "onnxscript"),
    "tensorboard": ("tensorboard",),
    "widget": ("anywidget",),
}


def missing_packages(group: str) -> str:
    """Why the exports of a group of packages cannot be made, and what to do; '' where they can."""
    absent = [name for name in GROUPS[group] if find_spec(name) is None]
    if not absent:
        return ""
    are = "is" if len(absent) == 1 else "are"
    return f"{' and '.join(absent)} {are} not installed; run `pip install --group {group}` in the explorer's folder."


def need_packages(group: str) -> None:
    """Raise ExportError with that sentence where packages are missing."""
    if sentence := missing_packages(group):
        raise ExportError(sentence[0].upper() + sentence[1:])
