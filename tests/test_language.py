"""The language of what people read: British spelling, a zero before each point, and none of the words that puzzle."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

AMERICAN = (
    *("gray", "grays", "grayscale", "color", "colors", "colored", "coloring", "neighbor", "neighbors", "center"),
    *("centers", "centered", "behavior", "analyze", "analyzed", "normalize", "normalized", "normalization", "optimize"),
    *("optimizer's", "regularize", "regularized", "visualize", "visualization", "minimize", "maximize", "summarize"),
    *("labeled", "modeled", "modeling", "traveled", "artifact", "favor", "favorite", "meter", "meters"),
)
# Sentences that readers stumbled over; each stands for its kind.
PUZZLING = (
    "pictures that are none", "oftener", "asks the code not to answer", "what doing nothing costs", "that is the way",
    "how far does a line go", "and they are two", "was told apart", "is told the class", "a hundred a",
    "is told no class", "told class", "straight way", "spherical way", "shortest way", "share of the way",
    "% of the way", "all along", "come along", "comes along", "dealt anew", "says nothing of", "hates noise",
    "a draw has no gradient", "compares with nothing", "told against seen", "measured elsewhere",
    "who waits is told", "told in one sentence", "told by the", "that it is told", "goes along to", "go along to",
    "pictures bear", "hold still beyond", "stays off", "read at 1", "places dealt out", "in sight of one", "is no pair",
    "are no pair", "that there are.", "starts so unless", "works off", "as people say", "that people say", "do not do.",
    "without any demand", "that are none in", "a k of one's own", "which is another one in each", "tells nothing of",
    "place on the way", "ways go", "such ways", "was started anew", "begins to run anew", "unless said",
    "cannot draw again", "cannot have passed", "are no answer to", "projected again and again", "likeliest code",
    "is torn", "torn, or", "thin air", "heaps of the data", "in one heap", "rotated by chance",
    "with a sample by chance", "directions by chance", "what follows the decoder", "what follows the encoder",
    "one's own", "drawn apart from", "its n costliest", "trained otherwise", "mean varies by more", "would be even use",
    "less that of", "would you hold a loss", "walks from", "walk starts", "walk ends", "the walk between",
    "departs from its null", "of the steps taken", "taken with probability", "data set at hand has such",
)  # fmt: skip
# Values of Plotly's own that look like a text.
CODE = ("top center", "bottom center")
# "bicycles an hour", "nats an image": a rate is "per".
RATE = r"\b(?:nats|bits|bytes|pixels|images|samples|pictures|bicycles|values|records|epochs|seconds|ms|s|MB) an? "
RATE += r"(?:image|images|hour|second|minute|sample|pixel|dimension|picture|step|session|side|class|run|model|epoch)\b"
# "One script a component", "30 ms a frame".
COUNTED = (
    r"(?:scripts?|objects?|folders?|modules?|pages?|products?|graphs?|faults?|lines?|columns?|rows?|draws?|records?|"
)
COUNTED += r"bits?|points|values|nats|runs|kB|MB|GB|ms|µs|s|trees|threads?|steps|codes|questions?|states?|pictures|"
COUNTED += r"process(?:es)?)"
FOR_EACH = r"(?:component|page|sample|model|unit|axis|pixel|epoch|step|frame|side|image|scene|source|coordinate|group|"
FOR_EACH += r"dimension|patch|class|session|browser|student|process|port|second|hour|minute|line|member|view|kind|"
FOR_EACH += r"picture|rerun|run|row|cell|day|question)"
# A sample of pixels is an image; a picture is what a page draws.
OF_PIXELS = r"\b(?:test|training|validation|clean|noisy|corrupted|restored|decoded|generated|held-out|blank|random|per"
OF_PIXELS += r"|blurred) pictures?\b"
EACH = rf"\b(?:[Oo]ne|[Aa]n?|\d[\d.,]*)(?: [\w-]+)? {COUNTED} an? {FOR_EACH}\b"
FAULTS = {
    "an American spelling": re.compile(rf"\b(?:{'|'.join(AMERICAN)})\b", re.IGNORECASE),
    "a point without its zero": re.compile(r"(?<![\w.\d\]}/:)’'\"])[−-]?\.\d"),
    "a rate without per": re.compile(f"{RATE}|{EACH}"),
    "an image called a picture": re.compile(OF_PIXELS, re.IGNORECASE),
    "a puzzling phrase": re.compile("|".join(map(re.escape, PUZZLING)), re.IGNORECASE),
}


def faults(text: str) -> list[str]:
    """What is wrong with a text, with the words around it."""
    return [
        f"{name}: …{text[max(0, found.start() - 25) : found.end() + 15]}…".replace("\n", " ")
        for name, pattern in FAULTS.items()
        for found in pattern.finditer(text)
    ]


def prose(markdown: str) -> str:
    """A page of documentation without its code, formulas, addresses and titles of cited works."""
    without_blocks = re.sub(r"```.*?```", "", markdown, flags=re.DOTALL)
    return re.sub(r"`[^`]*`|\]\([^)]*\)|\$[^$]*\$|<[^>]*>", "", without_blocks)


def sentences(source: str) -> Iterator[tuple[int, str]]:
    """Every text of a module that people may read: strings with a space, f-strings whole, docstrings included."""
    tree = ast.parse(source)
    inside = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inside:
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        else:
            continue
        if " " in text.strip() and "\\" not in text and text not in CODE:
            yield node.lineno, prose(text)


MODULES = [*sorted((ROOT / "explorer").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))]
SHIPPED = [*sorted((ROOT / "explorer/lectures").glob("*.yaml")), ROOT / "explorer/rooms/questions.yaml"]
NAMES = ("README", "CHANGELOG", "CONTRIBUTING")
DOCUMENTS = [*sorted((ROOT / "docs").glob("*.md")), *(ROOT / f"{name}.md" for name in NAMES), *SHIPPED]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_document_is_plain(document: Path) -> None:
    assert faults(prose(document.read_text("utf-8"))) == []


def test_texts_of_the_app_are_plain() -> None:
    found = [
        f"{module.relative_to(ROOT)}:{line} {fault}"
        for module in MODULES
        for line, text in sentences(module.read_text("utf-8"))
        for fault in faults(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        *("on gray pixels", "The Color of it", "chance is .10", "−.5 nats", "nats an image", "bicycles an hour"),
        *("oftener", "one script a component", "A row a sample", "30 ms a frame", "the straight way"),
        *("10 draws a picture", "one state a run", "the class that it is told", "places dealt out by chance"),
        *("over 500 test pictures", "6 bits per picture", "The zip is torn", "The file is torn, or none"),
        *("what follows the decoder's last layer", "a lecture of one's own", "low in thin air"),
    ],
)
def test_fault_is_found(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "grey",
        "0.1",
        "version 3.11",
        "z.npz",
        "1.5",
        "nats per image",
        "a.b",
        "e.g. 0.5",
    ],
)
def test_plain_text_is_left_alone(text: str) -> None:
    assert faults(text) == []


def test_code_and_formulas_are_no_prose() -> None:
    assert faults(prose("`color` and $.5$ and\n```python\ncolor = .5\n```\n")) == []


def test_texts_are_found_in_strings_f_strings_and_docstrings() -> None:
    source = '"""A text."""\nx = f"{y} a b"\nz = "key"\nw = "two words"'
    assert {text for _, text in sentences(source)} == {"A text.", "two words", "{} a b"}
