"""The files of the browser components, as whoever mounts them reads them: Streamlit, a page of one file, a notebook."""

import re
from dataclasses import dataclass
from pathlib import Path

COMPONENTS = Path(__file__).parents[1] / "ui" / "components"
# Of a component that is not seen.
NOTHING = "<div hidden></div>\n"
# The one form of an import between the scripts.
_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)


@dataclass(frozen=True)
class ComponentFiles:
    """One component: its HTML, its CSS, and its JavaScript as one module whose default export mounts it."""

    html: str
    css: str
    js: str


def component_files(name: str) -> ComponentFiles:
    """The files `<name>.html`, `.css` and `.js` of a component, after the sheets of the shared scripts that it uses.

    A component that is seen on no page has a script alone.
    """
    own = COMPONENTS / name / name
    scripts = _modules(own.with_suffix(".js"))
    sheets = [*(path.with_suffix(".css") for path in scripts), own.with_suffix(".css")]
    css = "\n".join(sheet.read_text("utf-8") for sheet in dict.fromkeys(sheets) if sheet.is_file())
    html = own.with_suffix(".html")
    return ComponentFiles(html.read_text("utf-8") if html.is_file() else NOTHING, css, _joined(scripts))


def join_modules(entry: Path) -> str:
    """An ES module and all that it imports as one module, since neither Streamlit nor a page of one file loads several.

    A file is imported as `import { a, b } from "./file.js";`, each once and after what it imports itself. The names
    that files declare become names of the one module, so a component must not declare one twice.
    """
    return _joined(_modules(entry))


def _joined(texts: dict[Path, str]) -> str:
    return "\n".join(_IMPORT.sub("", text) for text in texts.values())


def _modules(entry: Path) -> dict[Path, str]:
    """The text of an ES module and of all that it imports, each after what it imports itself."""
    texts: dict[Path, str] = {}
    _collect(entry.resolve(), texts)
    return texts


def _collect(path: Path, texts: dict[Path, str], on_the_way: frozenset[Path] = frozenset()) -> None:
    if path in texts or path in on_the_way:
        return
    text = path.read_text("utf-8")
    for name in _IMPORT.findall(text):
        _collect((path.parent / name).resolve(), texts, on_the_way | {path})
    texts.setdefault(path, text)
