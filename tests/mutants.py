"""Plants faults in the source, one line at a time, and counts those that the nearest tests catch: `make mutants`.

A fault changes one node of the syntax tree: an operator, a comparison, a sign, a condition, a number, the order of a
sort, two axes. Each is tried in a copy of the tree. The test files nearest to the module run once without a fault,
which tells which test executes which line and is kept for the next call; then a forked process runs those that execute
the fault's lines, the fastest first, until the first fails: tests of the module's own package, then others that name
it, then what every view shows. mutmut and cosmic-ray were considered: both run every test of a module that pages
import, which takes a day here, and neither swaps axes or the order of a sort.
"""

import argparse
import ast
import compileall
import contextlib
import hashlib
import importlib
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import accumulate, islice, takewhile
from math import ceil
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("explorer/figures", "explorer/ui", "explorer/analysis")
COPIED = ("app.py", "pages", "explorer", "tests", "checkpoints", "docs", "benchmarks", ".streamlit", "pyproject.toml")
PRELOADED = ("numpy", "pandas", "torch", "sklearn.mixture", "plotly.graph_objects", "streamlit.testing.v1", "pytest")
# Opens every view of every page, whichever of them a module has a part in.
SHOWN = "tests/pages/test_shown.py"
# Seconds of a core; a run is stopped as well after four times as many of a clock.
LONGEST_S = 180
# Of many tests that execute a line, as many are run as take this long on a core without a fault.
MOST_TESTS_S = 40
RECORDS = Path(tempfile.gettempdir()) / "explorer-mutants"
VERDICTS = {False: "caught", True: "survived", None: "stopped"}
# Keywords and names that say how large or how far apart something is drawn: a wrong one is a matter of taste.
APPEARANCE = {
    *("height", "width", "size", "opacity", "gap", "padding", "margin", "font_size", "pad", "t", "b", "l", "r", "x"),
    *("y", "xanchor", "yanchor", "line_width", "row_height", "max_entries", "timeout_s", "weight", "shift", "nticks"),
    *("horizontal_spacing", "vertical_spacing", "border", "standoff", "tickangle", "showlegend", "showgrid"),
    *("zeroline", "showline", "fixedrange", "layer", "thickness", "arrowhead", "arrowsize", "arrowwidth"),
}
# Another seed is as good, and lists of one length are so without a check.
AS_GOOD = {"seed", "random_state", "strict"}
SWAPPED = {"x": "y", "y": "x", "x_title": "y_title", "y_title": "x_title", "xaxis": "yaxis", "yaxis": "xaxis"}
OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult,
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "argmin": "argmax", "argmax": "argmin", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Fault:
    """One planted fault: which characters of a file are replaced by what."""

    file: str
    line: int
    start: int
    end: int
    text: str

    def planted(self, source: bytes) -> bytes:
        """The file's bytes with the fault in it."""
        return source[: self.start] + self.text.encode() + source[self.end :]


def faults_of(file: str, source: str) -> list[Fault]:
    """Every fault that can be planted in a file."""
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return [_fault(file, starts, node, changed) for node, changed in _changes(ast.parse(source))]


def _fault(file: str, starts: list[int], node: ast.expr, changed: ast.expr) -> Fault:
    end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    return Fault(file, node.lineno, starts[node.lineno - 1] + node.col_offset, end, ast.unparse(changed))


def _is_python(fault: Fault) -> bool:
    try:
        ast.parse(fault.planted((ROOT / fault.file).read_bytes()))
    except SyntaxError:
        return False
    return True


def _changes(tree: ast.Module) -> Iterator[tuple["ast.expr", "ast.expr"]]:
    """Pairs of an expression and what it becomes; annotations, docstrings, defaults of appearance are left alone."""
    skipped = _skipped(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and node not in skipped:
            yield from ((node, changed) for changed in _changed(node))


def _skipped(tree: ast.Module) -> set[ast.AST]:
    roots = [root for node in ast.walk(tree) for root in _left_alone(node)]
    return {part for root in roots if root is not None for part in ast.walk(root)}


def _left_alone(node: ast.AST) -> list[ast.AST | None]:
    """The parts of a node in which nothing is planted."""
    match node:
        case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=annotation):
            return [annotation]
        case ast.FunctionDef() | ast.ClassDef():
            return [getattr(node, "returns", None), *node.decorator_list]
        case ast.Dict():
            return _appearance_in(node)
        case ast.Assign():
            return [node] if _is_appearance(node) else _seeds_in(node)
        case ast.BinOp() if _is_of_pixels(node):
            return [node]
        case ast.keyword() if _is_look(node):
            return [node.value]
        case ast.Call(func=ast.Attribute(attr="columns" | "default_rng" | "reshape" as name)):
            # How wide the columns of a page are, a seed, and a length that NumPy finds, whichever negative it is.
            return [arg for arg in node.args if name != "reshape" or isinstance(arg, ast.UnaryOp)]
    return []


def _is_look(node: ast.keyword) -> bool:
    """Whether an argument is a number of looks, or how the parts of a figure share its width."""
    return node.arg == "column_widths" or (isinstance(node.value, ast.Constant) and node.arg in APPEARANCE | AS_GOOD)


def _appearance_in(node: ast.Dict) -> list[ast.AST | None]:
    """The numbers of a dictionary of looks, such as 'y' in {'orientation': 'h', 'y': -0.2}."""
    pairs = zip(node.keys, node.values, strict=True)
    return [
        value for key, value in pairs if isinstance(key, ast.Constant) and key.value in APPEARANCE and _is_number(value)
    ]


def _seeds_in(node: ast.Assign) -> list[ast.AST | None]:
    """The values of seeds in an assignment such as `N, SEED = 5, 0`."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            pairs = zip(names, values, strict=True)
        case _:
            pairs = zip(node.targets[-1:], [node.value], strict=True)
    return [value for name, value in pairs if isinstance(name, ast.Name) and name.id.endswith(("SEED", "SEEDS"))]


def _is_number(node: ast.expr) -> bool:
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def _is_of_pixels(node: ast.BinOp) -> bool:
    """Whether an expression says how large something is drawn, such as STAGE_PX - 3 * ROW_PX."""
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    return bool(names) and all(name.endswith("_PX") for name in names)


def _is_appearance(node: ast.Assign) -> bool:
    """A constant in capitals whose name says that it is about looks, a cache's size and time, or a reference core."""
    names = [part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)]
    return any(
        name.endswith(
            (
                "_PX",
                "HEIGHT",
                "WIDTH",
                "_SIZE",
                "MOST_KEPT",
                "GAP",
                "CONTROLS",
                "ROWS",
                "AT_ONCE",
                "REFERENCE_S",
                "TTL_S",
            )
        )
        for name in names
    )


def _changed(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Constant(value=bool() as flag):
            yield ast.Constant(not flag)
        case ast.Constant(value=int() | float() as number) if number + 1 != number:
            yield ast.Constant(number + 1)
        case ast.Attribute(attr=name) if name in NAMES:
            yield _with(node, "attr", NAMES[name])
        case ast.Name(id=name) if name in NAMES:
            yield ast.Name(NAMES[name])
        case ast.Call():
            yield from _changed_call(node)
        case _:
            yield from _changed_operation(node)


def _changed_operation(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.BinOp() | ast.BoolOp() if type(node.op) in OPERATORS:
            yield _with(node, "op", OPERATORS[type(node.op)]())
        case ast.Compare(ops=[operator]) if type(operator) in OPERATORS:
            yield _with(node, "ops", [OPERATORS[type(operator)]()])
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield node.operand
        case ast.IfExp():
            yield _with(_with(node, "body", node.orelse), "orelse", node.body)


def _changed_call(node: ast.Call) -> Iterator[ast.expr]:
    swapped = [keyword for keyword in node.keywords if keyword.arg in SWAPPED]
    if len(swapped) == 2:
        keywords = [ast.keyword(SWAPPED.get(k.arg or "", k.arg), k.value) for k in node.keywords]
        yield _with(node, "keywords", keywords)
    if isinstance(node.func, ast.Name) and node.func.id in ("sorted", "reversed"):
        yield ast.Call(ast.Name("list"), [ast.Call(ast.Name("reversed"), [node], [])], [])


def _with(node: ast.expr, field: str, value: object) -> ast.expr:
    changed = deepcopy(node)
    setattr(changed, field, value)
    return changed


def nearest_tests(file: str, root: Path = ROOT) -> list[str]:
    """The test files nearest to a module: its mirror, those that name it, those of the pages.

    Where there are none, those nearest to the modules that import it, and so on.
    """
    modules, seen = {_module(file)}, set[str]()
    while modules:
        if near := {test for module in modules for test in _tests_of(module, root)}:
            return sorted(test.relative_to(root).as_posix() for test in near)
        seen |= modules
        modules = {other for module in modules for other in _importers(module, root)} - seen
    return []


def _module(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _tests_of(module: str, root: Path) -> set[Path]:
    mirror = root / "tests" / Path(*module.split(".")[1:-1]) / f"test_{module.rpartition('.')[2]}.py"
    candidates = [
        test for test in (root / "tests").rglob("test_*.py") if not {"browser", "test_mutants.py"} & {*test.parts}
    ]
    near = {test for test in candidates if test == mirror or any(_names(part, module) for part in _parts(test, root))}
    near |= {test for test in candidates if _walks(test, module)}
    if ".ui." in module:
        pages = _pages_using(module, root)
        near |= {test for test in candidates if test.parent.name == "pages" and _opens(test, pages)}
    return {test for test in near if test.exists()}


def _walks(test: Path, module: str) -> bool:
    """Whether a test file walks through every module of a module's package."""
    folder = "/".join(module.split(".")[:2])
    return f'"{folder}").rglob("*.py")' in test.read_text("utf-8")


def _opens(test: Path, pages: set[str]) -> bool:
    """Whether a test file is that of a page or opens it."""
    opened = re.findall(r'page\(\s*"(\w+)"', test.read_text("utf-8"))
    return not pages.isdisjoint([test.stem.removeprefix("test_"), *opened])


def _parts(test: Path, root: Path) -> Iterator[Path]:
    """A test file and the files with its cases, which are no tests themselves."""
    yield test
    for package, name in re.findall(
        r"^from ((?:tests|benchmarks)[.\w]*)\.(\w+) import", test.read_text("utf-8"), re.MULTILINE
    ):
        source = root / package.replace(".", "/") / f"{name}.py"
        if source.exists() and not name.startswith(("test_", "conftest")):
            yield from _parts(source, root)


def _names(source: Path, module: str) -> bool:
    package, _, name = module.rpartition(".")
    above, _, own = package.rpartition(".")
    wanted = (
        rf"\b{re.escape(module)}\b|from {re.escape(package)} import (\([^)]*|[^(\n]*)\b{name}\b"
        rf"|from {re.escape(above)} import {own}$"
    )
    return re.search(wanted, source.read_text("utf-8"), re.MULTILINE) is not None


def _importers(module: str, root: Path) -> set[str]:
    sources = [source for source in (root / "explorer").rglob("*.py") if _names(source, module)]
    return {_module(source.relative_to(root).as_posix()) for source in sources}


def _pages_using(module: str, root: Path) -> set[str]:
    """The page whose view a module is, else the pages that name it themselves or in their views."""
    folders = [folder for folder in (root / "explorer/ui/views").iterdir() if folder.is_dir()]
    own = {folder.name for folder in folders if f"explorer.ui.views.{folder.name}." in f"{module}."}
    sources = [*(view for folder in folders for view in folder.glob("*.py")), *(root / "pages").glob("*.py")]
    using = [source for source in sources if _names(source, module)] if not own else []
    return own or {source.stem if source.parent.name == "pages" else source.parent.name for source in using}


def sampled(package: str, n: int, seed: int) -> list[Fault]:
    """Some faults of a package, the same for the same seed."""
    files = sorted((ROOT / package).rglob("*.py"))
    faults = [f for file in files for f in faults_of(file.relative_to(ROOT).as_posix(), file.read_text("utf-8"))]
    random.Random(seed).shuffle(faults)
    return list(islice((fault for fault in faults if _is_python(fault)), n))


class Recorder:
    """A plugin of pytest that writes which tests pass, how long they take, and which lines they execute."""

    def __init__(self, tree: Path, answer: Path) -> None:
        self.tree, self.answer = tree, answer
        self.durations_s: dict[str, float] = {}
        self.failed: set[str] = set()
        self.coverage = coverage.Coverage(data_file=None, config_file=False, include=[f"{tree}/explorer/*"])
        self.coverage.set_option("run:disable_warnings", ["no-data-collected"])
        self.coverage.start()
        # What is executed before the first test, on import, counts for each.
        self.coverage.switch_context("import")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.coverage.switch_context(nodeid)
        self.durations_s[nodeid] = -time.process_time()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        # Seconds of a core, which are the same on a busy machine.
        self.durations_s[nodeid] += time.process_time()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        data = self.coverage.get_data()
        names = {name: Path(name).relative_to(self.tree).as_posix() for name in data.measured_files()}
        tests = {name: data.contexts_by_lineno(full) for full, name in names.items()}
        passed = {test: s for test, s in self.durations_s.items() if test not in self.failed}
        self.answer.write_text(json.dumps([passed, tests]))


@dataclass(frozen=True)
class Record:
    """What one test file does without a fault: seconds by test that passes, and tests by line of each source file."""

    durations_s: dict[str, float] = field(default_factory=dict)
    tests: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def executing(self, file: str, lines: range) -> set[str]:
        """The tests that execute one of some lines, `import` among them where a line is executed on import."""
        by_line = self.tests.get(file, {})
        return {test for line in lines for test in by_line.get(str(line), [])}

    def executing_any(self, file: str) -> set[str]:
        """The tests that execute any line of a source file."""
        return {test for tests in self.tests.get(file, {}).values() for test in tests}


def ordered_tests(records: Sequence[Record], file: str, lines: range, *, on_import: bool = False) -> list[str]:
    """Tests that execute one of some lines, the fastest first, as many as `MOST_TESTS_S` leaves time for.

    What is executed on import, by no test or by the one that imports the module, may show in each: then all that
    execute any line of the file come first, and the rest of their files next.
    """
    ranked: dict[str, tuple[bool, float]] = {}
    for one in records:
        found = one.executing(file, lines)
        near = one.executing_any(file) if on_import else found
        for test, seconds in one.durations_s.items():
            if test in near or (on_import and found):
                ranked[test] = test not in near, seconds
    tests = sorted(ranked, key=ranked.__getitem__)
    spent_s = accumulate(ranked[test][1] for test in tests)
    return [test for test, s in zip(tests, spent_s, strict=True) if s <= MOST_TESTS_S]


def record(tree: Path, test: str) -> Record:
    """Run a test file once without a fault."""
    answer = tree / "record.json"
    answer.unlink(missing_ok=True)
    passes(tree, [test], answer)
    return Record(*json.loads(answer.read_text())) if answer.exists() else Record()


def passes(tree: Path, tests: list[str], answer: Path | None = None) -> bool | None:
    """Whether tests pass in a tree, in a forked process that already holds the large packages; None: it was stopped.

    answer: where to record what each test executes; then a failing test does not end the run.
    """
    pid = os.fork()
    if pid == 0:
        # Whatever goes wrong, a fork must not go on as its parent, which cleans up behind itself.
        try:
            os._exit(_run_tests(tree, tests, answer))
        finally:
            os._exit(1)
    deadline = time.monotonic() + 4 * _most_s(answer)
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return None if code == -signal.SIGXCPU else code == 0
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def _most_s(answer: Path | None) -> float:
    """How long tests may take on a core; longer where all they execute is recorded."""
    return LONGEST_S * (4 if answer else 1)


def _run_tests(tree: Path, tests: list[str], answer: Path | None) -> int:
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(_most_s(answer)), resource.RLIM_INFINITY))
    os.chdir(tree)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.path[:] = [str(tree), *(place for place in sys.path if Path(place or ".").resolve() != ROOT)]
    sys.dont_write_bytecode = True
    # A plugin of a package that is preloaded would be a warning, hence an error.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-q", "-p", "no:cacheprovider", "-m", "not slow and not browser", *([] if answer else ["-x"])]
    return int(pytest.main([*options, *tests], plugins=[Recorder(tree, answer)] if answer else []))


class Tree:
    """A copy of the source in which one fault at a time is planted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records: dict[str, Record] = {}
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name)
            else:
                shutil.copy(ROOT / name, folder / name)
        # Else each fork compiles all that it imports.
        compileall.compile_dir(folder / "explorer", quiet=2)

    def verdict(self, fault: Fault) -> str:
        """Whether the nearest tests fail with the fault, or how it came that they could not."""
        verdict = "untested"
        for files in stages(fault.file, nearest_tests(fault.file)):
            if tests := self._tests_of(fault, [test for test in files if (self.folder / test).exists()]):
                verdict = VERDICTS[self._passes(fault, tests)]
            if verdict in ("caught", "stopped"):
                break
        return verdict

    def _passes(self, fault: Fault, tests: list[str]) -> bool | None:
        """Whether tests pass with the fault in the tree."""
        file = self.folder / fault.file
        source, stat = file.read_bytes(), file.stat()
        file.write_bytes(fault.planted(source))
        try:
            return passes(self.folder, tests)
        finally:
            file.write_bytes(source)
            # What was compiled holds for a source of that time.
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    def _tests_of(self, fault: Fault, files: list[str]) -> list[str]:
        """The tests of some files that may notice a fault, after these files ran once without it."""
        for test in files:
            if test not in self.records:
                self.records[test] = kept_record(self.folder, test)
        source, records = (ROOT / fault.file).read_text("utf-8"), [self.records[test] for test in files]
        lines = statement_lines(source, fault.line)
        return ordered_tests(records, fault.file, lines, on_import=is_executed_on_import(source, lines))


def stages(file: str, near: list[str]) -> list[list[str]]:
    """The tests of a module's own package, the other near ones, and those that open every view, if any is near."""
    own = f"tests/{file.split('/')[1]}/"
    parts = [
        [test for test in near if test.startswith(own)],
        [test for test in near if not test.startswith(own) and test != SHOWN],
        [SHOWN] if near else [],
    ]
    return [part for part in parts if part]


def kept_record(tree: Path, test: str) -> Record:
    """What a test file does without a fault, read from `RECORDS` where neither it nor the source has changed."""
    kept = RECORDS / f"{_digest(tree, test)}.json"
    if kept.exists():
        return Record(*json.loads(kept.read_text()))
    found = record(tree, test)
    RECORDS.mkdir(exist_ok=True)
    part = RECORDS / f"{os.getpid()}.part"
    part.write_text(json.dumps([found.durations_s, found.tests]))
    part.replace(kept)
    return found


def _digest(tree: Path, test: str) -> str:
    """Of a test file, of all source that is no other test file, and of where its tests find data."""
    files = [file for kind in ("py", "txt") for file in tree.rglob(f"*.{kind}")]
    digest = hashlib.sha256(f"{test} {os.environ.get('EXPLORER_DATA')}".encode())
    for file in sorted(file for file in files if not file.name.startswith(("test_", "mutants")) or file == tree / test):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_executed_on_import(source: str, lines: range) -> bool:
    """Whether a statement lies in no function, as constants and defaults of arguments do."""
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return not any(node.body[0].lineno <= lines.start <= (node.end_lineno or 0) for node in functions)


def statement_lines(source: str, line: int) -> range:
    """The lines of the innermost statement around a line; of one with a body, those above the body."""
    found = range(line, line + 1)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            if node.lineno <= line <= end:
                found = range(node.lineno, end + 1)
    return found


def main() -> None:
    """Prints each fault that survived, then caught / planted by package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=40, help="how many faults a package")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=10, help="plant no more in a package after this time")
    parser.add_argument("packages", nargs="*", default=PACKAGES)
    options = parser.parse_args()
    if missing := [package for package in options.packages if not (ROOT / package).is_dir()]:
        parser.error(f"there is no folder {missing[0]}; name it from the repository's root, such as {PACKAGES[0]}")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for package in options.packages:
        report(package, sampled(package, options.faults, options.seed), options.processes, options.minutes)


def report(package: str, faults: list[Fault], n_processes: int, minutes: float) -> None:
    """Tries the faults of a package, each process in a copy of its own, as far as the time goes."""
    until_s = time.monotonic() + 60 * minutes
    folders = sorted({Path(fault.file).parent for fault in faults})
    shares = [folders[start::n_processes] for start in range(n_processes)]
    parts = [[fault for fault in faults if Path(fault.file).parent in share] for share in shares]
    with ProcessPoolExecutor(n_processes, initializer=_preload) as pool:
        counts = sum(pool.map(_try_all, parts, [until_s] * n_processes), Counter[str]())
    others = f"{counts['untested']} without a test, {counts['stopped']} stopped after {LONGEST_S} s"
    print(f"{package}: {counts['caught']} of {counts.total()} caught, {others}", flush=True)


def _preload() -> None:
    """Import what takes seconds once, so that each fork begins with it."""
    for name in PRELOADED:
        importlib.import_module(name)


def _try_all(faults: list[Fault], until_s: float) -> Counter[str]:
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(Path(folder))
        for fault in takewhile(lambda _: time.monotonic() < until_s, faults):
            verdict = tree.verdict(fault)
            counts[verdict] += 1
            if verdict != "caught":
                line = (ROOT / fault.file).read_text("utf-8").splitlines()[fault.line - 1].strip()
                print(f"{verdict}: {fault.file}:{fault.line}: {line}  ->  {fault.text}", flush=True)
    return counts


if __name__ == "__main__":
    main()
