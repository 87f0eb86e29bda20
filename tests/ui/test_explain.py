"""Behind each picture: its formula and the source of what drew it."""

from streamlit.testing.v1 import AppTest


def explained_script() -> None:
    from explorer.ui.explain import explain
    from explorer.ui.query_params import parameter

    explain(formula=[(r"\hat{x} = W z", "A linear decoder.")], code=[parameter])


def test_formula_and_source_are_shown() -> None:
    app = AppTest.from_function(explained_script).run()
    assert app.latex[0].value.strip("$\n ") == r"\hat{x} = W z"
    assert app.markdown[0].value == "A linear decoder."
    assert app.code[0].value.startswith("def parameter(key: str) -> Parameter:")
    assert app.caption[0].value == "`explorer.ui.query_params`"


def test_formula_and_code_fold_out_below_and_cover_nothing() -> None:
    app = AppTest.from_function(explained_script).run()
    assert [(panel.label, panel.proto.expanded) for panel in app.expander] == [
        ("Show the formula", False),
        ("Show the code", False),
    ]
    assert not app.get("popover")


def bare_script() -> None:
    from explorer.ui.explain import explain

    explain(formula=[("x", "")])


def test_nothing_is_offered_that_is_not_there() -> None:
    app = AppTest.from_function(bare_script).run()
    assert not app.exception
    assert not app.code
