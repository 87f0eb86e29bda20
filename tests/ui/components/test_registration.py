"""Scripts of several files become one module."""

import re
from collections import Counter
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.scenes.component_files import COMPONENTS, component_files, join_modules
from explorer.ui.components.shared.registration import frame_within, last_message

FOLDERS = [file.parent for file in sorted(COMPONENTS.glob("*/component.py"))]
ENTRIES = [folder / f"{folder.name}.js" for folder in FOLDERS]
DECLARED = re.compile(r"^(?:export )?(?:default )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)


def declared_twice(script: str) -> list[str]:
    return [name for name, n in Counter(DECLARED.findall(script)).items() if n > 1]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.stem)
def test_a_component_is_one_module_without_imports_in_which_each_name_is_declared_once(entry: Path) -> None:
    script = join_modules(entry)
    assert "\nimport " not in script
    assert script.count("\nexport default function") == 1
    assert declared_twice(script) == []


def test_a_name_declared_twice_is_found() -> None:
    assert declared_twice("const A = 1;\nexport function b() {}\nasync function b() {\n  const A = 2;\n}") == ["b"]


def test_files_stand_after_what_they_import_and_each_once(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "entry.js").write_text('import { a } from "./deep/a.js";\nimport { b } from "./b.js";\nentry(a, b);\n')
    (tmp_path / "deep/a.js").write_text('import { b,\n  c } from "../b.js";\nexport const a = b + c;\n')
    (tmp_path / "b.js").write_text("export const b = 1;\nexport const c = 2;\n")
    joined = join_modules(tmp_path / "entry.js")
    assert joined.splitlines() == [
        "export const b = 1;",
        "export const c = 2;",
        "",
        "export const a = b + c;",
        "",
        "entry(a, b);",
    ]


def test_files_that_import_one_another_are_joined_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nfunction a() {}\n')
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\nfunction b() {}\n')
    assert DECLARED.findall(join_modules(tmp_path / "a.js")) == ["b", "a"]


@pytest.mark.parametrize(("sent", "frame"), [(None, 1), (3, 3), (0.0, 0), (4, 1), (-1, 1), ("2", 1), (float("nan"), 1)])
def test_only_one_of_the_frames_is_believed(sent: object, frame: int) -> None:
    assert frame_within({"frame": sent}, n_frames=4, start=1) == frame


def test_the_sheet_of_a_shared_script_stands_before_the_own_one() -> None:
    css = component_files("frame_player").css
    sheets = [css.index((COMPONENTS / f"shared/{name}.css").read_text("utf-8")) for name in ("mounts", "player")]
    assert sorted(sheets) == sheets
    assert css.endswith((COMPONENTS / "frame_player/frame_player.css").read_text("utf-8"))
    assert ".player {" not in component_files("latent_canvas").css


def test_of_a_component_that_left_the_page_nothing_is_heard() -> None:
    assert last_message("a key of another run") == {}


def show_what_is_heard() -> None:
    """A component of which a browser says `said` in each run, and whose callbacks `called` names; -1 ends a run."""
    import streamlit as st

    from explorer.ui.components.shared import registration

    def component(key: str, **calls: object) -> dict[str, object]:
        st.session_state[key] = said = st.session_state["said"]
        for event in st.session_state["called"]:
            calls[f"on_{event}_change"]()  # type: ignore[operator]
        return said  # type: ignore[no-any-return]

    def hear(said: object) -> None:
        st.session_state["heard"].append(said)

    registration.show_and_hear(component, "shown", ["pick", "drawn"], hear)
    st.session_state["heard"].append("end")


@pytest.mark.parametrize(
    ("said", "called", "heard"),
    [
        ({}, [], ["end"]),
        ({"pick": None, "frame": 3}, [], ["end"]),
        ({"pick": {"u": 1}}, ["pick"], [{"pick": {"u": 1}}, "end"]),
        ({"pick": {"u": 1}}, [], [{"pick": {"u": 1}}, "end"]),
        ({"pick": {"u": 1}, "drawn": ""}, [], [{"pick": {"u": 1}, "drawn": ""}, "end"]),
        ({"pick": {"u": 1}, "drawn": ""}, ["drawn"], [{"drawn": ""}, {"pick": {"u": 1}}, {"drawn": ""}, "end"]),
        ({"pick": float("nan")}, [], [{"pick": pytest.approx(float("nan"), nan_ok=True)}, "end"]),
    ],
)
def test_what_a_browser_says_is_heard_before_the_page_ends_also_where_nothing_is_called(
    said: dict[str, object], called: list[str], heard: list[object]
) -> None:
    app = AppTest.from_function(show_what_is_heard, default_timeout=30)
    for key, value in {"said": said, "called": called, "heard": []}.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    assert app.session_state["heard"] == heard
    app.session_state["called"] = []
    app.run()
    assert app.session_state["heard"] == [*heard, "end"], "once"
