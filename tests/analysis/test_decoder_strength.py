"""Decoders that see pixels before their own: what they see, what is drawn, and the entropy of the chain."""

import numpy as np
import pytest
import torch

from explorer.analysis import decoder_strength
from explorer.analysis.decoder_strength import (
    DECODERS,
    LATENT_DIM,
    N_DRAWS,
    N_PIXELS,
    N_TEST,
    STAYS,
    TEST_SEED,
    TRAIN_SEED,
    VALIDATION_SEED,
    SeeingVAE,
    Strengths,
    black_or_white,
    chain,
    chain_entropy_nats,
    compare_decoders,
    draws_of,
    measured,
    validated,
)
from explorer.data import load_dataset
from explorer.lessons.keys import strengths_key
from explorer.store import load_result


def model_of(reach: int) -> SeeingVAE:
    torch.manual_seed(0)
    model = SeeingVAE(decoder_strength.Decoder("", (5,), reach))
    torch.nn.init.normal_(model.of_pixels)
    return model


@pytest.mark.parametrize("reach", [0, 1, 8])
def test_a_pixel_sees_those_before_it_as_far_as_the_decoder_reaches(reach: int) -> None:
    model, x = model_of(reach), torch.rand(1, N_PIXELS, requires_grad=True)
    for pixel in (0, 5, 40):
        logit = model.logits(torch.zeros(1, LATENT_DIM), x)[0, pixel]
        (gradient,) = torch.autograd.grad(logit, x, allow_unused=True)
        seen = np.flatnonzero(gradient[0].numpy())
        np.testing.assert_array_equal(seen, np.arange(max(0, pixel - reach), pixel))


def test_both_terms_are_those_of_independent_formulas() -> None:
    model, x = model_of(8), torch.from_numpy(chain(6, 3))
    distortion, kl = model.terms(x, torch.zeros(6, LATENT_DIM))
    mean, log_var = model.posterior(x)
    p = torch.distributions.Bernoulli(logits=model.logits(mean, x))
    torch.testing.assert_close(distortion, -p.log_prob(x).sum(dim=1))
    q, prior = torch.distributions.Normal(mean, (log_var / 2).exp()), torch.distributions.Normal(0.0, 1.0)
    torch.testing.assert_close(kl, torch.distributions.kl_divergence(q, prior).sum(dim=1))


def test_draws_are_made_pixel_after_pixel() -> None:
    model = model_of(1)
    with torch.no_grad():
        for layer in (model.of_code[0], model.of_code[2]):
            assert isinstance(layer, torch.nn.Linear)
            layer.weight.zero_()
            layer.bias.fill_(20.0 if layer.out_features == N_PIXELS else 0.0)
        # The first pixel is white, and each is the opposite of the one before.
        model.of_pixels.fill_(-40.0)
        drawn = draws_of(model, torch.zeros(1, N_PIXELS), torch.Generator().manual_seed(0))
    np.testing.assert_array_equal(drawn, np.tile([1, 0], (N_DRAWS, N_PIXELS // 2)))


def test_the_chain_stays_as_often_as_it_says_and_its_entropy_is_its_mean_log_probability() -> None:
    pictures = chain(4_000, 0)
    stays = pictures[:, 1:] == pictures[:, :-1]
    assert stays.mean() == pytest.approx(STAYS, abs=0.005)
    assert pictures[:, 0].mean() == pytest.approx(0.5, abs=0.03)
    log_p = np.log(0.5) + stays.sum(axis=1) * np.log(STAYS) + (~stays).sum(axis=1) * np.log(1 - STAYS)
    assert chain_entropy_nats() == pytest.approx(-log_p.mean(), abs=0.3)
    assert set(np.unique(black_or_white(load_dataset("digits", "test")))) == {0.0, 1.0}


def shipped(name: str) -> Strengths:
    found = load_result(strengths_key(name))
    assert found is not None
    return found


def test_on_the_chain_a_decoder_in_sight_of_one_pixel_leaves_nearly_nothing_to_the_code() -> None:
    found = shipped("chain")
    weak, plain, one, several = found.models
    assert found.entropy_nats == pytest.approx(chain_entropy_nats())
    for model in (weak, plain, one, several):
        assert model.negative_elbo_nats.high > found.entropy_nats
        assert model.negative_elbo_nats.value == pytest.approx(model.distortion_nats.value + model.kl_nats.value)
    assert one.negative_elbo_nats.value == pytest.approx(found.entropy_nats, abs=0.5)
    assert one.kl_nats.high < plain.kl_nats.low / 4
    assert several.kl_nats.high < plain.kl_nats.low / 4
    np.testing.assert_array_equal(found.picture, chain(N_TEST, TEST_SEED)[0])


def test_on_digits_the_code_keeps_much_of_what_it_tells() -> None:
    weak, plain, _, strong = shipped("digits").models
    assert weak.negative_elbo_nats.low > plain.negative_elbo_nats.high > strong.negative_elbo_nats.high
    assert plain.kl_nats.low > strong.kl_nats.high > 1


def test_all_decoders_are_trained_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder_strength, "N_EPOCHS", 1)
    steps = list(compare_decoders(chain(64, 0), chain(9, 1), 1.0))
    assert [len(step.result.models) for step in steps] == [0, 1, 2, 3, 4]
    assert [one.title for one in steps[-1].result.models] == [decoder.title for decoder in DECODERS]
    assert steps[-1].result.n_test == 9


def test_intervals_are_of_the_mean_over_pictures() -> None:
    found = measured("any", model_of(0), torch.from_numpy(chain(50, 0)), 0)
    assert found.kl_nats.low < found.kl_nats.value < found.kl_nats.high
    assert found.draws.shape == (N_DRAWS, N_PIXELS)


def test_settings_are_chosen_on_pictures_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len({TRAIN_SEED, VALIDATION_SEED, TEST_SEED}) == 3
    seen = list[int]()

    def few(_: int, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        seen.append(seed)
        return chain(6, seed)

    monkeypatch.setattr(decoder_strength, "chain", few)
    monkeypatch.setattr(decoder_strength, "trained", lambda decoder, *_: SeeingVAE(decoder))
    assert validated(DECODERS[0], 3).value > 0
    assert seen == [TRAIN_SEED, VALIDATION_SEED]
