"""The panels over K show each family's numbers and what they are to be compared with."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.analysis.code_sizes import STUDIED, CodeSizes, SizedModel
from explorer.figures.code_sizes import CUT, _raised, code_sizes_figure
from explorer.figures.theme import model_hue
from explorer.ui.views.compare.sizes import few_that_do, protocol, words

MODELS = (
    SizedModel("pca", 1, 50, 0.3, 90, None, None),
    SizedModel("pca", 32, 13, 0.95, 20, None, None),
    SizedModel("ae", 32, 6, 0.94, 70, None, None),
    SizedModel("ae", 1, 35, 0.5, 95, None, None),
    SizedModel("vae", 1, 40, 0.4, 80, 170.0, 1),
    SizedModel("vae", 32, 12, 0.96, 30, 110.0, 14),
    SizedModel("vae", 32, 14, 0.96, 33, 113.0, 16, seed=1),
)
FOUND = CodeSizes(MODELS, np.array([[60.0, 40.0, 19.0], [60.0, 40.0, 21.0]]), 0.97, 1.5)


def test_each_panel_has_its_families_and_its_reference() -> None:
    fig = code_sizes_figure(FOUND, 600)
    by_panel: dict[str, dict[str, list[float]]] = {}
    for trace in fig.data:
        if trace.mode != "text":
            by_panel.setdefault(trace.yaxis or "y", {})[trace.name] = list(trace.y)
    assert by_panel == {
        "y": {"PCA": [50, 13], "AE": [35, 6], "VAE": [40, 13], CUT: [40, 20]},
        "y2": {"VAE": [170, 111.5]},
        "y3": {"PCA": [90, 20], "AE": [95, 70], "VAE": [80, 31.5], "test images": [1.5, 1.5]},
        "y4": {"PCA": [0.3, 0.95], "AE": [0.5, 0.94], "VAE": [0.4, 0.96], "pixels themselves": [0.97, 0.97]},
    }
    cut = next(trace for trace in fig.data if trace.name == CUT)
    assert (list(cut.x), cut.line.dash, cut.line.color) == ([1, 2], "dot", model_hue("vae"))
    bound, units = (trace for trace in fig.data if trace.yaxis == "y2")
    assert (list(bound.x), bound.line.color) == ([1, 32], model_hue("vae"))
    assert (units.text, list(units.x), list(units.y), units.textposition) == (
        ("1", "14–16"),
        [1, 32],
        [170, 113],
        "top center",
    )
    assert (list(bound.error_y.array), list(bound.error_y.arrayminus)) == ([0, 1.5], [0, 1.5])
    assert {fig.layout[f"xaxis{number}"].type for number in ("", 2, 3, 4)} == {"log"}
    # Beside a chart there is no room for a title on a phone: the unit stands above it.
    assert [title.text for title in fig.layout.annotations] == [
        "Reconstruction<br>SSE per image",
        "Bound, with active units<br>−ELBO in nats",
        "Draws<br>Fréchet distance",
        "Classes among neighbours<br>5-NN accuracy",
    ]
    assert not any(axis.title.text for axis in fig.select_yaxes())
    assert fig.layout.yaxis3.type == "log"


def test_of_long_texts_side_by_side_every_second_is_a_line_higher() -> None:
    assert _raised(["1–2", "3", "15–16", "23–30", "40–41"]) == ["1–2", "3", "15–16", "23–30<br> ", "40–41"]


def test_a_family_is_named_once_in_the_legend() -> None:
    shown = [trace.name for trace in code_sizes_figure(FOUND, 600).data if trace.showlegend]
    assert sorted(shown) == sorted(["PCA", "AE", "VAE", CUT, "test images", "pixels themselves"])


def test_bars_reach_from_the_lowest_training_to_the_highest() -> None:
    more = (*MODELS, SizedModel("ae", 32, 9, 0.94, 70, None, None, seed=1))
    of_ae = next(trace for trace in code_sizes_figure(replace(FOUND, models=more), 600).data if trace.name == "AE")
    assert (list(of_ae.y), list(of_ae.error_y.array), list(of_ae.error_y.arrayminus)) == ([35, 7.5], [0, 1.5], [0, 1.5])


def test_the_finding_is_told_in_numbers() -> None:
    told = words(FOUND)
    assert (
        "From K = 1 to 32 PCA's squared error per image falls from 50.0 to 13.0, the AE's falls from 35.0 to 6.0. "
        in told
    )
    assert "The largest K has the lowest −ELBO of the VAE in nats: K = 32, 111.5 [110.0 to 113.0]." in told
    assert "VAE's 32 dimensions 14 to 16 are active; with only the 2 of highest KL its error" in told
    assert "draws is lowest at K = 32, 31.5 [30.0 to 33.0]; that of test images is 1.5." in told
    assert few_that_do(replace(FOUND, cut_sse=np.array([[60.0, 21.0, 20.0, 20.0]]))) == 1


def test_other_numbers_make_another_finding() -> None:
    others, small, wide, again = MODELS[:4], MODELS[4], *MODELS[5:]
    twice = (small, replace(small, negative_elbo_nats=168.0, seed=1))
    worse = (replace(wide, negative_elbo_nats=171.0), replace(again, negative_elbo_nats=175.0))
    told = words(replace(FOUND, models=(*others, *twice, *worse)))
    assert "K = 1, 169.0 [168.0 to 170.0]. At K = 32 it is 173.0 [171.0 to 175.0]: more dimensions cost" in told
    # One training cannot say so.
    told = words(replace(FOUND, models=(*others, small, *worse)))
    assert "lowest at K = 1, 170.0. At K = 32 it is 173.0 [171.0 to 175.0]. Of the" in told
    worse = (replace(wide, negative_elbo_nats=169.0), worse[1])
    told = words(replace(FOUND, models=(*others, *twice, *worse)))
    assert "[168.0 to 170.0], within the spread of trainings also at K = 32. At K = 32 it is 172.0 [169.0" in told
    ae = replace(MODELS[2], sse=36)
    told = words(replace(FOUND, models=(*MODELS[:2], ae, *MODELS[3:])))
    assert "the AE's rises from 35.0 to 36.0, above PCA's at K = 32." in told


@pytest.mark.parametrize("name", STUDIED)
def test_the_protocol_says_how_often_each_k_was_trained(name: str) -> None:
    assert "3 trainings at each K (seeds 0 to 2; marks are means" in protocol(name)
