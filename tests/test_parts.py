"""docs/parts.md names every browser component and every cache there is."""

import ast

import pytest

from docs.write_parts import COMPONENTS, PARTS, bound_of, parts


def test_the_list_of_components_and_caches_is_what_the_source_says() -> None:
    assert PARTS.read_text("utf-8") == parts(), "docs/parts.md is not up to date: run `make docs`."
    rows = [line.strip("| ").split(" | ") for line in parts().splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows if not all(row) or len(row) < 2] == []
    assert {folder.parent.name for folder in COMPONENTS.glob("*/*.html")} <= {row[0].strip("`") for row in rows}


@pytest.mark.parametrize(
    ("decorator", "bound"),
    [
        ("cache", "all"),
        ("lru_cache(8)", "`8` entries"),
        ("st.cache_data(ttl=30, max_entries=2 * MOST)", "`30` seconds, `2 * MOST` entries"),
        ("cached_property", None),
        ("st.fragment(run_every=1)", None),
    ],
)
def test_a_cache_is_told_from_other_decorators(decorator: str, bound: str | None) -> None:
    assert bound_of(ast.parse(decorator, mode="eval").body) == bound
