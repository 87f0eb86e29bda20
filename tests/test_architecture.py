"""The laws of the house, each with a planted violation that its checker must find (docs/architecture.md)."""

import ast
import re
import statistics
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

import pytest

from explorer.ui.page_entries import FORMER_SLUGS

ROOT = Path(__file__).parents[1]
TOP_LEVEL = {
    *("app.py", "pages", "explorer", "checkpoints", "tests", "requirements.txt", "README.md", "CHANGELOG.md"),
    *("LICENSE", "CONTRIBUTING.md", "CITATION.cff"),
    *("pyproject.toml", "Makefile", ".streamlit", ".ci", "benchmarks", "docs", "deploy", ".gitignore"),
}
BANNED_NAMES = {"utils", "helpers", "common", "misc", "manager", "handler", "base"}
# Lower layers first; packages of one layer do not know each other.
LAYERS = (
    ("errors",),
    ("models", "data", "lectures", "permissions"),
    ("training", "rooms"),
    ("analysis", "store"),
    ("figures", "jobs", "lessons"),
    ("scenes",),
    ("export",),
    ("ui",),
)
RANK = {package: rank for rank, layer in enumerate(LAYERS) for package in layer}
MEDIAN_LINES, LONG_LINES, LONG_SHARE, PAGE_LINES = 10, 25, 0.05, 80


@dataclass(frozen=True)
class Source:
    """One file of the product: its path from the root and its syntax tree."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The tree's nodes, through which every law goes."""
        return [*ast.walk(self.tree)]

    @cached_property
    def calls(self) -> list[tuple[str, ast.Call]]:
        """Every call with the dotted text of what is called."""
        return [(ast.unparse(node.func), node) for node in self.nodes if isinstance(node, ast.Call)]

    def within(self, *folders: str) -> bool:
        return any(self.path.is_relative_to(folder) for folder in folders)


Law = Callable[[Source], Iterator[str]]


@cache
def sources() -> list[Source]:
    files = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py")), *sorted((ROOT / "explorer").rglob("*.py"))]
    return [Source(PurePosixPath(file.relative_to(ROOT).as_posix()), file.read_text("utf-8")) for file in files]


def imports(source: Source) -> Iterator[str]:
    """Every module that a file imports, wherever the import stands, also by importlib and by relative names."""
    for node in source.nodes:
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                parents = source.path.parent.parts[: len(source.path.parent.parts) - node.level + 1]
                prefix = [*parents] if node.level else []
                module = ".".join([*prefix, *([node.module] if node.module else [])])
                yield from (f"{module}.{alias.name}" for alias in node.names)
            case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name)), *_]):
                yield name


def imports_any(source: Source, *packages: str) -> Iterator[str]:
    """The imports of some packages, each as a violation."""
    yield from (f"imports {name}" for name in imports(source) if name.split(".")[0] in packages)


def keywords(call: ast.Call) -> set[str | None]:
    return {keyword.arg for keyword in call.keywords}


def package_of(module: str) -> str | None:
    """The package of the explorer that a dotted name lies in, None for one of a third party."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "explorer" and parts[1] in RANK else None


def imports_point_down(source: Source) -> Iterator[str]:
    own = package_of(".".join(source.path.with_suffix("").parts))
    for name in imports(source):
        package = package_of(name)
        if own and name.split(".")[0] in ("pages", "app"):
            yield f"imports {name}, which lies above"
        if own and package and package != own and RANK[package] >= RANK[own]:
            yield f"imports {name}, which does not lie below {own}"


def streamlit_only_in_the_interface(source: Source) -> Iterator[str]:
    if not source.within("app.py", "pages", "explorer/ui"):
        yield from imports_any(source, "streamlit")


def plotly_only_in_figures(source: Source) -> Iterator[str]:
    if not source.within("explorer/figures"):
        yield from imports_any(source, "plotly")


def no_torch_near_the_interface(source: Source) -> Iterator[str]:
    if source.within("pages", "explorer/ui", "explorer/scenes", "explorer/figures", "app.py"):
        yield from imports_any(source, "torch", "torchvision")


READING = {"read_text", "read_bytes"}
DISK_METHODS = READING | {
    *("write_text", "write_bytes", "mkdir", "unlink", "rmdir", "touch", "iterdir", "glob", "rglob", "symlink_to"),
    *("savez", "savez_compressed", "to_parquet", "read_parquet", "to_csv", "read_csv", "to_pickle", "read_pickle"),
    *("write_image", "write_html", "tofile", "fromfile", "memmap", "save_file", "load_file", "urlopen", "open"),
}


def disk_only_where_it_belongs(source: Source) -> Iterator[str]:
    if source.within("explorer/data", "explorer/store", "explorer/jobs"):
        return
    yield from imports_any(source, "shutil", "tempfile", "sqlite3", "safetensors", "pyarrow", "pickle", "socket")
    allowed = READING if source.within("explorer/ui", "explorer/scenes", "explorer/export") else set()
    for name, _ in source.calls:
        if name == "open" or ("." in name and name.split(".")[-1] in DISK_METHODS - allowed):
            yield f"calls {name}"


SEEDED_BY_ARGUMENT = {"default_rng", "SeedSequence", "Generator", "PCG64"}
TORCH_DRAWS = {"rand", "randn", "randint", "randperm", "bernoulli", "normal", "multinomial", "rand_like", "randn_like"}
TENSOR_DRAWS = {"normal_", "uniform_", "bernoulli_", "exponential_", "random_", "kaiming_uniform_", "xavier_uniform_"}
SKLEARN_DRAWS = {
    *("KMeans", "GaussianMixture", "TruncatedSVD", "train_test_split", "MLPClassifier", "RandomForestClassifier"),
    *("HistGradientBoostingClassifier", "TSNE", "make_s_curve", "make_swiss_roll", "make_circles", "make_moons"),
}


def no_randomness_without_a_seed(source: Source) -> Iterator[str]:
    yield from imports_any(source, "random")
    is_forked = "torch.random.fork_rng(" in source.text
    for name, call in source.calls:
        owner, _, last = name.rpartition(".")
        unseeded = {
            "numpy": owner in ("np.random", "numpy.random") and not (last in SEEDED_BY_ARGUMENT and call.args),
            "torch": owner == "torch" and last in TORCH_DRAWS and "generator" not in keywords(call),
            "tensor": last in TENSOR_DRAWS and "generator" not in keywords(call),
            "global": name in ("torch.seed", "torch.manual_seed", "torch.cuda.manual_seed_all") and not is_forked,
            "sklearn": last in SKLEARN_DRAWS and "random_state" not in keywords(call),
        }
        if any(unseeded.values()):
            yield f"draws from {name} without a seed or generator"


def no_banned_names(source: Source) -> Iterator[str]:
    yield from (f"is named {name}" for name in {*source.path.with_suffix("").parts} & BANNED_NAMES)


def pages_open_with_their_own_slug(source: Source) -> Iterator[str]:
    """Only imports, constants and definitions may stand before a page's open_page."""
    if source.within("pages"):
        calling = [node for node in source.tree.body[1:] if not defines_only(node)][:1]
        opens = "open_former" if source.path.stem in FORMER_SLUGS else "open_page"
        if [called_first(node) for node in calling] != [f"{opens}({source.path.stem!r})"]:
            yield f"must begin with {opens}({source.path.stem!r})"


def called_first(node: ast.stmt) -> str:
    """The expression of a statement such as `bar = open_page("pca")` or `with open_page("pca"):`."""
    return ast.unparse(node.items[0].context_expr if isinstance(node, ast.With) else getattr(node, "value", node))


def defines_only(node: ast.stmt) -> bool:
    """Whether a statement runs nothing of Streamlit: an import, a definition, a constant."""
    is_constant = isinstance(node, ast.Assign | ast.AnnAssign) and not any(
        isinstance(part, ast.Call) for part in ast.walk(node)
    )
    return is_constant or isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)


def pages_are_thin(source: Source) -> Iterator[str]:
    n_lines = source.text.count("\n")
    if source.within("pages") and n_lines > PAGE_LINES:
        yield f"has {n_lines} lines, more than {PAGE_LINES}"


def page_of_view(path: PurePosixPath) -> str | None:
    """The page whose folder of views a file or module lies in."""
    parts = path.parts
    return parts[3] if len(parts) > 3 and parts[:3] == ("explorer", "ui", "views") else None


def views_do_not_share(source: Source) -> Iterator[str]:
    """Views of one page import nothing of another's, and what pages share imports no view."""
    own = page_of_view(source.path) or (source.path.stem if source.within("pages") else None)
    for name in imports(source):
        other = page_of_view(PurePosixPath(name.replace(".", "/")))
        if other and other != own:
            yield f"imports {name}, which belongs to the page {other}"


def components_stand_alone(source: Source) -> Iterator[str]:
    """A browser component imports nothing of the interface but its own folder and what components share."""
    if not source.within("explorer/ui/components"):
        return
    own = ".".join(source.path.parts[:4])
    for name in imports(source):
        if name.startswith("explorer.ui.") and not name.startswith((f"{own}.", "explorer.ui.components.shared")):
            yield f"imports {name}, which is neither its own nor shared by components"


PLANTED: list[tuple[Law, str, str]] = [
    (imports_point_down, "explorer/models/pca.py", "from explorer.training import start"),
    (imports_point_down, "explorer/models/pca.py", "def f():\n    from explorer import store"),
    (imports_point_down, "explorer/models/pca.py", "from ..figures import theme"),
    (imports_point_down, "explorer/models/pca.py", "import importlib\nimportlib.import_module('explorer.ui.shell')"),
    (imports_point_down, "explorer/analysis/holes.py", "import explorer.store"),
    (imports_point_down, "explorer/errors.py", "import explorer.data.folder"),
    (imports_point_down, "explorer/scenes/latent_scene.py", "from explorer.ui.caches import cached_dataset"),
    (imports_point_down, "explorer/ui/shell.py", "import pages.home"),
    (streamlit_only_in_the_interface, "explorer/figures/theme.py", "if x:\n    import streamlit as st"),
    (plotly_only_in_figures, "pages/pca.py", "import plotly.graph_objects as go"),
    (no_torch_near_the_interface, "pages/latent.py", "def f():\n    from torch import nn"),
    (no_torch_near_the_interface, "explorer/figures/images.py", "import torchvision"),
    (no_torch_near_the_interface, "explorer/scenes/latent_scene.py", "import torch"),
    (disk_only_where_it_belongs, "explorer/training/loop.py", "open('log.txt')"),
    (disk_only_where_it_belongs, "explorer/figures/theme.py", "Path('a').write_bytes(b'')"),
    (disk_only_where_it_belongs, "explorer/ui/shell.py", "FOLDER.mkdir()"),
    (disk_only_where_it_belongs, "pages/library.py", "import shutil"),
    (no_randomness_without_a_seed, "explorer/models/vae.py", "torch.randn(3)"),
    (no_randomness_without_a_seed, "explorer/models/vae.py", "weight.uniform_(-1, 1)"),
    (no_randomness_without_a_seed, "explorer/models/vae.py", "torch.manual_seed(0)"),
    (no_randomness_without_a_seed, "explorer/analysis/holes.py", "np.random.default_rng()"),
    (no_randomness_without_a_seed, "explorer/analysis/holes.py", "np.random.normal(0, 1)"),
    (no_randomness_without_a_seed, "explorer/analysis/holes.py", "import random"),
    (no_randomness_without_a_seed, "explorer/analysis/holes.py", "GaussianMixture(10)"),
    (no_banned_names, "explorer/models/utils.py", ""),
    (no_banned_names, "explorer/common/fields.py", ""),
    (pages_open_with_their_own_slug, "pages/pca.py", '"""PCA."""\nopen_page("latent")'),
    (pages_open_with_their_own_slug, "pages/pca.py", '"""PCA."""\nst.title("PCA")\nopen_page("pca")'),
    (pages_open_with_their_own_slug, "pages/walk.py", '"""Walk."""\nopen_page("walk")'),
    (pages_are_thin, "pages/pca.py", "x = 1\n" * (PAGE_LINES + 1)),
    (views_do_not_share, "explorer/ui/views/pca/panels.py", "from explorer.ui.views.holes.panels import show_plane"),
    (views_do_not_share, "explorer/ui/views/pca/panels.py", "def f():\n    from ..holes import panels"),
    (views_do_not_share, "explorer/ui/models/at_hand.py", "from explorer.ui.views.latent.panels import describe"),
    (views_do_not_share, "pages/compare.py", "from explorer.ui.views.latent.panels import describe"),
    (components_stand_alone, "explorer/ui/components/frame_player/component.py", "from explorer.ui.caches import x"),
    (
        components_stand_alone,
        "explorer/ui/components/shared/registration.py",
        "from explorer.ui.components.a.b import x",
    ),
]
KEPT: list[tuple[Law, str, str]] = [
    (imports_point_down, "explorer/ui/shell.py", "from explorer.store import load_checkpoint"),
    (imports_point_down, "pages/pca.py", "from explorer.ui.shell import open_page"),
    (imports_point_down, "explorer/models/pca.py", "from .spec import PCASpec"),
    (disk_only_where_it_belongs, "explorer/ui/components/latent_canvas/component.py", "JS.read_text()"),
    (disk_only_where_it_belongs, "explorer/scenes/component_files.py", "JS.read_text()"),
    (disk_only_where_it_belongs, "explorer/analysis/holes.py", "'a b'.replace('a', 'b')"),
    (no_randomness_without_a_seed, "explorer/analysis/holes.py", "np.random.default_rng(seed)"),
    (no_randomness_without_a_seed, "explorer/models/vae.py", "torch.randn(3, generator=generator)"),
    (no_randomness_without_a_seed, "explorer/models/vae.py", "with torch.random.fork_rng():\n    torch.manual_seed(1)"),
    (pages_open_with_their_own_slug, "pages/pca.py", '"""PCA."""\nimport streamlit as st\nopen_page("pca")'),
    (pages_open_with_their_own_slug, "pages/pca.py", '"""PCA."""\nN: int = 3\nrow = open_page("pca")'),
    (pages_open_with_their_own_slug, "pages/pca.py", '"""PCA."""\nwith open_page("pca"):\n    st.text("")'),
    (views_do_not_share, "explorer/ui/views/pca/panels.py", "from explorer.ui.views.pca.context import PCAContext"),
    (views_do_not_share, "pages/pca.py", "from explorer.ui.views.pca import panels"),
    (
        components_stand_alone,
        "explorer/ui/components/a/b.py",
        "from explorer.ui.components.shared.a import x",
    ),
    (components_stand_alone, "explorer/ui/components/a/b.py", "from explorer.ui.components.a.c import x"),
]
LAWS = list(dict.fromkeys(law for law, _, _ in PLANTED))


def name_of(law: object) -> str:
    return getattr(law, "__name__", "")


@pytest.mark.parametrize("law", LAWS, ids=name_of)
def test_law_is_kept(law: Law) -> None:
    assert [f"{source.path} {violation}" for source in sources() for violation in law(source)] == []


@pytest.mark.parametrize(("law", "path", "code"), PLANTED, ids=name_of)
def test_planted_violation_is_found(law: Law, path: str, code: str) -> None:
    assert list(law(Source(PurePosixPath(path), code)))


@pytest.mark.parametrize(("law", "path", "code"), KEPT, ids=name_of)
def test_what_is_allowed_is_not_reported(law: Law, path: str, code: str) -> None:
    assert list(law(Source(PurePosixPath(path), code))) == []


def unpaired(pages: set[str], folders: set[str]) -> set[str]:
    """Pages without a folder of views, and folders without a page."""
    return pages ^ folders


def test_every_page_has_a_folder_of_views_and_every_folder_a_page() -> None:
    pages = {file.stem for file in (ROOT / "pages").glob("*.py")} - {*FORMER_SLUGS}
    assert unpaired(pages, {file.parent.name for file in (ROOT / "explorer/ui/views").glob("*/__init__.py")}) == set()


def test_page_without_a_folder_and_folder_without_a_page_are_found() -> None:
    assert unpaired({"pca", "data"}, {"pca", "walk"}) == {"data", "walk"}


MAX_UI_MODULES = 22


def test_what_pages_share_is_a_short_list_and_folders_named_for_what_they_hold() -> None:
    modules = [file.name for file in (ROOT / "explorer/ui").glob("*.py") if file.name != "__init__.py"]
    assert len(modules) <= MAX_UI_MODULES, sorted(modules)


def function_lines(source: Source) -> list[int]:
    """How many lines each function has without its docstring."""
    functions = [node for node in source.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [lines_without_docstring(function) for function in functions]


def lines_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def test_functions_fit_a_slide() -> None:
    lines = [n for source in sources() for n in function_lines(source)]
    assert statistics.median(lines) <= MEDIAN_LINES
    assert sum(n >= LONG_LINES for n in lines) / len(lines) <= LONG_SHARE


def test_lines_of_a_function_are_counted_without_its_docstring() -> None:
    assert function_lines(Source(PurePosixPath("a.py"), 'def f():\n    """One.\n\n    Two."""\n    return 1\n')) == [2]


def tracked_files() -> list[str]:
    """What git keeps; a copy without git has nothing to check."""
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("the source is no git checkout, so there is no list of the files that belong to it")
    return listing.stdout.splitlines()


def strays(files: list[str]) -> set[str]:
    return {file.split("/")[0] for file in files} - TOP_LEVEL


def test_nothing_else_stands_at_the_top() -> None:
    assert strays(tracked_files()) == set()


def test_stray_file_at_the_top_is_found() -> None:
    assert strays(["app.py", "pages/home.py", "notes.txt"]) == {"notes.txt"}


def top_names(source: Source) -> set[str]:
    """Functions, classes and constants of a module; what a decorator takes, such as a command, is used by it."""
    names = {
        node.name
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list
    }
    assigned = [target for node in source.tree.body if isinstance(node, ast.Assign) for target in node.targets]
    return names | {node.id for target in assigned for node in ast.walk(target) if isinstance(node, ast.Name)}


def unused(sources: Sequence[Source], texts: Iterable[str]) -> set[str]:
    """Names at the top of a module that stand once in all texts: where they are defined."""
    words = Counter(word for text in texts for word in re.findall(r"\w+", text))
    return {name for source in sources for name in top_names(source) if words[name] == 1}


def test_every_name_at_the_top_of_a_module_is_used() -> None:
    texts = [(ROOT / name).read_text("utf-8") for name in tracked_files() if name.endswith((".py", ".toml"))]
    assert unused([source for source in sources() if source.within("explorer")], texts) == set()


def test_a_name_that_nothing_uses_is_found() -> None:
    text = "LEFT, TAKEN = 1, 2\ndef _left():\n    return TAKEN\n"
    assert unused([Source(PurePosixPath("a.py"), text)], [text]) == {"LEFT", "_left"}


# Put together from pieces, so that this file does not contain what it forbids.
FOREIGN = re.compile(
    rf"(?<![\w.~])/(?:{'|'.join(('wo' + 'rk', 'ro' + 'ot', 'ho' + 'me', 'Us' + 'ers', 't' + 'mp'))})/\w"
)
TEXT_SUFFIXES = {".py", ".md", ".toml", ".txt", ".js", ".css", ".html", ".json", ""}


def test_no_path_of_a_single_machine_is_kept() -> None:
    files = [ROOT / name for name in tracked_files() if Path(name).suffix in TEXT_SUFFIXES]
    texts = {file: file.read_text("utf-8") for file in files if file.is_file()}
    assert [f"{file}: {found[0]}" for file, text in texts.items() for found in FOREIGN.finditer(text)] == []


@pytest.mark.parametrize("path", ["/ho" + "me/ada/data", "see /wo" + "rk/x", "C /Us" + "ers/me"])
def test_path_of_a_single_machine_is_found(path: str) -> None:
    assert FOREIGN.search(path)


# The frame enlarges the layout with the window, so a script that mixes both kinds of pixels is wrong in a large one.
WINDOW_PIXELS = re.compile(
    r"\b(?:(?:client|offset)(?:X|Y|Width|Height)|devicePixelRatio|getBoundingClientRect|getScreenCTM)\b"
)
# The panel over a covered part lies on the window itself, and what is saved for print is what the window shows.
KNOW_THE_WINDOW = {"shared/parts.js", "lecture_bar/cover.js"} | {
    f"shared/{name}.js" for name in ("printed_element", "save_picture", "styled_svg")
}


def test_one_script_turns_pixels_of_the_window_into_those_of_the_layout() -> None:
    folder = ROOT / "explorer" / "ui" / "components"
    knowing = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.js")
        if WINDOW_PIXELS.search(path.read_text("utf-8"))
    }
    assert knowing == KNOW_THE_WINDOW


@pytest.mark.parametrize("code", ["event.offsetX / 2", "{ clientX }", "plane.clientWidth", "window.devicePixelRatio"])
def test_script_that_reads_pixels_of_the_window_is_found(code: str) -> None:
    assert WINDOW_PIXELS.search(code)
