"""A column of the table of models holds one kind of number."""

from explorer.store import read_info
from explorer.ui.models.table import library_frame


def test_a_density_and_bernoulli_nats_stand_in_columns_of_their_own() -> None:
    frame = library_frame([read_info(name) for name in ("ppca", "vae-2d", "ae-2d")]).set_index("name")
    assert frame.loc["ppca", "density_distortion_nats"] == read_info("ppca").metrics["distortion_nats"]
    assert frame.loc["vae-2d", "distortion_nats"] == read_info("vae-2d").metrics["distortion_nats"]
    assert frame["density_distortion_nats"].notna().tolist() == [True, False, False]
    assert frame["distortion_nats"].notna().tolist() == [False, True, False]


def test_rate_is_one_kind_for_all_that_have_one() -> None:
    frame = library_frame([read_info(name) for name in ("ppca", "vae-2d", "ae-2d")])
    assert frame["rate_nats"].notna().tolist() == [True, True, False]


def test_models_of_one_family_and_size_differ_in_what_they_are_called() -> None:
    names = ("ae-8d", "dae-8d", "contractive-8d", "conv-ae-8d", "ae-2d-lambda0.1")
    frame = library_frame([read_info(name) for name in names])
    kinds = ["AE", "Denoising AE", "Contractive AE", "Conv AE", "AE with a classifier, λ = 0.1"]
    assert frame["model"].tolist() == kinds
    assert frame["latent_dim"].tolist() == [8, 8, 8, 8, 2]
