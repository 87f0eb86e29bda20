"""Behind each picture: its formula and the source of what drew it."""

import inspect
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent

import pytest
from streamlit.testing.v1 import AppTest

from explorer.figures.theme import EPSILON, MU, SIGMA, Z
from explorer.models.objectives import total_loss
from explorer.training.descent import Descent
from explorer.ui import explain as explain_module
from explorer.ui.explain import in_concept_colours, source_of


def explained_script() -> None:
    from explorer.ui.explain import explain
    from explorer.ui.query_params import parameter

    explain(formula=[(r"\hat{x} = W z", "A linear decoder.")], code=[parameter])


def test_formula_and_source_are_shown() -> None:
    app = AppTest.from_function(explained_script).run()
    assert app.latex[0].value.strip("$\n ") == rf"\hat{{x}} = W {{\textcolor{{{Z}}}{{z}}}}"
    assert app.markdown[0].value == "A linear decoder."
    assert not app.code
    app.session_state["code_parameter"] = True
    app.run()
    assert app.code[0].value.startswith("def parameter(key: str) -> Parameter:")
    assert app.caption[0].value == "`explorer.ui.query_params`"


def test_formula_and_code_fold_out_below_and_cover_nothing() -> None:
    app = AppTest.from_function(explained_script).run()
    assert [(panel.label, panel.proto.expanded) for panel in app.expander] == [
        ("Show the formula", False),
        ("Show the code", False),
    ]
    assert not app.get("popover")


def named_script() -> None:
    from explorer.ui.explain import explain

    explain(code=["explorer.training.descent:Descent._descend", "explorer.models.objectives:total_loss"])


def test_code_that_is_named_is_shown_as_it_stands_and_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain_module, "unfolds_code", True)
    app = AppTest.from_function(named_script).run()
    assert not app.exception
    shown = [inspect.getsource(part) for part in (Descent._descend, total_loss)]
    assert [code.value for code in app.code] == [dedent(source).rstrip() for source in shown]
    assert [caption.value for caption in app.caption] == ["`explorer.training.descent`", "`explorer.models.objectives`"]
    place = "explorer.training.descent:Descent._descend"
    program = f"import sys; from explorer.ui.explain import _found; _found('{place}'); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_source_is_read_once_and_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, most, asked = list[str](), 0, list[str]()

    def read(place: str) -> tuple[str, str]:
        nonlocal most
        asked.append(place)
        reading.append(place)
        time.sleep(0.05)
        most = max(most, len(reading))
        reading.remove(place)
        return place, ""

    monkeypatch.setattr(explain_module, "_found", read)
    places = ["made.up:first", "made.up:second"] * 4
    with ThreadPoolExecutor(len(places)) as pool:
        assert list(pool.map(source_of, places)) == [(place, "") for place in places]
    assert most == 1
    assert sorted(asked) == sorted(set(places))


def bare_script() -> None:
    from explorer.ui.explain import explain

    explain(formula=[("x", "")])


def test_nothing_is_offered_that_is_not_there() -> None:
    app = AppTest.from_function(bare_script).run()
    assert not app.exception
    assert not app.code


@pytest.mark.parametrize(
    ("latex", "coloured"),
    [
        (
            r"z_k = \mu_k + \sigma_k\,\varepsilon",
            [("z", Z), (r"\mu", MU), (r"\sigma", SIGMA), (r"\varepsilon", EPSILON)],
        ),
        (r"\hat z \sim \mathcal{N}(W z, \sigma^2 I)", [("z", Z), ("z", Z)]),
        (r"\operatorname{size}(x) + \zeta", []),
    ],
)
def test_letters_of_a_formula_have_the_colours_of_their_concepts_in_figures(
    latex: str, coloured: list[tuple[str, str]]
) -> None:
    found = in_concept_colours(latex)
    assert [(letter, colour) for colour, letter in re.findall(r"\\textcolor\{(#\w+)\}\{([^}]+)\}", found)] == coloured
    assert re.sub(r"\{\\textcolor\{#\w+\}\{([^}]+)\}\}", r"\1", found) == latex
