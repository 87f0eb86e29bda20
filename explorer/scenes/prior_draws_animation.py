"""A VAE's training as a latent animation of what it draws: codes, decoded draws of one set of z, distance, KL."""

from collections.abc import Sequence

import numpy as np

from explorer.analysis.prior_draws import SIDE, Moment, PriorDraws, last_plane
from explorer.figures.theme import MUTED, class_colour, model_hue
from explorer.scenes.decoded_grid import mosaics
from explorer.scenes.latent_animation import Chart, Curve, LatentAnimation, Mark

FRAME_MS = 450
DRAWS_TITLE = f"{SIDE**2} draws of z ~ N(0, I), decoded; the same z in every frame"


def prior_draws_animation(found: PriorDraws) -> LatentAnimation:
    """A frame for each epoch that was looked at."""
    moments, n_classes = found.moments, len(found.class_names)
    draws = [moment.draws.astype(np.float32) / np.float32(255) for moment in moments]
    return LatentAnimation(
        points=last_plane(found),
        labels=found.labels,
        class_names=found.class_names,
        colors=tuple(class_colour(label) for label in range(n_classes)),
        axis_labels=("PC1", "PC2"),
        chart=_chart(moments, found.frechet_floor.value),
        captions=tuple(caption(moment) for moment in moments),
        control="Epoch of the training",
        alt=f"{len(found.labels)} test codes and {SIDE**2} decoded draws of the prior along a training",
        images=mosaics(draws, found.sample_shape, SIDE),
        image_title=DRAWS_TITLE,
        bars=np.stack([moment.kl_nats for moment in moments]),
        transition_ms=FRAME_MS,
    )


def caption(moment: Moment) -> str:
    """The epoch, the bound and the distance of the draws."""
    return (
        f"Epoch {moment.epoch} · −ELBO {moment.negative_elbo_nats.value:.1f} nats per test image · Fréchet distance of "
        f"the draws {moment.frechet.text(1)}"
    )


def _chart(moments: Sequence[Moment], floor: float) -> Chart:
    """The distance of the draws against the epoch, with that of test images as a level."""
    epochs, distances = zip(*((float(one.epoch), one.frechet.value) for one in moments), strict=True)
    return Chart(
        curves=(Curve("draws", model_hue("vae"), epochs, distances),),
        dots=tuple((point,) for point in zip(epochs, distances, strict=True)),
        x_title="epoch",
        y_title="Fréchet distance from training images",
        marks=(Mark("test images", MUTED, None, floor),),
        log_y=True,
    )
