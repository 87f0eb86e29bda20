"""The training on two images in turns as a latent animation: both clouds, what their draws decode to, and the bars."""

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.latent_plane import subscript
from explorer.analysis.tradeoff import in_tenths
from explorer.analysis.two_images import N_DECODED, N_POINTS, Frame, TwoImages
from explorer.figures.theme import MUTED, Z, class_colour
from explorer.scenes.decoded_grid import mosaics
from explorer.scenes.latent_animation import Chart, Curve, LatentAnimation, Mark

Array = NDArray[np.float32]
SIDE, FRAME_MS = 6, 450
CHANCE, ALWAYS = "chance", "always"
# Around each picture, so that neighbours do not run into one another: pixels, and their grey.
GAP, GAP_GREY = 1, 0.35


def two_images_animation(learned: TwoImages, shape: tuple[int, ...], names: tuple[str, str]) -> LatentAnimation:
    """The frames of a training on two images of a shape, which are called by their names."""
    frames, (one, other) = learned.frames, names
    return LatentAnimation(
        points=np.stack([frame.codes.reshape(-1, 2) for frame in frames]),
        labels=np.repeat(np.arange(2, dtype=np.uint8), N_POINTS),
        class_names=names,
        colors=(class_colour(0), class_colour(1)),
        axis_labels=(f"z{subscript(1)}", f"z{subscript(2)}"),
        chart=_chart(frames),
        captions=tuple(caption(frame, names) for frame in frames),
        control="Step of the training",
        alt=f"{N_POINTS} draws z of the codes of {one} and of {other} along a training on these two images",
        images=mosaics(
            [_tiles(learned.images, frame, shape) for frame in frames], tuple(size + 2 * GAP for size in shape), SIDE
        ),
        image_title=f"Above: {one}, then {N_DECODED} draws of its z, decoded; below: {other} and its draws",
        bars=np.stack([frame.kl_nats for frame in frames]),
        shows_prior=True,
        transition_ms=FRAME_MS,
    )


def caption(frame: Frame, names: tuple[str, str]) -> str:
    """The step, which image it saw, the terms of the loss, and how often the best guess from a draw is right."""
    return (
        f"Step {frame.step:,} · {names[(frame.step - 1) % 2]} goes through · reconstruction "
        f"{in_tenths(frame.reconstruction_nats)}, KL {in_tenths(float(frame.kl_nats.sum()))} nats · the best "
        f"guess from a draw is right in {100 * frame.accuracy.value:.0f} %"
    )


def _tiles(images: Array, frame: Frame, shape: tuple[int, ...]) -> Array:
    """Both images, each before its decoded draws, in frames of grey: (2 + 2 T, D') in [0, 1]."""
    draws = frame.decoded.astype(np.float32) / np.float32(255)
    tiles: Array = np.concatenate((images[:, None], draws), axis=1).reshape(-1, *shape)
    return np.pad(tiles, ((0, 0), (GAP, GAP), (GAP, GAP)), constant_values=GAP_GREY).reshape(len(tiles), -1)


def _chart(frames: tuple[Frame, ...]) -> Chart:
    """How often the best guess from a draw is right against the step, with chance as a level."""
    steps = tuple(float(frame.step) for frame in frames)
    percent = tuple(100 * frame.accuracy.value for frame in frames)
    return Chart(
        curves=(Curve("draws", Z, steps, percent),),
        dots=tuple((point,) for point in zip(steps, percent, strict=True)),
        x_title="step",
        y_title="right guesses from a draw, %",
        # Both ends of the scale, so that it is the same for every β.
        marks=(Mark(CHANCE, MUTED, None, 50.0), Mark(ALWAYS, MUTED, None, 100.0)),
        log_x=True,
    )
