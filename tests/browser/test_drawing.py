"""A drawing in a real Chromium: what models make of it follows the pen, and the server's sentences come after it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.saved_pictures import expect_saved

pytestmark = pytest.mark.browser


def begin_stroke(page: Page) -> None:
    """A bar across the sheet, with the pen still down."""
    sheet = page.locator(".drawing-pad .sheet")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.3 * box["height"], steps=4)


def texts(found: Locator) -> list[str]:
    return [str(text) for text in found.all_inner_texts()]


def test_codes_and_reconstructions_follow_the_pen_in_every_model(page: Page, server: str) -> None:
    page.goto(f"{server}/compare?view=Draw")
    notes = page.locator(".drawn-code[data-state=ready] .note")
    expect(notes).to_have_count(3)
    expect(notes.last).to_have_text(re.compile(r"^Squared error \d+\.\d over 64 pixels$"))
    before = texts(notes)
    begin_stroke(page)
    for note, old in zip(notes.all(), before, strict=True):
        expect(note).not_to_have_text(old)
    assert "ink=" not in page.url
    live = texts(notes)
    page.mouse.up()
    page.wait_for_url(re.compile("ink="))
    # The server's own numbers are of the same drawing, with weights in full precision.
    for text in live:
        near = numbers_near(float(text.split()[2]))
        expect(page.get_by_text(re.compile(rf"Error ({near})")).first).to_be_visible()


def numbers_near(error: float) -> str:
    """A pattern of the numbers with one decimal that lie within 0.2 of an error."""
    return "|".join(f"{error + tenths / 10:.1f}" for tenths in (-2, -1, 0, 1, 2))


def test_the_posterior_of_a_drawing_follows_the_pen(page: Page, server: str) -> None:
    page.goto(f"{server}/posterior?follow=drawing")
    mean = page.locator(".machine[data-state=ready] output.mu")
    expect(mean).to_have_text(re.compile("^μ = "))
    before = mean.inner_text()
    begin_stroke(page)
    expect(mean).not_to_have_text(before)
    live = mean.inner_text()
    page.mouse.up()
    page.wait_for_url(re.compile("ink="))
    expect(mean).to_have_text(live)


def test_the_code_of_a_drawing_follows_the_pen_in_the_chosen_plane(page: Page, server: str) -> None:
    page.goto(f"{server}/latent?model=digits-vae-2d&follow=drawing")
    note = page.locator(".drawn-code[data-state=ready] .note")
    expect(note).to_have_text(re.compile(r"^Squared error \d+\.\d over 64 pixels$"))
    before = note.inner_text()
    begin_stroke(page)
    expect(note).not_to_have_text(before)
    live = float(note.inner_text().split()[2])
    page.mouse.up()
    page.wait_for_url(re.compile("ink="))
    expect_saved(page.locator(".drawn-code"), says="Squared error", shapes=12)
    said = page.get_by_text(re.compile(r"over the 64 pixels of this image: \d")).first
    expect(said).to_contain_text(re.compile(rf"this image: ({numbers_near(live)})"))


@pytest.mark.parametrize("query", ["view=Search&follow=drawing", "view=Anomalies&foreign=A+drawing"])
def test_applications_reconstruct_while_the_pen_moves(page: Page, server: str, query: str) -> None:
    page.goto(f"{server}/applications?model=digits-ae-8d&{query}")
    errors = page.locator(".drawn-reconstructions[data-state=ready] .error")
    expect(errors).to_have_count(2)
    expect(errors.last).to_have_text(re.compile(r"^error \d"))
    before = texts(errors)
    begin_stroke(page)
    for error, old in zip(errors.all(), before, strict=True):
        expect(error).not_to_have_text(old)
    assert "ink=" not in page.url
    page.mouse.up()
    expect_saved(page.locator(".drawn-reconstructions"), says="error")
    page.wait_for_url(re.compile("ink="))
