"""Every link of the table of concepts in docs/lectures.md opens the view and the part that it names."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.lectures import Scene
from explorer.ui import results
from tests.conftest import app_page
from tests.lectures.test_addresses import IN_TABLE

ADDRESSES = sorted(set(IN_TABLE))
# What the plane itself reads from the link, in the browser.
OF_CANVAS = {"canvas"}


@pytest.fixture(scope="module")
def store() -> results.Store:
    """Results that these links share."""
    return results.Store()


@pytest.fixture(autouse=True)
def shared_results(store: results.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that another test left is shown."""
    monkeypatch.setattr(results, "_store", store)


def faults(address: str) -> list[str]:
    """What a link does not show of what it asks for; controls that a page lacks count where it does not say why."""
    scene = Scene("", address)
    app = app_page(scene.page, **{key: _query(texts) for key, texts in scene.query.items()}).run()
    said = [one.value for one in (*app.exception, *app.error, *app.warning)]
    if app.info:
        return said
    asked = {key: texts for key, texts in scene.query.items() if key not in OF_CANVAS}
    return [*said, *(f"{key}: {_chosen(app, key)}" for key, texts in asked.items() if _chosen(app, key) != texts)]


def _query(texts: list[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else texts


def _chosen(app: AppTest, key: str) -> list[str]:
    """What a control is set to, as its link would say it."""
    value = app.session_state.get(key, None)
    return [f"{one:g}" if isinstance(one, float) else str(one) for one in np.atleast_1d(np.asarray(value, object))]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_link_opens_what_it_names(address: str) -> None:
    assert faults(address) == []


@pytest.mark.slow
@pytest.mark.mnist
@pytest.mark.fremont
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_link_opens_what_it_names_with_data(address: str) -> None:
    assert faults(address) == []


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("data?view=Dimensions&part=Nothing", "The link says `part=Nothing`"),
        ("data?view=Dimensions&rank=7", "rank: ['None']"),
    ],
)
def test_what_a_page_does_not_show_is_found(address: str, fault: str) -> None:
    assert any(one.startswith(fault) for one in faults(address))
