"""A codebook replaces codes by their nearest vectors, lets gradients straight through, and is drawn to the codes."""

import numpy as np
import pytest
import torch

from explorer.data import load_dataset
from explorer.errors import SpecError
from explorer.models.autoencoder import Batch, build_autoencoder, decode_mean, loss_terms
from explorer.models.networks import Codebook, has_penalty
from explorer.models.objectives import Weights, quantisation_penalty, total_loss
from explorer.models.spec import AESpec, asks_for_nothing
from explorer.training import RunSpec, start, train

SPEC = AESpec(6, (8,), quantisation="codebook", codebook_size=5, code_parts=3, commitment=0.4)
RNG = np.random.default_rng(0)


def test_each_part_becomes_its_nearest_vector() -> None:
    codebook, z = Codebook(5, 3, 6), RNG.standard_normal((40, 6)).astype(np.float32)
    codebook.vectors.data = torch.from_numpy(RNG.standard_normal((3, 5, 2)).astype(np.float32))
    found, numbers = codebook(torch.from_numpy(z)).detach().numpy(), codebook.nearest(torch.from_numpy(z)).numpy()
    for row in range(len(z)):
        for part in range(3):
            vectors, own = codebook.vectors[part].detach().numpy(), z[row, 2 * part : 2 * part + 2]
            nearest = np.linalg.norm(vectors - own, axis=1).argmin()
            assert numbers[row, part] == nearest
            np.testing.assert_allclose(found[row, 2 * part : 2 * part + 2], vectors[nearest])


def test_gradients_go_straight_through_and_both_penalties_part() -> None:
    network = build_autoencoder(SPEC, (4,), seed=0).network
    x = torch.from_numpy(RNG.random((7, 4)).astype(np.float32))
    assert network.codebook is not None
    terms = loss_terms(SPEC, network, Batch(x, x))
    total_loss(terms, Weights()).backward()
    code, vector = network.encoder(x).detach(), network.codebook(network.encoder(x)).detach()
    assert terms.penalty is not None
    torch.testing.assert_close(terms.penalty, 1.4 * (code - vector).square().sum(dim=1))
    # By hand: the error's gradient at the vector, and that of the commitment at the code, reach the encoder alike.
    z = vector.clone().requires_grad_()
    (x - decode_mean(SPEC, network, z)).square().sum(dim=1).mean().backward()
    assert z.grad is not None
    at_code = z.grad + 0.4 * 2 * (code - vector) / len(x)
    expected = torch.autograd.grad(network.encoder(x), list(network.encoder.parameters()), at_code)
    for parameter, by_hand in zip(network.encoder.parameters(), expected, strict=True):
        torch.testing.assert_close(parameter.grad, by_hand)


def test_the_first_penalty_moves_vectors_alone_and_the_second_codes_alone() -> None:
    code, vector = (torch.randn(3, 2, generator=torch.manual_seed(i), requires_grad=True) for i in (0, 1))
    quantisation_penalty(code, vector, 0.25).sum().backward()
    torch.testing.assert_close(vector.grad, 2 * (vector - code).detach())
    torch.testing.assert_close(code.grad, 0.5 * (code - vector).detach())


def test_codes_of_a_model_are_vectors_and_the_browser_is_given_no_encoder() -> None:
    model = build_autoencoder(SPEC, (4,), seed=0)
    codes = model.encode(RNG.random((30, 4)).astype(np.float32))
    assert model.network.codebook is not None
    vectors = model.network.codebook.vectors.detach().numpy()
    for part in range(3):
        own = np.unique(codes[:, 2 * part : 2 * part + 2], axis=0)
        assert all(np.isclose(vectors[part], vector).all(axis=1).any() for vector in own)
    assert model.plain_encoder() is None
    assert has_penalty(SPEC)
    assert not asks_for_nothing(SPEC)


def test_what_does_not_go_with_a_codebook_is_refused() -> None:
    with pytest.raises(SpecError, match="no code_parts=4 equal"):
        AESpec(6, quantisation="codebook", code_parts=4)
    for other in ({"sparsity": "l1"}, {"contraction": 0.1}):
        with pytest.raises(SpecError, match="choose one"):
            AESpec(6, quantisation="codebook", **other)


def test_training_lowers_the_error() -> None:
    spec = AESpec(4, (16,), quantisation="codebook", codebook_size=8, code_parts=2)
    state = start(RunSpec(spec, "digits", n_epochs=5, learning_rate=5e-3), load_dataset("digits"), "cpu")
    records = list(train(state))
    assert records[-1].reconstruction < 0.8 * records[0].reconstruction
    assert records[-1].penalty is not None
