"""A column of the table of models holds one kind of number."""

from dataclasses import replace

from explorer.analysis.evaluate import KEPT_IWAE_K
from explorer.store import read_info
from explorer.ui.models.table import COLUMNS, library_frame


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


def test_the_bound_of_many_draws_stands_beside_rate_and_distortion_of_probabilities() -> None:
    frame = library_frame([read_info(name) for name in ("ppca", "vae-2d", "ae-2d", "digits-cvae-2d")]).set_index("name")
    assert frame["iwae_nats"].notna().tolist() == [False, True, False, True]
    for name in ("vae-2d", "digits-cvae-2d"):
        metrics = read_info(name).metrics
        assert metrics["iwae_k"] == KEPT_IWAE_K
        assert frame.loc[name, "iwae_nats"] == metrics["iwae_nats"]
        assert float(metrics["iwae_nats"] or 0) < float(metrics["negative_elbo_nats"] or 0)
    assert f"IWAE-{KEPT_IWAE_K}" in COLUMNS["iwae_nats"]["label"]


def test_a_bound_of_another_k_is_not_in_the_column() -> None:
    info = read_info("vae-2d")
    other = replace(info, header=replace(info.header, metrics=info.metrics | {"iwae_k": 5}))
    assert library_frame([other])["iwae_nats"].isna().all()


def test_counts_have_no_digits_behind_the_point_and_measures_have_some() -> None:
    formats = {key: column["type_config"].get("format") for key, column in COLUMNS.items()}
    whole = {key for key, shown in formats.items() if shown == "%.0f"}
    assert whole == {"latent_dim", "epochs", "active_units"}
    assert {formats[key] for key in ("mse", "sse", "knn_accuracy", "megabytes")} == {"%.4f", "%.2f", "%.3f", "%.1f"}
