"""Writes docs/reference.md from the code: `make docs`."""

from pathlib import Path

from explorer.ui.query_params import SCENE
from explorer.ui.shell import PAGES, SECTIONS, pages_of

REFERENCE = Path(__file__).parent / "reference.md"
INTRODUCTION = """# Pages and links

`make docs` writes this page from `PAGES` in `explorer/ui/shell.py` and `SCENE` in `explorer/ui/query_params.py`.
"""
ABOUT_LINKS = """
## What a link can hold

A link such as `/latent?model=vae-2d&z=0.5,-1.2` restores the whole scene. A value that is not allowed is named in one
sentence on the page, which shows its default instead.
"""


def reference() -> str:
    """The whole page as Markdown."""
    pages = [
        f"| {section or 'Start'} | `/{'' if entry.slug == 'home' else entry.slug}` | {entry.title} | {entry.summary} |"
        for section in SECTIONS
        for entry in pages_of(section)
    ]
    order = {entry.slug: place for place, entry in enumerate(PAGES)}
    keys = [
        f"| `{entry.key}` | {', '.join(f'`/{page}`' for page in sorted(entry.pages, key=order.__getitem__))} "
        f"| {entry.meaning} |"
        for entry in SCENE
    ]
    return "\n".join(
        [
            INTRODUCTION,
            "| section | address | page | shows |\n|---|---|---|---|",
            *pages,
            ABOUT_LINKS,
            "| key | pages | what it is |\n|---|---|---|",
            *keys,
            "",
        ]
    )


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
