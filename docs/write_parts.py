"""Writes docs/parts.md, every browser component and every cache there is, from the source: `make docs`."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = Path(__file__).parent / "parts.md"
COMPONENTS = ROOT / "explorer" / "ui" / "components"
INTRODUCTION = """# Components and caches

`make docs` prints this page from the source. [architecture.md](architecture.md) says how they work together.

## Browser components
"""
ABOUT_CACHES = """
## Caches

Beside these there is the one store of results, `explorer/ui/results.py`, with its own bounds and turns. Streamlit's
caches are shared by all sessions; those of `functools` belong to the process.
"""


def parts() -> str:
    """The whole page as Markdown."""
    return "\n".join(
        [
            INTRODUCTION,
            "| component | what it is |\n|---|---|",
            *component_rows(),
            ABOUT_CACHES,
            "| function | keeps | bound |\n|---|---|---|",
            *cache_rows(),
            "",
        ]
    )


def component_rows() -> Iterator[str]:
    """A row for each folder of a component."""
    for file in sorted(COMPONENTS.glob("*/component.py")):
        yield f"| `{file.parent.name}` | {_summary(ast.parse(file.read_text('utf-8')))} |"


def cache_rows() -> Iterator[str]:
    """A row for each function whose results are kept."""
    for file in sorted((ROOT / "explorer").rglob("*.py")):
        text = file.read_text("utf-8")
        if "cache" in text:
            functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            for function in functions:
                for bound in map(bound_of, function.decorator_list):
                    if bound is not None:
                        yield f"| `{module}.{function.name}` | {_kept(function, functions)} | {bound} |"


def bound_of(decorator: ast.expr) -> str | None:
    """How much a cache keeps, as its decorator says; None for a decorator that is no cache."""
    name, call = ast.unparse(decorator), decorator
    arguments: list[tuple[str | None, ast.expr]] = []
    if isinstance(call, ast.Call):
        name = ast.unparse(call.func)
        arguments = [("maxsize", value) for value in call.args] + [(word.arg, word.value) for word in call.keywords]
    if name.split(".")[-1] not in ("cache", "lru_cache", "cache_data", "cache_resource"):
        return None
    said = {"maxsize": "entries", "max_entries": "entries", "ttl": "seconds"}
    bounds = [f"`{ast.unparse(value)}` {said[word]}" for word, value in arguments if word in said]
    return ", ".join(bounds) or "all"


def _kept(function: ast.FunctionDef, functions: list[ast.FunctionDef]) -> str:
    """What a function returns in a sentence, its own or that of the function which asks it."""
    askers = [one for one in functions if one is not function and function.name in _names(one)]
    return next((said for one in (function, *askers) if (said := _summary(one))), "")


def _names(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}


def _summary(node: ast.Module | ast.FunctionDef) -> str:
    """The first line of a docstring."""
    return (ast.get_docstring(node) or "").partition("\n")[0].replace("|", "\\|")


if __name__ == "__main__":
    PARTS.write_text(parts(), encoding="utf-8")
