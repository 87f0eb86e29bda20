"""Every view shows what it showed: labels, options, defaults, limits, texts, and the data of figures and components.

The other tests of this folder say what a page must show; this one notices whatever else changes. Where a change is
meant, `python -m tests.pages.shown` writes the views anew, and their difference is part of the change.
"""

import pytest

from explorer.ui import results
from explorer.ui.page_entries import PAGES
from tests.figures.drawn import Leaf
from tests.pages.shown import (
    FOLDER,
    Shown,
    differences,
    has_other_words,
    is_other,
    kept,
    on_a_quiet_core,
    open_link,
    opening_of,
    other_choices,
    with_code,
    without,
)

SLUGS = [entry.slug for entry in PAGES]
# The search for a shortest path ends in another valley on another processor; `tests/analysis` tests the path itself.
OF_PROCESSOR = {("interpolate", "view=Geometry")}
LINKS = [(slug, query) for slug in SLUGS for query in kept(slug)]


@pytest.fixture(scope="module")
def store() -> results.Store:
    """Results that these tests share; a link measures nothing on demand."""
    return results.Store()


@pytest.fixture(autouse=True)
def nothing_measured(store: results.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another test measured on demand would be shown at once."""
    monkeypatch.setattr(results, "_store", store)
    on_a_quiet_core(monkeypatch)
    with_code(monkeypatch)


@pytest.mark.parametrize(("slug", "query"), LINKS)
def test_link_shows_what_it_showed(slug: str, query: str) -> None:
    now, opening = open_link(slug, query), opening_of(query)
    differs = has_other_words if (slug, query) in OF_PROCESSOR else is_other
    assert differences(kept(slug)[query], now if query == opening else without(now, kept(slug)[opening]), differs) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_every_choice_that_is_offered_can_be_linked(slug: str) -> None:
    texts = [str(said.get("body")) for shows in kept(slug).values() for _, said in shows]
    assert [text for text in texts if text.startswith("The link says")] == []


# What a newcomer reads first under the pictures of a view, where other numbers would make another sentence.
FIRST_SAYS = {
    ("applications", ""): "**digits-dae-32d, K = 32** comes closest to the clean images, before PCA, best K",
    ("applications", "view=Anomalies"): "is shown to tell class 0 from the rest better than the other: the AUCs",
    ("compare", "view=One+K"): "Over the whole test split the AE is best",
    ("elbo", "view=Priors"): "It helps with K = 8",
    ("generate", "view=Why+generative"): "log p(x) tells every kind from test images better than p(y|x) does.",
    ("holes", ""): "**ae-2d with one Gaussian**: the path leaves the data;",
    ("interpolate", "view=Attributes"): "the arithmetic leads to the class that was added.",
    (
        "interpolate",
        "view=Between+two+draws",
    ): "in the middle the straight path is nearer to 0 than they are, the spherical",
    ("interpolate", "view=Geometry"): "The geodesic saves",
    ("objectives", ""): "denoising AE (K = 32) restores best",
    ("objectives", "view=Classifier"): "the 5-NN accuracy rises by",
    ("objectives", "view=Codebook"): "Compared with the AE a codebook is better with",
    ("objectives", "view=Contractive"): "times smaller here, with 3 % more reconstruction error.",
    ("posterior", "view=Reparameterisation"): "the variance by the score function is 4.5 times as large.",
    ("tradeoff", ""): "At each step of β the rate falls and the reconstruction gets worse",
    ("tradeoff", "view=Decoders"): "Where the decoder also reads the pixels before its own, the KL falls",
    ("tradeoff", "view=KL+parts"): "It helps where dimensions should be independent",
    ("tradeoff", "view=Replay&part=Prior+draws"): "The Fréchet distance of the draws falls from",
}


@pytest.mark.parametrize(("slug", "query"), FIRST_SAYS)
def test_the_first_picture_makes_the_point_of_its_view(slug: str, query: str) -> None:
    bodies = [str(said.get("body")) for _, said in kept(slug)[query]]
    assert any(FIRST_SAYS[slug, query] in body for body in bodies)


def test_every_file_belongs_to_a_page() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(SLUGS)


@pytest.mark.parametrize(
    ("before", "now", "is_changed"),
    [
        ("0.0252 of 12", "0.0253 of 12", False),
        ("0.0252 of 12", "0.0252 of 13", True),
        ("0.0252 of 12", "0.0292 of 12", True),
        ("β = −1", "β = 1", True),
        ("12.3 % of 1.2", "12.4 % of 1.21", False),
        ("12.3 % of 1.2", "12.31 % of 1.2", True),
        ("97.8 % [93.2, 99.1]", "98.8 % [94.1, 100.1]", True),
        ("a gap of 5.3e-10", "a gap of 8.1e-10", False),
        (1.0, 1.00001, False),
        ("1", None, True),
        ([[9], 3.0, -3.0, 1e-5, -2.0], [[9], 3.0, -3.0, 2e-5, -2.0], False),
        ([[9], 3.0, -3.0, 1e-5, -2.0], [[9], 3.0, -3.0, 1e-5, -2.1], True),
        ([[9], 3.0, -3.0, 1e-5, -2.0], [[8], 3.0, -3.0, 1e-5, -2.0], True),
        ([[9], -1e-8, 2e-8, 3e-8, 2e-8], [[9], -2e-8, 1e-8, 4e-8, 2e-8], False),
        ([[9], -1e-5, 2e-5, 3e-5, 2e-5], [[9], -2e-5, 1e-5, 4e-5, 2e-5], True),
    ],
)
def test_rounding_in_a_text_is_told_from_a_difference(before: Leaf, now: Leaf, is_changed: bool) -> None:
    assert is_other(before, now) == is_changed


@pytest.mark.parametrize(
    ("before", "now", "is_changed"),
    [
        ("It saves 14 % of 1,522", "It saves 13 % of 986.5", False),
        ("It saves 14 %", "It saves less than 1 %", True),
        ([[61], 0, 1, 2, 3], [[61], 9, 9, 9, 9], False),
        ([[61], 0, 1, 2, 3], [[60], 0, 1, 2, 3], True),
        ([1.0, 2.0], [1.0], True),
        (1.0, 2.0, False),
        (1.0, None, True),
    ],
)
def test_of_what_each_processor_finds_otherwise_the_words_are_compared(
    before: Leaf, now: Leaf, is_changed: bool
) -> None:
    assert has_other_words(before, now) == is_changed


SLIDER: Shown = ("slider", {"label": "k", "max": 9})


@pytest.mark.parametrize(
    "now",
    [
        [],
        [SLIDER, SLIDER],
        [("slider", {"label": "k", "max": 10})],
        [("slider", {"label": "k"})],
        [("button", {"label": "k", "max": 9})],
    ],
)
def test_an_element_that_came_went_or_changed_is_told(now: list[Shown]) -> None:
    assert differences([SLIDER], [SLIDER]) == []
    assert differences([SLIDER], now)


def test_every_control_has_each_of_its_first_choices_once() -> None:
    shows: list[Shown] = [
        ("button_group", {"queryParamKey": "count", "options": ["10", "15", "24"], "default": [1]}),
        ("slider", {"queryParamKey": "k", "default": [4.0], "step": 1.0, "max": 4.0}),
        ("selectbox", {"queryParamKey": "data", "options": ["digits", "mnist"], "default": 0}),
        ("slider", {"default": [4.0], "step": 1.0, "max": 9.0}),
    ]
    links = ["view=Error&count=24&k=3", "view=Error&count=10&k=4"]
    assert list(other_choices("pca", "view=Error", shows)) == links
    assert opening_of(links[0]) == "view=Error"


def test_of_a_view_with_other_choices_only_the_difference_is_kept() -> None:
    other: Shown = ("slider", {"label": "k", "max": 3})
    assert without([SLIDER, other], [SLIDER]) == [other]
