"""Writes docs/reference.md from the code: `make docs`."""

from collections.abc import Iterator
from pathlib import Path

from explorer.models.fields import describe
from explorer.models.spec import FAMILIES
from explorer.training.run_spec import RunSpec
from explorer.ui.page_entries import PAGES, SECTIONS, pages_of
from explorer.ui.query_params import SCENE

REFERENCE = Path(__file__).parent / "reference.md"
INTRODUCTION = """# Pages and links

`make docs` writes this page from `PAGES` in `explorer/ui/page_entries.py` and `SCENE` in `explorer/ui/query_params.py`.
"""
ABOUT_LINKS = """
## What a link can hold

A link such as `/latent?model=vae-2d&z=0.5,-1.2` restores the whole scene. A value that is not allowed is named in one
sentence on the page, which shows its default instead.
"""


ABOUT_FIELDS = """
## Fields of models and of a training

Form, command line (`--set FIELD=VALUE`; those of a training have options of their own, see `train --help`) and links
take the same fields, each declared once in `explorer/models/spec.py` or `explorer/training/run_spec.py`.
"""


def field_rows() -> Iterator[str]:
    """A row of the table for each declaration of a field, with the families that share it."""
    owners: dict[tuple[str, ...], list[str]] = {}
    for title, cls in {**FAMILIES, "every training": RunSpec}.items():
        for name, field in describe(cls).items():
            says = (name, str(field["default"]), field["allowed"], field["meaning"], field["effect"] or "always")
            owners.setdefault(says, []).append(title)
    for (name, *words), families in owners.items():
        yield " | ".join([f"| `{name}`", ", ".join(families), *words]).replace("|z", "\\|z") + " |"


def pages_in_words(slugs: tuple[str, ...], order: dict[str, int]) -> str:
    """The pages that use a key, in the order of the menu."""
    if len(slugs) == len(order):
        return "every page"
    return ", ".join(f"`/{slug}`" for slug in sorted(slugs, key=order.__getitem__))


def reference() -> str:
    """The whole page as Markdown."""
    pages = [
        f"| {section or 'Start'} | `/{'' if entry.slug == 'home' else entry.slug}` | {entry.title} | {entry.summary} |"
        for section in SECTIONS
        for entry in pages_of(section)
    ]
    order = {entry.slug: place for place, entry in enumerate(PAGES)}
    keys = [f"| `{entry.key}` | {pages_in_words(entry.pages, order)} | {entry.meaning} |" for entry in SCENE]
    return "\n".join(
        [
            INTRODUCTION,
            "| section | address | page | shows |\n|---|---|---|---|",
            *pages,
            ABOUT_LINKS,
            "| key | pages | what it is |\n|---|---|---|",
            *keys,
            ABOUT_FIELDS,
            "| field | families | default | allowed | meaning | has an effect |\n|---|---|---|---|---|---|",
            *field_rows(),
            "",
        ]
    )


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
