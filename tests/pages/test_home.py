"""The first page: useful before any click, whole when models or data are missing."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.errors import CheckpointError
from explorer.models.names import full_name
from explorer.store import list_checkpoints
from explorer.ui.models.cards import OTHER_DATA, by_data_set, one_of_each_family
from explorer.ui.page_entries import PAGES

OpenPage = Callable[..., AppTest]


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.title, *app.subheader, *app.markdown, *app.caption))


def test_every_page_is_linked(open_app_page: OpenPage) -> None:
    app = open_app_page()
    assert not app.exception
    links = [link.proto.label for link in app.get("page_link")]
    assert [entry.title for entry in PAGES if entry.slug != "home" and entry.title not in links] == []


def test_models_have_pictures_and_errors_and_the_rest_unfolds(open_app_page: OpenPage) -> None:
    app = open_app_page()
    groups = by_data_set(list_checkpoints()).values()
    families = [{info.run.model.family for info in group} for group in groups]
    assert len(app.get("image")) == sum(map(len, families)) > 0
    app.session_state["more_MNIST"] = True
    app.run()
    infos = next(iter(groups))
    links = [link.proto.label for link in app.get("page_link")]
    assert {f"**{full_name(info.run.model)}**" for info in infos} <= set(links)
    assert all(info.name in texts(app) for info in infos)
    assert all(f"test MSE {info.metrics['mse']:.4f}" in texts(app) for info in infos)


def test_device_and_data_sets_are_named(open_app_page: OpenPage) -> None:
    shown = texts(open_app_page())
    assert "CPU" in shown or "CUDA" in shown
    assert all(title in shown for title in ("MNIST", "Fashion-MNIST", "KMNIST", "Digits 8 × 8"))


def test_without_models_it_says_what_to_do(
    open_app_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "none"))
    app = open_app_page()
    assert not app.exception
    assert "Train one" in app.info[0].value


def test_broken_model_is_named_and_the_others_are_shown(
    open_app_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clear_caches: None
) -> None:
    shutil.copytree("checkpoints/digits-pca", tmp_path / "whole")
    shutil.copytree("checkpoints/digits-pca", tmp_path / "torn")
    (tmp_path / "torn" / "spec.json").write_text("{")
    shutil.copytree("checkpoints/digits-pca", tmp_path / "halved")
    (tmp_path / "halved" / "codes.npz").write_bytes(b"PK")
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    app = open_app_page()
    assert not app.exception
    assert len(app.get("image")) == 1
    assert ["**halved**" in app.warning[0].value, "**torn**" in app.warning[1].value] == [True, True]


def test_error_of_the_explorer_is_one_sentence_in_place(
    open_app_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(version: str) -> None:
        raise CheckpointError("The folder of the models cannot be read; look at its permissions.")

    monkeypatch.setattr("explorer.ui.models.at_hand._entries", fail)
    app = open_app_page()
    assert not app.exception
    assert [error.value for error in app.error] == ["The folder of the models cannot be read; look at its permissions."]


def test_models_stand_in_the_order_of_a_lecture() -> None:
    lecture = ["pca", "ppca", "linear-ae-2d", "ae-2d", "ae-16d", "vae-2d", "vae-16d", "vae-20d"]
    names = [info.name for info in by_data_set(list_checkpoints())["MNIST"]]
    assert [name for name in names if name in lecture] == lecture


def test_one_of_each_family_comes_first_the_plain_and_small_ones() -> None:
    group = by_data_set(list_checkpoints())["MNIST"]
    firsts, rest = one_of_each_family(group)
    assert [info.name for info in firsts] == [
        *("pca", "ppca", "linear-ae-2d", "ae-2d", "conv-ae-8d", "vae-2d", "conv-vae-2d", "cvae-2d", "gmvae-10d")
    ]
    assert sorted([*firsts, *rest], key=group.index) == group


def test_model_of_an_unknown_data_set_stands_apart() -> None:
    info = list_checkpoints()[0]
    foreign = replace(info, run=replace(info.run, dataset="my own"))
    assert by_data_set([foreign]) == {OTHER_DATA: [foreign]}
