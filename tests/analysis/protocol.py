"""The protocol of every measurement: how many samples, draws, steps, neighbours and settings, and which limits.

The results that come with the explorer and the numbers in docs/ hold under these constants alone. Who changes one
computes them anew (`explorer/lessons/keys.py`), then writes `python -m tests.analysis.protocol`.
"""

import importlib
import re
from pathlib import Path

from explorer import analysis

FILE = Path(__file__).with_name("protocol.txt")
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
PLAIN = int | float | str | bytes | bool
# How much is computed at once changes no result.
OF_MEMORY = re.compile(r"ROWS$|CHUNK$|AT_ONCE$")
LONG = re.compile(r"\d+\.\d{9,}")


def protocol() -> list[str]:
    """One line for each constant of each module of the analysis: module, name, value."""
    return [line for path in sorted(Path(analysis.__file__).parent.glob("*.py")) for line in _lines(path.stem)]


def kept() -> list[str]:
    """The constants when they were last written; one that has been added since is no change."""
    return FILE.read_text("utf-8").splitlines()


def _lines(name: str) -> list[str]:
    module = importlib.import_module(f"explorer.analysis.{name}")
    own = re.findall(r"^[A-Z_][A-Z0-9_, ]*(?=[:=])", Path(str(module.__file__)).read_text("utf-8"), re.MULTILINE)
    names = [constant for line in own for constant in CONSTANT.findall(line) if not OF_MEMORY.search(constant)]
    values = {constant: getattr(module, constant) for constant in names}
    return [f"{name}.{constant} = {_said(value)}" for constant, value in values.items() if is_plain(value)]


def _said(value: object) -> str:
    """A value with at most nine digits of each number, since computed ones differ in the last."""
    return LONG.sub(lambda number: f"{float(number[0]):.9g}", repr(value))


def is_plain(value: object) -> bool:
    """Whether a value is a number or a text, or a collection of such."""
    if isinstance(value, dict):
        return is_plain([*value.keys(), *value.values()])
    return all(map(is_plain, value)) if isinstance(value, tuple | list) else isinstance(value, PLAIN)


if __name__ == "__main__":
    FILE.write_text("\n".join(protocol()) + "\n", "utf-8")
