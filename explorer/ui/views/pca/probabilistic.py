"""The PCA page's view of probabilistic PCA: likelihood against k, posteriors to scale, samples beside PCA's."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.latent_plane import subscript
from explorer.analysis.ppca import mean_log_likelihoods_nats, posterior_of_scores, sample_images
from explorer.data.subsets import evenly
from explorer.figures.images import grey, mosaic_figure
from explorer.figures.posterior import Neighbourhood, ellipse_figure
from explorer.figures.ppca import likelihood_figure, sample_rows_figure
from explorer.models.latent_model import Gaussian
from explorer.models.ppca import PPCA, count_varying, maximum_likelihood
from explorer.models.spec import PPCASpec
from explorer.models.written_numbers import percent, with_minus
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, STAGE_PX, show_figure
from explorer.ui.linked_widgets import choose_button, choose_number
from explorer.ui.views.pca.context import PCAContext, codes_in_plane, errors_of

ELLIPSES_HEIGHT_PX, STRIP_HEIGHT_PX = 520, 122
N_OTHERS, N_DRAWS, N_COLUMNS = 2000, 10, 10
START_DIMS = 10
HIGHEST_SEED = 9999

MODEL = r"z \sim \mathcal{N}(0, I), \quad x \mid z \sim \mathcal{N}(\bar x + W z,\; \sigma^2 I)"
DENSITY = r"x \sim \mathcal{N}(\bar x,\; C), \qquad C = W W^\top + \sigma^2 I"
SOLUTION = r"W = U_k\,(\Lambda_k - \sigma^2 I)^{1/2}, \qquad \sigma^2 = \frac{1}{D-k}\sum_{j>k} \lambda_j"
POSTERIOR = (
    r"z \mid x \sim \mathcal{N}\bigl(M^{-1} W^\top (x - \bar x),\; \sigma^2 M^{-1}\bigr), \quad "
    r"M = W^\top W + \sigma^2 I"
)
FROM_SCORES = r"x = \bar x + U_k\, \Lambda_k^{1/2}\, \varepsilon, \qquad \varepsilon \sim \mathcal{N}(0, I)"


def probabilistic(context: PCAContext) -> None:
    """One of the parts, with its controls beside it."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        part = choose_button("part", "Probabilistic PCA", PARTS)
    PARTS[part](context, picture, controls)


def _likelihood(context: PCAContext, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """The mean of log p(x) against k on train and test."""
    curves = {name: mean_log_likelihoods_nats(context.model, errors) for name, errors in errors_of(context).items()}
    with controls:
        k = _choose_dims(context)
        for column, (name, nats) in zip(st.columns(2), list(curves.items())[::-1], strict=False):
            column.metric(f"log p(x), {name}", f"{nats[k]:.1f}", "nats per image", delta_color="off", delta_arrow="off")
        st.markdown(_likelihood_words(context, curves))
    with picture:
        alt = f"Mean log-likelihood against the number of latent dimensions; {curves[[*curves][-1]][k]:.1f} at {k}"
        show_figure(likelihood_figure(curves, k, STAGE_PX), "ppca-likelihood", alt)
        explain(
            formula=[
                (MODEL, "PCA as a generative model: a code z, a linear decoder, and noise on every pixel."),
                (DENSITY, "So x is Gaussian itself, and log p(x) has a closed form."),
                (
                    SOLUTION,
                    "Maximum likelihood (Tipping & Bishop 1999): σ² is the mean discarded variance.",
                ),
            ],
            code=[maximum_likelihood, PPCA.log_likelihood_nats, mean_log_likelihoods_nats],
        )


def _choose_dims(context: PCAContext) -> int:
    """The number of latent dimensions, kept within what the data set allows."""
    highest = count_varying(context.model.variances.astype(np.float64)) - 1
    if st.session_state.get("latent_dims", 1) > highest:
        st.session_state["latent_dims"] = highest
    return choose_number("latent_dims", "Latent dimensions k", 1, highest, min(START_DIMS, highest))


def _likelihood_words(context: PCAContext, curves: dict[str, NDArray[np.float64]]) -> str:
    name, nats = list(curves.items())[-1]
    best = int(nats.argmax())
    words = (
        f"The mean over the images of {name} is highest at k = **{best}** of {len(nats) - 1}, with "
        f"{with_minus(f'{nats[best]:,.1f}')} nats{_fall(nats)}. {_why(best)}\n\nThis is a density on pixels in "
        "[0, 1]: its logarithm may be positive, and it depends on the unit of the pixels. It cannot be compared with "
        "the likelihood of black and white pixels."
    )
    return words if context.test is not None else f"{words}\n\nWithout the images only train is known."


def _why(best: int) -> str:
    """What raises the likelihood, or that nothing does."""
    if best == 0:
        return "Noise alone predicts these images best: no direction that train varies along helps here."
    return (
        "A direction that hardly varies makes the density narrower once it has a variance of its own: the likelihood "
        "rises by details that are invisible in the pictures."
    )


def _fall(nats: NDArray[np.float64]) -> str:
    """What happens beyond the best k, where there is more."""
    if nats.argmax() == len(nats) - 1:
        return ""
    return with_minus(f", and {nats[-1]:,.1f} at the largest k")


def _posteriors(context: PCAContext, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """One posterior of two dimensions to scale among the others', and what draws of z decode to."""
    found = codes_in_plane(context)
    if found is None:
        picture.info(f"There are no codes to show. {context.missing}", icon=":material/download:")
        return
    posterior = posterior_of_scores(context.model, found[0])
    with controls:
        row, seed = _choose_sample(len(posterior.mean))
        draws = Gaussian(posterior.mean[[row] * N_DRAWS], posterior.log_var[[row] * N_DRAWS]).sample(
            np.random.default_rng(seed)
        )
        st.markdown(_posterior_words(posterior, row))
    with picture:
        figure = ellipse_figure(_neighbourhood(posterior, found[1], row, draws), ELLIPSES_HEIGHT_PX)
        show_figure(figure, "ppca-posterior", f"Posterior of test image {row} to scale, among the means of others")
        _show_strip(context, posterior.mean[row], draws, row)
        explain(
            formula=[(POSTERIOR, "The posterior is exact, and its covariance does not depend on x.")],
            code=[PPCA.posterior, PPCA.posterior_covariance, posterior_of_scores],
        )


def _choose_sample(n_samples: int) -> tuple[int, int]:
    if st.session_state.get("sample", 0) >= n_samples:
        st.session_state["sample"] = 0
    return choose_number("sample", "Test image, by its number", 0, n_samples - 1, 0), _choose_seed()


def _choose_seed() -> int:
    return choose_number("draw", "Seed of the draws", 0, HIGHEST_SEED, 0)


def _neighbourhood(
    posterior: Gaussian, labels: NDArray[np.int64], row: int, draws: NDArray[np.float32]
) -> Neighbourhood:
    others = evenly(len(labels), N_OTHERS)
    names = (f"z{subscript(1)}", f"z{subscript(2)}")
    mean, std = posterior.mean, posterior.std
    return Neighbourhood(mean[others], std[others], labels[others], mean[row], std[row], draws, names)


def _posterior_words(posterior: Gaussian, row: int) -> str:
    std = posterior.std[row]
    return (
        "With two latent dimensions every image has a posterior of **one and the same shape**, "
        f"σ = ({std[0]:.3f}, {std[1]:.3f}); the prior has (1, 1). Only its mean depends on the image, while the "
        "encoder of a VAE gives each image a width of its own.\n\nThe prior pulls the posterior mean towards 0, so its "
        "reconstruction is a little nearer to the mean image than that of PCA."
    )


def _show_strip(context: PCAContext, mean: NDArray[np.float32], draws: NDArray[np.float32], row: int) -> None:
    """The image itself where it is at hand, what its mean decodes to, and what the draws do."""
    model = maximum_likelihood(context.model, PPCASpec(latent_dim=2))
    images, labels = [model.decode(np.vstack((mean, draws)))], ["of μ", *(f"z {n + 1}" for n in range(len(draws)))]
    if context.test is not None:
        images.insert(0, context.test.pixels(np.array([row])))
        labels.insert(0, "x")
    tiles = grey(np.vstack(images).reshape(-1, *context.model.sample_shape))
    strip = mosaic_figure(tiles, labels, len(tiles), height=STRIP_HEIGHT_PX)
    show_figure(strip, "ppca-draws", "The image, what its posterior mean decodes to, and what draws of z decode to")


def _samples(context: PCAContext, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """Images that PCA and PPCA make up, from the same draws, beside real ones."""
    with controls:
        k, seed = _choose_dims(context), _choose_seed()
        noise_variance = maximum_likelihood(context.model, PPCASpec(latent_dim=k)).noise_variance
        st.markdown(sample_words(k, noise_variance, float(context.model.variances[k - 1])))
    with picture:
        figure = sample_rows_figure(_rows(context, k, seed), STAGE_PX)
        show_figure(figure, "ppca-samples", f"Images drawn from PCA and PPCA with {k} dimensions, beside real ones")
        explain(
            formula=[
                (FROM_SCORES, "PCA has no density; this is a Gaussian with the scores' own variances."),
                (MODEL, "PPCA draws z, decodes it, and adds noise to every pixel."),
            ],
            code=[sample_images, PPCA.sample],
        )


def _rows(context: PCAContext, k: int, seed: int) -> dict[str, NDArray[np.floating]]:
    """Rows of images (N, H, W) by name."""
    drawn = sample_images(context.model, k, N_COLUMNS, seed)
    rows = {
        "PCA: a Gaussian fitted to the scores": drawn.from_scores,
        "PPCA: the decoded z, without pixel noise": drawn.means,
        "PPCA: the same z, with pixel noise": drawn.noisy,
    }
    if context.test is not None:
        n_shown = min(N_COLUMNS, len(context.test))
        chosen = np.random.default_rng(seed).choice(len(context.test), n_shown, replace=False)
        rows["Real test images"] = context.test.pixels(np.sort(chosen))
    return {name: images.reshape(-1, *context.model.sample_shape) for name, images in rows.items()}


def sample_words(k: int, noise_variance: float, smallest_variance: float) -> str:
    """How the rows differ; smallest_variance: of the k-th component."""
    least = percent(max(0.0, 1 - noise_variance / smallest_variance) ** 0.5)
    return (
        f"Each column is one draw of {k} numbers. Along each axis PPCA attributes σ² of the variance λⱼ to the noise, "
        "so the first row has a variance of λⱼ and the second of λⱼ − σ². Along every axis the standard deviation of "
        f"the second is at least {least} of the first's.\n\nOnly the third row is drawn from the density whose "
        "likelihood *Density* shows: every pixel, even one that is constant in the data, gets noise of σ = "
        f"**{noise_variance**0.5:.3f}**. Values below 0 and above 1 are drawn as black and white."
    )


PARTS: dict[str, Callable[[PCAContext, DeltaGenerator, DeltaGenerator], None]] = {
    "Density": _likelihood,
    "Posterior": _posteriors,
    "Samples": _samples,
}
