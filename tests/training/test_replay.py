"""What a training keeps along the way: codes of the same samples, and pictures of the plane."""

from itertools import pairwise

import numpy as np

from explorer.data import load_dataset
from explorer.models import VAESpec
from explorer.training import Record, RunSpec, start, train
from explorer.training.replay import GRID_SIDE, grid_codes, snapshot_steps


def kept(seed: int) -> list[Record]:
    run = RunSpec(VAESpec(latent_dim=2, hidden=(16,)), "digits", n_epochs=1, seed=seed)
    return [record for record in train(start(run, load_dataset("digits"), "cpu")) if record.snapshot is not None]


def test_same_seed_gives_the_same_replay() -> None:
    for one, other in zip(kept(3), kept(3), strict=True):
        assert one.snapshot is not None
        assert other.snapshot is not None
        assert np.array_equal(one.snapshot, other.snapshot)
        assert one.snapshot_images is not None
        assert other.snapshot_images is not None
        assert np.array_equal(one.snapshot_images, other.snapshot_images)


def test_another_seed_gives_another_replay() -> None:
    one, other = kept(3)[0].snapshot, kept(4)[0].snapshot
    assert one is not None
    assert other is not None
    assert not np.array_equal(one, other)


def test_pictures_are_what_the_decoder_makes_of_the_grid() -> None:
    state = start(RunSpec(VAESpec(latent_dim=2, hidden=(16,)), "digits", n_epochs=1), load_dataset("digits"), "cpu")
    last = list(train(state))[-1]
    assert last.snapshot is not None
    assert last.snapshot_images is not None
    decoded = np.clip(state.model.decode(grid_codes(last.snapshot)), 0, 1)
    assert last.snapshot_images.shape == (GRID_SIDE**2, 64)
    assert np.abs(last.snapshot_images / 255 - decoded).max() <= 0.5 / 31 + 0.5 / 255


def test_grid_lies_at_quantiles_with_the_highest_row_first() -> None:
    codes = np.stack([np.arange(100.0), 10 * np.arange(100.0)], axis=1).astype(np.float32)
    grid = grid_codes(codes, side=2)
    assert np.allclose(grid, [[24.75, 742.5], [74.25, 742.5], [24.75, 247.5], [74.25, 247.5]])


def test_beyond_a_plane_the_codes_themselves_are_pictured() -> None:
    codes = np.random.default_rng(0).standard_normal((100, 5)).astype(np.float32)
    assert np.array_equal(grid_codes(codes), codes[: GRID_SIDE**2])


def test_steps_are_logarithmic_from_the_first_to_the_last() -> None:
    steps = sorted(snapshot_steps(4300))
    assert (steps[0], steps[-1]) == (1, 4300)
    assert all(later / earlier < 2.1 for earlier, later in pairwise(steps))
