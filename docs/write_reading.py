"""Writes docs/reading.md, ten functions in reading order, printed from the source: `make docs`."""

import inspect
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[1]
READING = Path(__file__).parent / "reading.md"
INTRODUCTION = """# Ten functions, in reading order

From the terms of the ELBO to the decoder in the browser, a slide each. `make docs` prints this page from the source, so
that it is never out of date.
"""


@dataclass(frozen=True)
class Chapter:
    """One function of the tour; source: module:name, or a script's path:name; text: what to look for."""

    title: str
    source: str
    text: str


CHAPTERS = (
    Chapter(
        "The rate: KL against the prior",
        "explorer.models.objectives:gaussian_kl_nats",
        "One number in nats for each dimension of each code. It is 0 where the posterior is the prior.",
    ),
    Chapter(
        "The distortion: what a Bernoulli decoder pays",
        "explorer.models.objectives:bernoulli_nll_nats",
        "A sum over pixels and no mean: otherwise the KL term outweighs it several hundred times.",
    ),
    Chapter(
        "The draw that lets the gradient pass",
        "explorer.models.objectives:reparameterise",
        "The noise comes from outside, so the mean and the variance are ordinary inputs of a product and a sum.",
    ),
    Chapter(
        "All terms of one batch",
        "explorer.models.autoencoder:loss_terms",
        "Every family passes here. A variant that differs by one term is one line.",
    ),
    Chapter(
        "One number to descend",
        "explorer.models.objectives:total_loss",
        "The only place where terms are weighted and added; β and λ meet the loss here.",
    ),
    Chapter(
        "A training is a generator",
        "explorer.training.loop:train",
        "Who drains it decides what to do with a record. To stop is not to ask for the next.",
    ),
    Chapter(
        "PCA in closed form",
        "explorer.models.pca:fit_pca",
        "The eigenvectors of the covariance. The linear autoencoder finds the same subspace by descent.",
    ),
    Chapter(
        "A tighter bound",
        "explorer.analysis.likelihood:iwae_nats",
        "Draws from the encoder, weighted by how well they explain the sample; with one draw it is the ELBO.",
    ),
    Chapter(
        "A decoder without its framework",
        "explorer.models.layers:apply_layers",
        "A trained decoder is a list of plain layers, which NumPy and the browser evaluate alike.",
    ),
    Chapter(
        "The decoder under the pointer",
        "explorer/ui/components/shared/decoder.js:buildDecoder",
        "The same list in JavaScript: it runs at every movement of the pointer.",
    ),
)


def source_of(address: str) -> tuple[str, str]:
    """The language and the text of a function, given as module:name or as script:name; raises LookupError."""
    place, name = address.split(":")
    if not place.endswith(".js"):
        return "python", dedent(inspect.getsource(inspect.unwrap(getattr(import_module(place), name))))
    script = (ROOT / place).read_text("utf-8")
    found = re.search(rf"^(?:export )?function {name}\(.*?^}}\n", script, re.DOTALL | re.MULTILINE)
    if found is None:
        raise LookupError(f"{place} has no function {name}")
    return "js", found[0]


def reading() -> str:
    """The whole page as Markdown."""
    parts = [INTRODUCTION]
    for number, chapter in enumerate(CHAPTERS, 1):
        language, source = source_of(chapter.source)
        place = chapter.source.split(":")[0]
        parts.append(f"## {number}. {chapter.title}\n\n{chapter.text}\n\n`{place}`\n\n```{language}\n{source}```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    READING.write_text(reading(), encoding="utf-8")
