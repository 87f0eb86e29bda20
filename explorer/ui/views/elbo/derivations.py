"""The two ways of the lectures from log p(x) to the evidence lower bound, line by line."""

from dataclasses import dataclass

from explorer.figures.elbo import BARS, ELBO_BAR, EVIDENCE_BAR, GAP_BAR


@dataclass(frozen=True)
class Line:
    """One line of a derivation: LaTeX, why it holds, and the bars that it speaks of."""

    latex: str
    reason: str
    lit: tuple[str, ...]


JENSEN, EXACT = "By Jensen's inequality", "Exactly, with the gap"
DERIVATIONS: dict[str, tuple[Line, ...]] = {
    JENSEN: (
        Line(
            r"\log p(x) = \log \int p(x, z)\, dz",
            "Any z may have produced x, so p(x) is the joint density integrated over z.",
            (EVIDENCE_BAR,),
        ),
        Line(
            r"= \log \mathbb{E}_{q(z|x)}\left[\frac{p(x, z)}{q(z|x)}\right]",
            "Multiplied and divided by any density q(z|x) that is positive where p(x, z) is, the integral is a mean.",
            (EVIDENCE_BAR,),
        ),
        Line(
            r"\ge \mathbb{E}_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right] = \mathrm{ELBO}",
            "The logarithm is concave: the log of a mean is at least the mean of the logs. This derivation does not "
            "say by how much.",
            (EVIDENCE_BAR, ELBO_BAR),
        ),
        Line(
            r"= \mathbb{E}_{q(z|x)}[\log p(x|z)] - \mathrm{KL}\bigl(q(z|x) \,\|\, p(z)\bigr)",
            "With p(x, z) = p(x|z) p(z) these are the two terms that a VAE is trained on.",
            (ELBO_BAR,),
        ),
    ),
    EXACT: (
        Line(
            r"\log p(x) = \mathbb{E}_{q(z|x)}[\log p(x)]",
            "log p(x) does not depend on z, so a mean over z changes nothing.",
            (EVIDENCE_BAR,),
        ),
        Line(
            r"= \mathbb{E}_{q(z|x)}\left[\log \frac{p(x, z)}{p(z|x)}\right]",
            "By the definition of the posterior, p(x, z) = p(z|x) p(x).",
            (EVIDENCE_BAR,),
        ),
        Line(
            r"= \mathbb{E}_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right] + "
            r"\mathbb{E}_{q(z|x)}\left[\log \frac{q(z|x)}{p(z|x)}\right]",
            "Multiplied and divided by q(z|x), the logarithm falls into two parts.",
            BARS,
        ),
        Line(
            r"= \mathrm{ELBO} + \mathrm{KL}\bigl(q(z|x) \,\|\, p(z|x)\bigr)",
            "The gap is a KL divergence: at least 0, and 0 only where q is the true posterior. What raises the ELBO "
            "either raises log p(x) or brings q nearer to p(z|x).",
            (ELBO_BAR, GAP_BAR),
        ),
    ),
}
