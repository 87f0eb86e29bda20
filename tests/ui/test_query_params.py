"""The state that lives in the URL: what is allowed comes through, everything else is named in one sentence."""

import ast
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.lectures.lecture import LECTURE_KEYS
from explorer.ui import query_params
from explorer.ui.page_entries import PAGES
from explorer.ui.query_params import SCENE, Vector, bound, parameter, spec_field_labels
from tests.conftest import ROOT


def widget_script() -> None:
    import streamlit as st

    from explorer.models.fields import Choice
    from explorer.ui.query_params import bound

    st.text(st.selectbox("Model", ["pca", "ae-2d"], **bound("model", Choice(("pca", "ae-2d")))))


def point_script() -> None:
    import streamlit as st

    from explorer.ui.query_params import Vector, read, write

    st.text(str(read("z", Vector(2))))
    if st.button("Pin"):
        write("z", (1 / 3, -2e-7))
    if st.button("Unpin"):
        write("z", None)


def open_script(script: object, **query: str) -> AppTest:
    app = AppTest.from_function(script)  # type: ignore[arg-type]
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def test_widget_takes_its_value_from_the_link() -> None:
    app = open_script(widget_script, model="ae-2d")
    assert app.text[0].value == "ae-2d"
    assert not app.warning


def test_unknown_choice_is_named_and_the_default_shown() -> None:
    app = open_script(widget_script, model="gone")
    assert app.text[0].value == "pca"
    assert len(app.warning) == 1
    assert app.warning[0].value == (
        "The link says `model=gone`, but the model's name in the library must be pca or ae-2d; "
        "the page shows its default instead."
    )


def test_sentence_goes_with_the_next_run() -> None:
    app = open_script(widget_script, model="gone").run()
    assert not app.warning


def test_point_is_read_from_the_link() -> None:
    assert open_script(point_script, z="0.5,-1.2").text[0].value == "(0.5, -1.2)"


@pytest.mark.parametrize("bad", ["abc", "1e999,0", "nan,0", "1", "1,2,3", "", "1;2", "-1e7,0"])
def test_bad_point_is_named_and_left_out(bad: str) -> None:
    app = open_script(point_script, z=bad)
    assert app.text[0].value == "None"
    assert "must be 2 numbers from -1e+06 to 1e+06 with commas between them" in app.warning[0].value
    assert "z" not in app.query_params


def test_long_and_marked_up_values_are_shown_short_and_plain() -> None:
    shown = open_script(point_script, z="`" + "9" * 500).warning[0].value
    assert "`z=" + "9" * 39 + "…`" in shown


def test_written_point_has_four_digits_and_can_be_taken_out() -> None:
    app = open_script(point_script)
    app.button[0].click().run()
    assert app.query_params["z"] == "0.3333,-2e-07"
    app.button[1].click().run()
    assert "z" not in app.query_params


def default_of_view_script() -> None:
    import streamlit as st

    from explorer.models.fields import Choice
    from explorer.ui.query_params import keep_choice, take_choice

    default = {"plain": "a", "wide": "b"}[st.selectbox("View", ["plain", "wide"])]
    names = Choice(("a", "b", "c"))
    take_choice("model", names, default)
    st.selectbox("Model", names.options, key="model")
    keep_choice("model", default)


def test_a_view_may_have_a_default_of_its_own_and_a_choice_outlives_it() -> None:
    app = open_script(default_of_view_script)
    assert app.selectbox(key="model").value == "a"
    app.selectbox[0].select("wide").run()
    assert (app.selectbox(key="model").value, "model" in app.query_params) == ("b", False)
    app.selectbox(key="model").select("c").run()
    app.selectbox[0].select("plain").run()
    assert (app.selectbox(key="model").value, app.query_params["model"]) == ("c", "c")


def test_undeclared_key_is_refused() -> None:
    with pytest.raises(KeyError):
        bound("undeclared", Vector(2))


def test_every_parameter_is_found_by_its_key() -> None:
    assert parameter("z").meaning == "the pinned point of latent space"


def far_point_script() -> None:
    import streamlit as st

    from explorer.models.fields import Range
    from explorer.ui.query_params import read, write

    longest = 30 if st.selectbox("Model", ["long", "short"]) == "long" else 10
    moment = read("moment", Range(int, 0, longest))
    write("moment", [longest if moment is None else moment])
    st.text(str(moment))


def test_what_the_page_wrote_itself_is_no_fault_of_a_link() -> None:
    app = open_script(far_point_script)
    app.selectbox[0].set_value("short").run()
    assert app.text[0].value == "None"
    assert not app.warning


def shrinking_script() -> None:
    import streamlit as st

    from explorer.models.fields import Range
    from explorer.ui.query_params import bound

    last = 30 if st.selectbox("Model", ["long", "short"]) == "long" else 10
    st.text(str(st.number_input("Sample", 0, last, 0, **bound("sample", Range(int, 0, last)))))


def test_what_a_widget_held_gives_way_without_a_word() -> None:
    app = open_script(shrinking_script, sample="22")
    assert app.text[0].value == "22"
    app.selectbox[0].set_value("short").run()
    assert app.text[0].value == "0"
    assert not app.warning
    assert not app.exception


def numbers_script() -> None:
    import streamlit as st

    from explorer.models.fields import Range
    from explorer.ui.query_params import bound

    whole, real = Range(int, 0, 9), Range(float, 0, 9)
    st.number_input("Whole", 0, 9, 0, **bound("sample", whole))
    st.number_input("Real", 0.0, 9.0, 0.0, **bound("level", real))
    st.slider("Steps", 0, 9, 0, **bound("n", whole))


@pytest.mark.parametrize("given", [["5", "1e999"], ["1e999", "5"], ["nan", "5", "9" * 400], ["5", ""]])
def test_of_a_key_that_is_said_twice_what_is_allowed_is_shown_and_the_rest_named(given: list[str]) -> None:
    app = AppTest.from_function(numbers_script)
    app.query_params.update(dict.fromkeys(("sample", "level", "n"), given))
    app.run()
    assert not app.exception
    assert [widget.value for widget in (*app.number_input, *app.slider)] == [5, 5, 5]
    assert len(app.warning) == 3 * (len(given) - 1)
    assert app.query_params["sample"] == "5"
    assert app.number_input[0].set_value(7).run().number_input[0].value == 7


ALWAYS_TRIED = ("data", "train")


@pytest.mark.parametrize(
    "slug",
    [
        pytest.param(entry.slug, marks=() if entry.slug in ALWAYS_TRIED else pytest.mark.slow)
        for entry in PAGES
        if entry.slug != "home"
    ],
)
def test_no_page_breaks_on_keys_that_are_said_twice(slug: str, open_app_page: Callable[..., AppTest]) -> None:
    keys = [declared.key for declared in SCENE if slug in declared.pages and declared.key != "view"]
    app = open_app_page(slug, **{key: ["1", "1e999"] for key in keys})
    assert not app.exception


def visit(app: AppTest, slug: str, **query: str) -> AppTest:
    """Go to a page as a link of the menu does, which sends along what the page before has bound."""
    app.switch_page(f"pages/{slug}.py")
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def test_a_link_of_a_page_brings_its_own_keys(open_app_page: Callable[..., AppTest]) -> None:
    app = visit(open_app_page("pca", view="Error"), "data", view="Random", draw="5")
    assert app.query_params == {"view": "Random", "draw": "5"}
    assert app.number_input(key="draw").value == 5


def leaving_script() -> None:
    import streamlit as st

    from explorer.ui import query_params

    st.session_state[query_params._OPEN] = st.selectbox("Page", ["latent", "data"])
    query_params.leave()
    st.text(str(st.session_state[query_params._TRAVELLING].get("ink")))


def test_a_drawing_goes_along_until_its_sheet_is_cleared() -> None:
    app = open_script(leaving_script, ink="3030c030")
    assert app.text[0].value == "['3030c030']"
    del app.query_params["ink"]
    app.selectbox[0].set_value("data").run()  # a page without a sheet
    assert app.text[0].value == "['3030c030']"
    app.selectbox[0].set_value("latent").run()
    assert app.text[0].value == "None"


def test_keys_of_no_page_leave_the_address(open_app_page: Callable[..., AppTest]) -> None:
    assert open_app_page("data", z="1,2", nonsense="1").query_params == {}


def link_script() -> None:
    from types import SimpleNamespace

    import streamlit as st

    from explorer.ui import query_params

    st.session_state[query_params._LEFT] = {"view": ["Error"], "sample": ["3"]}
    st.session_state[query_params._TRAVELLING] = {"model": ["pca"]}
    for is_step in (False, True):
        context = SimpleNamespace(query_string="view=Error&sample=4&draw=5", is_history_navigation=is_step)
        st.text(str(query_params._brought(context, "pca")))  # type: ignore[arg-type]


def test_of_what_is_sent_a_link_says_what_the_page_before_did_not_have() -> None:
    linked, step = (text.value for text in open_script(link_script).text)
    assert linked == "({'sample': ['4'], 'draw': ['5']}, {'model': ['pca']})"
    assert step == "({'view': ['Error'], 'sample': ['4'], 'draw': ['5']}, {})"


# What takes a key of the address as its first word.
SPEAK_OF_A_KEY = (
    *("bound", "read", "write", "write_text", "take_choice", "keep_choice"),
    *("choose_button", "choose_in_list", "choose_number", "slide_number"),
)


def keys_in(source: str) -> set[str]:
    """The keys that a module binds, reads or writes by name."""
    return set(re.findall(rf"\b(?:{'|'.join(SPEAK_OF_A_KEY)})\(\s*\"(\w+)\"", source))


def test_every_page_declares_the_keys_that_its_views_use() -> None:
    missing = {
        (page, key)
        for file in [*(ROOT / "explorer/ui/views").glob("*/*.py"), *(ROOT / "pages").glob("*.py")]
        for page in [file.parent.name if file.parent.name != "pages" else file.stem]
        for key in keys_in(file.read_text("utf-8"))
        if page not in parameter(key).pages
    }
    assert missing == set(), "a key leaves the address with a page that does not declare it"


def sources_of(slug: str) -> set[Path]:
    """The page's script and all that it imports of the interface, but for the list of keys itself."""
    found, waiting = set[Path](), [ROOT / f"pages/{slug}.py"]
    while waiting:
        source = waiting.pop()
        if source not in found and source.is_file() and source.name != "query_params.py":
            found.add(source)
            waiting += imported_by(source)
    return found


def imported_by(source: Path) -> list[Path]:
    imports = [node for node in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    modules = [
        name
        for node in imports
        if node.module and node.module.startswith("explorer.ui")
        for name in (node.module, *(f"{node.module}.{part.name}" for part in node.names))
    ]
    return [ROOT / f"{name.replace('.', '/')}.py" for name in modules]


def texts_in(source: str) -> set[str]:
    """Every text of a module as a pattern; what is put into an f-string may be any word."""
    nodes = [*ast.walk(ast.parse(source))]
    texts = {re.escape(node.value) for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    joined = {"".join(map(pattern_of, node.values)) for node in nodes if isinstance(node, ast.JoinedStr)}
    return texts | {pattern for pattern in joined if re.search("[a-z]", pattern.replace(r"\w+", ""))}


def pattern_of(part: ast.expr) -> str:
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+"


def without_meaning(slug: str, keys: set[str]) -> set[str]:
    """The keys that nothing of a page speaks of."""
    texts = {text for source in sources_of(slug) for text in texts_in(source.read_text("utf-8")) if len(text) < 40}
    return {key for key in keys if not any(re.fullmatch(text, key) for text in texts)}


@pytest.mark.parametrize("slug", [entry.slug for entry in PAGES])
def test_every_key_of_the_reference_means_something_to_the_pages_it_names(slug: str) -> None:
    of_form = set(spec_field_labels()) | set(LECTURE_KEYS)
    declared = {declared.key for declared in SCENE if slug in declared.pages} - of_form
    assert without_meaning(slug, declared | {"gone_key"}) == {"gone_key"}


def test_texts_of_a_module_are_patterns() -> None:
    assert texts_in('bound("a.b", f"z{part}", f"{x}{y}", 1)') == {r"a\.b", r"z\w+", "z"}


def test_keys_of_a_module_are_found() -> None:
    assert keys_in('bound("a", x) + read(\n "b", y); choose_button("c", "d"); other("e")') == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("sent", "by_history", "is_other"),
    [
        ("lecture=a&scene=2", True, True),
        ("lecture=a&scene=1", True, False),
        ("lecture=a&scene=2", False, False),
        ("lecture=a&scene=1&model=pca", True, False),
    ],
)
def test_a_step_of_a_lecture_is_told_from_any_other_run(
    sent: str, by_history: bool, is_other: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {query_params._LEFT: {"lecture": ["a"], "scene": ["1"]}}
    monkeypatch.setattr("streamlit.session_state", left)
    context: Any = SimpleNamespace(query_string=sent, is_history_navigation=by_history)
    assert query_params._is_other_scene(context) == is_other


CHOICES = {
    *("toggle", "checkbox", "segmented_control", "radio", "selectbox", "slider", "select_slider", "number_input"),
    *("text_input", "text_area", "multiselect", "pills"),
}
# What a press acts upon, where nothing is shown before it.
FORMS = (
    *("ui/lectures/", "ui/rooms/", "ui/access.py", "ui/runs/turning.py", "ui/plane/marked_samples.py", "views/room/"),
    *("views/lectures/", "views/library/", "views/train/form.py", "views/tradeoff/live.py", "views/data/own_data.py"),
    *("views/compare/kept_drawings.py", "pages/room.py"),
)
# Written into the address by hand, since the widget shows other words than it holds.
BY_HAND = {
    *("ui/sample_picker.py: pills", "ui/linked_widgets.py: pills"),
    *(
        "views/interpolate/endpoints.py: selectbox",
        "ui/models/picker.py: selectbox",
        "ui/models/picker.py: multiselect",
    ),
    *("ui/models/model_and_sampler.py: selectbox", "views/objectives/classifier.py: select_slider"),
    "ui/runs/panel.py: selectbox",
}
# A play button, the class of a file that is saved, the axis of a chart that goes on, and an aside that opens closed.
NO_SCENE = {
    *("views/posterior/panels.py: toggle", "views/latent/panels.py: selectbox", "ui/runs/panel.py: toggle"),
    "views/tradeoff/panels.py: select_slider",
}


def choices_outside_the_address() -> set[str]:
    """Each file and kind of widget whose value no key of the address holds, but for forms."""
    found = set()
    for path in [*(ROOT / "explorer" / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]:
        place = path.relative_to(ROOT).as_posix().removeprefix("explorer/").removeprefix("ui/views/")
        place = f"views/{place}" if "ui/views" in path.as_posix() else place
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            is_bound = any(keyword.arg is None for keyword in call.keywords)
            if call.func.attr in CHOICES and not is_bound and not any(part in place for part in FORMS):
                found.add(f"{place}: {call.func.attr}")
    return found


def test_the_address_holds_every_choice_of_a_picture() -> None:
    assert choices_outside_the_address() == BY_HAND | NO_SCENE
