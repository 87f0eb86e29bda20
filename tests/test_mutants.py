"""The tool that plants faults: what it changes, which tests it runs, and that it tells caught from not caught."""

import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from tests import mutants
from tests.mutants import (
    ROOT,
    SHOWN,
    VERDICTS,
    Fault,
    Record,
    faults_of,
    is_executed_on_import,
    kept_record,
    nearest_tests,
    ordered_tests,
    passes,
    record,
    sampled,
    stages,
    statement_lines,
)


def planted(source: str) -> set[str]:
    """Every version of a source with one fault in it."""
    return {fault.planted(source.encode()).decode() for fault in faults_of("a.py", source)}


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("y = a - b", "y = a + b"),
        ("y = a < b", "y = a >= b"),
        ("y = -a", "y = a"),
        ("y = a if b else c", "y = c if b else a"),
        ("y = x.argmin(axis=0)", "y = x.argmax(axis=0)"),
        ("y = sorted(x)", "y = list(reversed(sorted(x)))"),
        ("f(x=a, y=b)", "f(y=a, x=b)"),
        ("f(x=a[0], y=b)", "f(x=a[1], y=b)"),
        ("y = é and b", "y = é or b"),
        ("y = f(True)", "y = f(False)"),
    ],
)
def test_fault_is_planted(source: str, fault: str) -> None:
    assert fault in planted(source)


@pytest.mark.parametrize(
    "source",
    [
        '"""Docs 3."""',
        "f(height=300)",
        "f(legend={'y': -0.2})",
        "HEIGHT_PX = 300",
        "_ROWS = 64",
        "HEIGHT_PX, OTHER_PX = 300, 400",
        "SEED = 0",
        "HEIGHT_PX = SEED = 0",
        "f(STAGE_PX - 3 * ROW_PX)",
        "SLOWNESS_TTL_S = 30",
        "st.columns([3, 2])",
        "f(column_widths=[0.4, 0.6])",
        "x.reshape(-1, n)",
        "FARTHEST = 1e30",
        "np.random.default_rng(0)",
        "zip(a, b, strict=True)",
        "def f(x: list[int]) -> int: ...",
        "@dataclass(eq=False)\nclass A: ...",
    ],
)
def test_looks_and_annotations_are_left_alone(source: str) -> None:
    assert planted(source) == set()


def test_of_several_constants_the_seed_alone_is_left_alone() -> None:
    assert planted("N, SEED = 5, 0") == {"N, SEED = 6, 0"}


def test_nearest_tests_are_the_mirror_and_those_that_name_the_module(tmp_path: Path) -> None:
    for test, text in {
        "tests/figures/test_pca.py": "",
        "tests/analysis/test_pca.py": "from explorer.figures.pca import f",
        "tests/pages/test_pca.py": "",
        "tests/pages/test_own_pca.py": 'app = open_app_page("pca", view="Error")',
        "tests/pages/test_elbo.py": 'app = open_app_page("elbo")',
        "tests/ui/test_all.py": 'for file in (ROOT / "explorer/ui").rglob("*.py"): pass',
    }.items():
        (tmp_path / test).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / test).write_text(text)
    view = tmp_path / "explorer/ui/views/pca/panels.py"
    view.parent.mkdir(parents=True)
    view.write_text("import explorer.ui.motion")
    assert nearest_tests("explorer/figures/pca.py", tmp_path) == [
        "tests/analysis/test_pca.py",
        "tests/figures/test_pca.py",
    ]
    of_page = ["tests/pages/test_own_pca.py", "tests/pages/test_pca.py", "tests/ui/test_all.py"]
    assert nearest_tests("explorer/ui/views/pca/panels.py", tmp_path) == of_page
    assert nearest_tests("explorer/ui/motion.py", tmp_path) == of_page


def test_the_same_seed_plants_the_same_faults() -> None:
    assert sampled("explorer/figures", 5, 1) == sampled("explorer/figures", 5, 1)
    assert len({fault.file for fault in sampled("explorer/figures", 20, 1)}) > 3


def test_a_failing_test_is_told_from_a_passing_one(tmp_path: Path) -> None:
    (tmp_path / "test_right.py").write_text("def test_right() -> None:\n    assert True\n")
    (tmp_path / "test_wrong.py").write_text("def test_wrong() -> None:\n    assert False\n")
    assert passes(tmp_path, ["test_right.py"])
    assert not passes(tmp_path, ["test_right.py", "test_wrong.py"])


LOADED_BEFORE = """import sys, anyio
from pathlib import Path
from tests.mutants import passes
sys.exit(not passes(Path(sys.argv[1]), ["test_right.py"]))"""


def test_a_package_with_a_plugin_may_be_loaded_where_warnings_are_errors(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    (tmp_path / "test_right.py").write_text("def test_right() -> None:\n    assert True\n")
    subprocess.run([sys.executable, "-c", LOADED_BEFORE, str(tmp_path)], cwd=ROOT, check=True)


def test_a_fork_that_fails_does_not_go_on_as_its_parent(tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    try:
        assert not passes(tmp_path / "missing", ["test_right.py"])
    finally:
        with ends.open("a") as file:
            file.write("end ")
    assert ends.read_text() == "end "


def test_a_fault_replaces_bytes_and_no_more() -> None:
    assert Fault("a.py", 1, 4, 5, "2").planted(b"y = 1\n") == b"y = 2\n"


TREE = {
    "explorer/planted.py": "def f(x):\n    return x + 1\n\n\ndef g(x):\n    return -x\n",
    "tests/test_a.py": "from planted import f, g\n\n\ndef test_f(): assert f(1) == 2\n\n\ndef test_g(): g(1)\n",
}


def test_only_tests_that_execute_the_line_are_run(tmp_path: Path) -> None:
    for file, text in TREE.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = explorer\nmarkers =\n    slow\n    browser\n")
    found = record(tmp_path, "tests/test_a.py")
    f, g = (f"tests/test_a.py::test_{name}" for name in "fg")
    assert ordered_tests([found], "explorer/planted.py", range(2, 3)) == [f]
    assert ordered_tests([found], "explorer/planted.py", range(6, 7)) == [g]
    assert len(ordered_tests([found], "explorer/planted.py", range(1, 2), on_import=True)) == 2
    assert ordered_tests([found], "explorer/planted.py", range(3, 4)) == []


def test_of_a_constant_the_tests_that_execute_the_module_come_first() -> None:
    found = Record(
        {"test_other": 1.0, "test_slow": 3.0, "test_fast": 2.0},
        {"a.py": {"1": ["import"], "3": ["test_slow", "test_fast"]}},
    )
    assert ordered_tests([found], "a.py", range(1, 2), on_import=True) == ["test_fast", "test_slow", "test_other"]
    # A module that the first test imports.
    found.tests["a.py"]["1"] = ["test_slow"]
    assert ordered_tests([found], "a.py", range(1, 2), on_import=True) == ["test_fast", "test_slow", "test_other"]
    assert ordered_tests([found], "a.py", range(1, 2)) == ["test_slow"]


def test_of_many_tests_the_fastest_are_run_as_far_as_the_time_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Record({"test_slow": 3.0, "test_fast": 2.0}, {"a.py": {"1": ["test_slow", "test_fast"]}})
    assert ordered_tests([found], "a.py", range(1, 2)) == ["test_fast", "test_slow"]
    monkeypatch.setattr(mutants, "MOST_TESTS_S", 4)
    assert ordered_tests([found], "a.py", range(1, 2)) == ["test_fast"]


def test_the_module_s_own_package_is_asked_first_and_every_view_last() -> None:
    near = ["tests/analysis/test_a.py", "tests/figures/test_b.py", SHOWN]
    assert stages("explorer/figures/b.py", near) == [[near[1]], [near[0]], [SHOWN]]
    assert stages("explorer/ui/b.py", near[:1]) == [[near[0]], [SHOWN]]
    assert stages("explorer/ui/b.py", []) == []


def test_what_tests_execute_is_kept_until_they_or_the_source_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = count(1.0)
    monkeypatch.setattr(mutants, "RECORDS", tmp_path / "records")
    monkeypatch.setattr(mutants, "record", lambda *_: Record({"test_a": next(runs)}))
    (tree := tmp_path / "tree").mkdir()
    for name in ("test_a.py", "test_b.py", "source.py"):
        (tree / name).write_text("")
    assert [kept_record(tree, "test_a.py") for _ in range(2)] == [Record({"test_a": 1.0})] * 2
    (tree / "test_b.py").write_text("changed")
    assert kept_record(tree, "test_a.py").durations_s == {"test_a": 1.0}
    (tree / "source.py").write_text("changed")
    assert kept_record(tree, "test_a.py").durations_s == {"test_a": 2.0}
    (tree / "test_a.py").write_text("changed")
    assert kept_record(tree, "test_a.py").durations_s == {"test_a": 3.0}


def test_tests_that_take_too_long_are_stopped_and_caught_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "test_long.py").write_text("import time\n\n\ndef test_long(): time.sleep(60)\n")
    monkeypatch.setattr(mutants, "LONGEST_S", 0.1)
    assert VERDICTS[passes(tmp_path, ["test_long.py"])] == "stopped"


def test_a_test_that_fails_without_a_fault_is_not_asked(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_right():\n    pass\n\n\ndef test_wrong():\n    assert False\n")
    assert list(record(tmp_path, "test_a.py").durations_s) == ["test_a.py::test_right"]


def test_the_lines_of_a_fault_are_those_of_its_statement() -> None:
    source = "def f(\n    a,\n):\n    g(\n        1,\n    )\n    if a:\n        b\n"
    assert [statement_lines(source, line) for line in (2, 5, 7, 8)] == [
        range(1, 4),
        range(4, 7),
        range(7, 8),
        range(8, 9),
    ]


def test_constants_and_defaults_are_executed_on_import() -> None:
    source = "N = 1\n\n\ndef f(\n    a=2,\n):\n    return a\n\n\nclass A:\n    b: int = 3\n"
    places = [is_executed_on_import(source, statement_lines(source, line)) for line in (1, 5, 7, 11)]
    assert places == [True, True, False, True]


def test_a_module_without_tests_is_tried_by_those_of_what_imports_it(tmp_path: Path) -> None:
    for file, text in {
        "explorer/ui/views/__init__.py": "",
        "pages/pca.py": "",
        "explorer/models/a.py": "",
        "explorer/models/b.py": "from explorer.models.a import f",
        "tests/models/test_b.py": "",
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    assert nearest_tests("explorer/models/a.py", tmp_path) == ["tests/models/test_b.py"]


def test_a_package_that_is_not_there_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["mutants", "figures"])
    with pytest.raises(SystemExit):
        mutants.main()
    assert "there is no folder figures; name it from the repository's root, such as explorer/figures" in (
        capsys.readouterr().err
    )
