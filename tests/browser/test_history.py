"""The address is the scene: Back, Forward and a copied link restore it, and a page's keys leave with the page."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from explorer.ui.page_entries import page_entry
from tests.browser.conftest import OpenPage, Profile
from tests.browser.menu import press_in_menu

pytestmark = pytest.mark.browser
SCENES = {
    "home": "",
    "data": "view=Random&draw=7",
    "pca": "view=Error",
    "manifold": "view=Layer+by+layer&shape=circles",
    "latent": "model=digits-vae-2d&z=0.5,-1",
    "objectives": "view=Sparse",
    "holes": "left=digits-ae-2d&right=digits-vae-2d&layer=distance+to+codes",
    "generate": "view=Toy+data&gaussians=5",
    "posterior": "model=digits-vae-2d&view=All+together",
    "elbo": "view=Derivations&sample=2&lines=3",
    "tradeoff": "view=Replay&moment=5",
    "interpolate": "model=digits-vae-2d&n=5",
    "train": "family=cvae&beta=2.5&hidden=32-16&seed=3",
    "compare": "models=digits-ae-2d&models=digits-vae-2d&models=digits-pca",
    "applications": "model=digits-vae-2d&view=Search",
    "library": "",
}
# A pin and a form. What a link of the others restores is tested in tests/pages, of planes side by side in
# test_compare.py, and that a view is an entry and its number is none below.
KINDS = ("latent", "train")
# What the controls of a page say, without what is measured or counted beside them.
CONTROLS = """() => [
  ...[...document.querySelectorAll("[data-testid=stMain] :is(input, textarea)")]
    .filter(el => el.type !== "file").map(el => el.type === "checkbox" ? el.checked : el.value),
  ...[...document.querySelectorAll("[data-testid=stBaseButton-segmented_controlActive]")].map(el => el.innerText),
  ...[...document.querySelectorAll("[data-testid=stMultiSelectTagLabel], [data-baseweb=tag]")].map(el => el.innerText),
]"""
IS_STILL = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]")"""


@pytest.fixture
def page(profile: Profile) -> Iterator[Page]:
    """A page without a history; pictures of a page that is left half loaded are asked for in vain."""
    yield profile.context.new_page()
    profile.problems.clear()


def settle(page: Page, slug: str) -> None:
    """Wait until a page has come to rest."""
    expect(page.get_by_role("heading", name=page_entry(slug).title, exact=True, level=1)).to_be_visible()
    page.wait_for_function(IS_STILL)
    page.wait_for_timeout(300)
    page.wait_for_function(IS_STILL)


def choose(page: Page, slug: str) -> None:
    """Go to a page by the menu."""
    press_in_menu(page, page_entry(slug))
    settle(page, slug)


def scene(page: Page) -> tuple[str, dict[str, list[str]], list[object]]:
    """Where a page is, what its address holds and what its controls say."""
    parts = urlsplit(page.url)
    return parts.path, parse_qs(parts.query), page.evaluate(CONTROLS)


@pytest.mark.parametrize("slug", [pytest.param(s, marks=() if s in KINDS else pytest.mark.slow) for s in SCENES])
def test_back_forward_and_a_copied_link_restore_the_scene(
    server: str, page: Page, elsewhere: OpenPage, slug: str
) -> None:
    # From a page with views to another one with views, else to the page that costs least.
    other = "room" if "view=" not in SCENES[slug] else "manifold" if slug == "data" else "data"
    page.goto(f"{server}/{'' if slug == 'home' else slug}?{SCENES[slug]}".rstrip("?"))
    settle(page, slug)
    link, before, entries = page.url, scene(page), page.evaluate("history.length")
    assert parse_qs(SCENES[slug]).items() <= before[1].items()
    choose(page, other)
    meanwhile = scene(page)
    assert page.evaluate("history.length") == entries + 1
    assert set(meanwhile[1]) <= {"data"}
    page.go_back()
    settle(page, slug)
    assert scene(page) == before
    page.go_forward()
    settle(page, other)
    assert scene(page) == meanwhile
    stranger = elsewhere()
    stranger.goto(link)
    settle(stranger, slug)
    assert scene(stranger) == before


def test_the_model_goes_along_and_the_rest_stays(server: str, page: Page) -> None:
    page.goto(f"{server}/latent?model=digits-vae-2d&z=0.5,-1")
    settle(page, "latent")
    choose(page, "posterior")
    assert scene(page)[1] == {"model": ["digits-vae-2d"]}
    expect(page.get_by_role("combobox", name="Model")).to_have_value("digits · VAE, 2 dimensions · digits-vae-2d")
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="mnist · VAE, 2 dimensions · vae-2d", exact=True).click()
    settle(page, "posterior")
    choose(page, "library")
    choose(page, "latent")
    assert scene(page)[1] == {"model": ["vae-2d"]}


def test_a_model_that_does_not_suit_the_next_page_is_left_behind_without_a_word(server: str, page: Page) -> None:
    page.goto(f"{server}/latent?model=digits-pca")
    settle(page, "latent")
    choose(page, "posterior")
    assert scene(page)[1] == {}
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_a_view_is_an_entry_and_a_number_is_none(server: str, page: Page) -> None:
    page.goto(f"{server}/data?view=Random")
    settle(page, "data")
    entries = page.evaluate("history.length")
    seed = page.get_by_role("spinbutton")
    seed.fill("7")
    seed.press("Enter")
    expect(page).to_have_url(re.compile("draw=7"))
    assert page.evaluate("history.length") == entries
    page.get_by_role("radio", name="Dimensions").or_(page.get_by_role("button", name="Dimensions")).click()
    expect(page).to_have_url(re.compile("view=Dimensions"))
    settle(page, "data")
    assert page.evaluate("history.length") == entries + 1
    page.go_back()
    expect(page).to_have_url(re.compile("view=Random"))
    settle(page, "data")
    expect(seed).to_have_value("7")
    page.go_forward()
    expect(page).to_have_url(re.compile("view=Dimensions"))


# On a cold server: test_deep_link.py.
def test_a_former_slug_leads_on_and_leaves_no_entry(server: str, page: Page) -> None:
    page.goto("about:blank")
    entries = page.evaluate("history.length")
    page.goto(f"{server}/walk?model=digits-vae-2d&n=5")
    settle(page, "interpolate")
    assert scene(page)[:2] == ("/interpolate", {"model": ["digits-vae-2d"], "n": ["5"]})
    expect(page.get_by_role("combobox", name="Model")).to_have_value("digits · VAE, 2 dimensions · digits-vae-2d")
    assert page.evaluate("history.length") == entries + 1
