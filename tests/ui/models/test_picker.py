"""Pickers show what people say and keep the folder's name in the link."""

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.store import list_checkpoints
from explorer.ui.models.picker import ModelNames, shown_names
from tests.conftest import ROOT


def picker_script() -> None:
    import streamlit as st

    from explorer.ui.models.at_hand import usable_models
    from explorer.ui.models.picker import choose_model

    st.text(choose_model(usable_models(), default="vae-2d").name)


def pickers_script() -> None:
    import streamlit as st

    from explorer.ui.models.at_hand import usable_models
    from explorer.ui.models.picker import choose_models

    chosen = choose_models(usable_models(), "models", ["ae-2d"], most=3, on_change=lambda: None)
    st.text(",".join(info.name for info in chosen))


def open_script(script: Callable[[], None], **query: str | list[str]) -> AppTest:
    app = AppTest.from_function(script, default_timeout=30)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def address(app: AppTest) -> dict[str, list[str]]:
    """What the link holds; a test's own entries are plain texts, those of the app are lists."""
    return {key: [texts] if isinstance(texts, str) else texts for key, texts in app.query_params.items()}


@pytest.mark.parametrize("text", ["vae-16d", "mnist · VAE, 16 dimensions · vae-16d"])
def test_link_may_hold_the_folder_s_name_or_what_is_shown(text: str) -> None:
    app = open_script(picker_script, model=text)
    assert app.text[0].value == "vae-16d"
    assert address(app) == {"model": ["vae-16d"]}


def test_link_gets_the_folder_s_name_and_no_default() -> None:
    app = open_script(picker_script)
    assert (app.text[0].value, address(app)) == ("vae-2d", {})
    assert "mnist · PCA, 2 dimensions · pca" in app.selectbox[0].options
    app.selectbox[0].set_value("pca").run()
    assert (app.text[0].value, address(app)) == ("pca", {"model": ["pca"]})
    app.selectbox[0].set_value("vae-2d").run()
    assert address(app) == {}


def test_what_is_chosen_is_the_default_of_a_browser_that_has_not_drawn_the_picker_yet() -> None:
    one = open_script(picker_script, model="vae-16d").selectbox[0]
    assert one.options[one.proto.default] == "mnist · VAE, 16 dimensions · vae-16d"
    several = open_script(pickers_script, models=["vae-2d", "pca"]).multiselect[0]
    assert [several.options[at].rsplit(" ", 1)[1] for at in several.proto.default] == ["vae-2d", "pca"]


def test_an_address_that_changed_meanwhile_is_obeyed() -> None:
    app = open_script(picker_script, model="pca")
    app.selectbox[0].set_value("ae-2d").run()
    app.query_params["model"] = "pca"
    assert app.run().text[0].value == "pca"
    del app.query_params["model"]
    assert app.run().text[0].value == "vae-2d"


def test_unknown_model_is_named_and_the_default_shown() -> None:
    app = open_script(picker_script, model="gone")
    assert app.text[0].value == "vae-2d"
    assert "The link says `model=gone`, but the model's name in the library must be" in app.warning[0].value
    assert not app.run().warning


def test_a_model_that_was_deleted_meanwhile_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    for name in ("digits-vae-2d", "digits-ae-2d"):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    one, several = open_script(picker_script), open_script(pickers_script, models=["digits-ae-2d", "digits-vae-2d"])
    one.selectbox[0].set_value("digits-vae-2d").run()
    shutil.rmtree(tmp_path / "digits-vae-2d")
    sentence = "The model `digits-vae-2d` was deleted or renamed; the page goes on without it."
    assert [warning.value for warning in one.run().warning] == [sentence]
    assert one.text[0].value == "digits-ae-2d"
    assert [warning.value for warning in several.run().warning] == [sentence]
    assert not one.run().warning


def test_several_models_stand_in_the_link_in_the_order_of_their_choice() -> None:
    app = open_script(pickers_script, models=["vae-2d", "pca"])
    assert app.text[0].value == "vae-2d,pca"
    app.multiselect[0].set_value(["pca", "ae-2d"]).run()
    assert address(app) == {"models": ["pca", "ae-2d"]}


def test_models_are_grouped_by_data_set_then_by_family() -> None:
    infos = {info.name: info for info in list_checkpoints()}
    names = list(shown_names(infos))
    assert names.index("pca") < names.index("ae-2d") < names.index("vae-2d") < names.index("digits-pca")
    families = [infos[name].run.model.family for name in names if infos[name].run.dataset == "mnist"]
    assert len(set(families)) == 1 + sum(a != b for a, b in pairwise(families))


def test_models_say_of_which_data_set_they_are_where_there_are_several() -> None:
    infos = {info.name: info for info in list_checkpoints()}
    shown = shown_names(infos)
    assert all(text.startswith(f"{infos[name].run.dataset} · ") for name, text in shown.items())
    of_digits = shown_names({name: info for name, info in infos.items() if info.run.dataset == "digits"})
    assert of_digits["digits-vae-2d"] == "VAE, 2 dimensions · digits-vae-2d"


def test_what_is_no_model_is_refused() -> None:
    names = ModelNames({"pca": "PCA · pca"})
    with pytest.raises(ValueError):  # noqa: PT011 - it carries no words; the link's sentence has them
        names.parse("PCA")
