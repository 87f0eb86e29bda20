"""The numbers that modules of the surface begin with, beside those of looks: constants, and defaults of arguments.

`python -m tests.ui.kept_constants` writes them to `constants.txt`: read the difference as part of a change.
"""

import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tests.conftest import ROOT
from tests.ui.test_constants import constants

FILE = Path(__file__).with_name("constants.txt")
# How large something is drawn, how columns share a row, and how much a cache holds.
OF_LOOKS = re.compile(r"(_PX|HEIGHT|WIDTHS?|SIZE|GAP|ROWS|CONTROLS|MOST_KEPT|TTL_S|REFERENCE_S|SEEDS?|\.PARTS)$|_AND_")
LOOKS = {"height", "width", "size", "gap", "padding", "margin", "seed", "strict", "opacity", "row_height"}


def numbers() -> dict[str, str]:
    """Each number, by the place where it stands."""
    named = {of: value for of, value in constants().items() if not OF_LOOKS.search(of)}
    sources = sorted((ROOT / "explorer/ui").rglob("*.py"))
    modules = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in sources]
    return dict(
        [leaf for of, value in named.items() for leaf in _leaves(of, value)]
        + [leaf for name in modules for leaf in _of_functions(importlib.import_module(name))]
    )


def _of_functions(module: ModuleType) -> Iterator[tuple[str, str]]:
    for name, value in vars(module).items():
        if (inspect.isfunction(value) or inspect.isclass(value)) and value.__module__ == module.__name__:
            yield from _of_arguments(f"{module.__name__.removeprefix('explorer.ui.')}.{name}", value)


def _of_arguments(of: str, owner: Any) -> Iterator[tuple[str, str]]:
    """The defaults of a function's arguments, or of what makes an instance of a class."""
    try:
        parameters = inspect.signature(owner).parameters
    except (ValueError, TypeError):
        return
    for name, parameter in parameters.items():
        if name not in LOOKS and not OF_LOOKS.search(name.upper()):
            yield from _leaves(f"{of}({name})", parameter.default)


def _leaves(of: str, value: Any) -> Iterator[tuple[str, str]]:
    """The numbers in a value, however deep."""
    for name, part in _parts(value):
        yield from _leaves(of + name, part)
    if (said := _said(value)) is not None:
        yield of, said


def _said(value: Any) -> str | None:
    match value:
        case bool() | int() | np.number():
            return f"{value}"
        case float():
            return f"{value:.9g}"
        case re.Pattern():
            return str(value.pattern)
        case np.ndarray() if value.dtype.kind in "biuf":
            return f"{value.shape} {value.sum():.6g} {value.ravel()[:1]} {value.ravel()[-1:]}"
    return None


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """What a mapping, a sequence or a frozen dataclass holds; of the latter what is not its default.

    What another test has changed in a dataclass that is not frozen is no constant.
    """
    match value:
        case Mapping():
            yield from ((f"[{key}]", part) for key, part in value.items())
        case tuple() | list():
            yield from ((f"[{place}]", part) for place, part in enumerate(value))
        case _ if is_dataclass(value) and not isinstance(value, type) and _is_frozen(value):
            held = {field.name: getattr(value, field.name) for field in fields(value)}
            defaults = {field.name: field.default for field in fields(value)}
            yield from ((f".{name}", part) for name, part in held.items() if part is not defaults[name])


def _is_frozen(value: object) -> bool:
    return type(value).__setattr__ is not object.__setattr__


def text() -> str:
    """All numbers, one a line."""
    return "".join(f"{where} = {said}\n" for where, said in sorted(numbers().items()))


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
