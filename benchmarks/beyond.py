"""What stands beyond the lectures, in numbers: `python -m benchmarks beyond`, or `python -m benchmarks.beyond [names]`.

Each section is a table of docs/beyond.md. All of it takes about a quarter of an hour on a quiet core and needs MNIST.
"""

import sys
from collections.abc import Iterator, Sequence

import numpy as np

from explorer.analysis.anomaly import learn
from explorer.analysis.codebooks import AE, CLUSTERS, PCA, VQ, compare_codebooks, gain
from explorer.analysis.density import fit_sampler
from explorer.analysis.directions import CONTRAST, INDEPENDENT, METRIC_AXIS, Directions, find_directions
from explorer.analysis.embeddings import Embedding, embed
from explorer.analysis.evaluation_codes import evaluation_codes
from explorer.analysis.known_factors import FactorModel, compare_models
from explorer.analysis.learned_priors import PRIORS, STUDIES, PriorResults, binary, compare_priors, gain_nats
from explorer.analysis.measure import Interval, mean_interval
from explorer.analysis.neighbourhoods import Preservation, neighbourhoods
from explorer.analysis.quality import FRECHET, IMAGE_COPYING, judge_draws
from explorer.data import Dataset, load_dataset
from explorer.figures.kl_parts import correlation_of, distortion_of
from explorer.lessons.keys import factors_key, priors_key, umap_key
from explorer.lessons.precompute import EMBEDDED, SPLITS, last
from explorer.models.pca import fit_pca
from explorer.models.spec import AESpec, PCASpec, VAESpec
from explorer.store import load_checkpoint, load_classifier, load_result
from explorer.training import RunSpec
from explorer.training.replay import snapshot_rows

SAMPLERS = ("gaussian", "gmm10", "kde", "flow")
# Above eight dimensions a kernel density is not offered.
MOST_KERNEL_DIMS = 8
JUDGED = ("ae-2d", "ae-16d", "digits-ae-2d", "digits-ae-8d")
SEEDS = (0, 1, 2)
DIRECTED_DIM, KINDS = 8, (METRIC_AXIS, CONTRAST, INDEPENDENT)


def table() -> Iterator[str]:
    """Every section, a heading before each."""
    for name, section in SECTIONS.items():
        yield from (f"\n### {name}\n", *section())


def samplers(names: Sequence[str] = JUDGED) -> Iterator[str]:
    """Fréchet distance and copying of each sampler on the codes of autoencoders, and the flow against the mixture."""
    yield "| model | sampler | Fréchet distance | of test images | copying (0.5: none) | flow − mixture |"
    yield "|---|---|---|---|---|---|"
    for name in names:
        judged = {sampler: _judged(name, sampler) for sampler in SAMPLERS if _is_offered(name, sampler)}
        gap = judged["flow"]["frechet"] - judged["gmm10"]["frechet"]
        for sampler, found in judged.items():
            own = f"{found['frechet'].mean():.2f} (seeds {', '.join(f'{one:.2f}' for one in found['frechet'])})"
            copying = f"{found['copying'].mean():.3f}"
            beside = _written(mean_interval(gap), 2) if sampler == "flow" else ""
            yield f"| `{name}` | {sampler} | {own} | {found['floor'].mean():.2f} | {copying} | {beside} |"


def _is_offered(name: str, sampler: str) -> bool:
    return sampler != "kde" or load_checkpoint(name).model.latent_dim <= MOST_KERNEL_DIMS


def _judged(name: str, sampler: str) -> dict[str, "np.ndarray[tuple[int], np.dtype[np.float64]]"]:
    """A sampler fitted and drawn from anew with each seed: what its images get, and what test images get."""
    checkpoint = load_checkpoint(name)
    dataset = checkpoint.run.dataset
    data, classifier = (load_dataset(dataset), load_dataset(dataset, "test")), load_classifier(dataset)[0]
    codes = evaluation_codes(
        checkpoint.model, checkpoint.codes.train, checkpoint.codes.test, checkpoint.codes.test_log_var, data[0], 0
    )
    found = []
    for seed in SEEDS:
        fitted = fit_sampler(sampler, codes.train, seed)
        measures = {
            one.metric.key: one for one in judge_draws(checkpoint.model, fitted, codes.held_out, data, classifier, seed)
        }
        frechet, copying = measures[FRECHET.key], measures[IMAGE_COPYING.key]
        found.append((frechet.measured.value, frechet.null.value, copying.measured.value))
    return dict(zip(("frechet", "floor", "copying"), np.array(found).T, strict=True))


def embeddings() -> Iterator[str]:
    """What the planes of models, t-SNE and UMAP keep of the same samples."""
    yield "| data | plane | trustworthiness | continuity | of 10 neighbours kept | rank correlation of distances |"
    yield "|---|---|---|---|---|---|"
    for name, models in EMBEDDED.items():
        train = load_dataset(name)
        space = neighbourhoods(train.pixels(snapshot_rows(len(train))))
        pca = fit_pca(train.samples.reshape(len(train), -1), train.sample_shape, PCASpec(latent_dim=2))
        planes = {"PCA": pca, **{title: load_checkpoint(one).model for title, one in models.items()}}
        found = last(embed(space, {title: model.encode(space.points) for title, model in planes.items()}))
        assert found is not None
        umap = load_result(umap_key(train))
        for one in (*found.planes, *([umap] if umap else [])):
            yield f"| {name} | {_title(one)} | {_row(one.preserved)} |"
        yield f"| {name} | by chance | {_row(found.null)} |"


def _title(one: Embedding) -> str:
    return f"{one.method}, perplexity {one.perplexity}, seed {one.seed}" if one.perplexity else one.method


def _row(kept: Preservation) -> str:
    values = (kept.trustworthiness, kept.continuity, kept.neighbours_kept, kept.distance_correlation)
    return " | ".join(_written(value, 3) for value in values)


def _written(value: Interval, digits: int) -> str:
    return f"{value.value:.{digits}f} [{value.low:.{digits}f}, {value.high:.{digits}f}]"


def factors() -> Iterator[str]:
    """What models of bars cost, the three parts of their KL, and whether their axes are factors."""
    yield "| model | distortion, nats | mutual information | total correlation | by chance | dimension-wise KL | MIG |"
    yield "|---|---|---|---|---|---|---|"
    for one in load_result(factors_key()) or last(compare_models()) or ():
        columns = " | ".join(_of_terms(one) if one.terms else ["–"] * 5)
        yield f"| {one.title} | {columns} | {_written(one.interval('mig'), 2)} |"


def _of_terms(model: FactorModel) -> list[str]:
    """Distortion and the parts of the KL of a VAE, means over seeds, the total correlation with its interval."""
    parts = [terms.parts for terms in model.terms]
    return [
        f"{distortion_of(model).value:.1f}",
        f"{np.mean([one.mutual_information_nats for one in parts]):.2f}",
        _written(correlation_of(model), 3),
        f"{np.mean([terms.shuffled.total_correlation_nats for terms in model.terms]):.3f}",
        f"{np.mean([one.dimension_wise_nats for one in parts]):.3f}",
    ]


def directions() -> Iterator[str]:
    """How much more the best direction of each kind changes the picture than directions by chance; seed by seed."""
    train = load_dataset("digits")
    yield "| model | found by | change of the best, of random ones | central 95 % of random ones | how many exceed it |"
    yield "|---|---|---|---|---|"
    for title, family in (("AE", AESpec), ("VAE", VAESpec)):
        found = [_directions_of(family(latent_dim=DIRECTED_DIM, hidden=(64,)), train, seed) for seed in SEEDS]
        yield from (f"| {title}, K = {DIRECTED_DIM} | {_of_kind(kind, found)} |" for kind in KINDS)


def _of_kind(kind: str, found: Sequence[Directions]) -> str:
    """The best of a kind as a multiple of the mean random direction, and how many of it exceed nearly all of these."""
    of_kind = [[each.change for each in one.ranked if each.kind == kind] for one in found]
    nulls = [one.null for one in found]
    gains = np.array([own[0].value / null.value for own, null in zip(of_kind, nulls, strict=True)])
    low, high = (np.mean([getattr(null, end) / null.value for null in nulls]) for end in ("low", "high"))
    beyond = [sum(each.low > null.high for each in own) for own, null in zip(of_kind, nulls, strict=True)]
    counted = ", ".join(f"{n} of {len(own)}" for n, own in zip(beyond, of_kind, strict=True))
    return f"{kind} | {_written(mean_interval(gains), 2)} | {low:.2f} to {high:.2f} | {counted}"


def _directions_of(model: AESpec | VAESpec, train: Dataset, seed: int) -> Directions:
    """The directions of a model trained on digits with a seed."""
    run = RunSpec(model, train.name, n_epochs=100, batch_size=64, learning_rate=3e-3, schedule="cosine", seed=seed)
    trained = last(learn(run, train))
    codes = trained.encode(train.pixels())
    return find_directions(trained.decoder_layers(), codes, train.labels, train.class_names, seed)


def priors() -> Iterator[str]:
    """Both bounds of VAEs with N(0, I) and with a VampPrior, and what the ELBO gains seed by seed."""
    yield "| data | prior | K | distortion, nats | KL | −ELBO | importance-weighted bound | gain of the ELBO |"
    yield "|---|---|---|---|---|---|---|---|"
    for data in STUDIES:
        train, test = (binary(load_dataset(data, split)) for split in SPLITS)
        shipped = load_result(priors_key()) if data == "digits" else None
        yield from _of_priors(data, shipped or last(compare_priors(train, test)) or ())


def _of_priors(data: str, found: PriorResults) -> Iterator[str]:
    plain = {one.latent_dim: one for one in found if PRIORS[one.title] == "standard_normal"}
    for one in found:
        terms = f"{one.distortion_nats.mean():.2f} | {one.rate_nats.mean():.2f}"
        bounds = " | ".join(_written(mean_interval(own), 2) for own in (one.negative_elbo_nats, one.iwae_nats))
        gain = "" if one is plain[one.latent_dim] else _written(gain_nats(plain[one.latent_dim], one), 2)
        yield f"| {data} | {one.title} | {one.latent_dim} | {terms} | {bounds} | {gain} |"


def codebooks() -> Iterator[str]:
    """The error of codebooks beside rounded codes and clusters at equal bits, and the use of a single codebook."""
    found = last(compare_codebooks(*(load_dataset("digits", split) for split in SPLITS)))
    assert found is not None
    yield f"| bits | {VQ} | {AE} | {PCA} | {CLUSTERS} | AE − codebook |"
    yield "|---|---|---|---|---|---|"
    for bits in map(int, found.curve(VQ).bits):
        means = [found.curve(title).at(bits) for title in (VQ, AE, PCA, CLUSTERS)]
        written = " | ".join(f"{own.mean():.4f}" if len(own) else "" for own in means)
        yield f"| {bits} | {written} | {_written(gain(found, AE, bits), 4)} |"
    for one in found.decoded:
        size, used, clusters = len(one.counts), mean_interval(one.perplexity), mean_interval(one.by_clusters)
        unused = f"of {size} vectors {size - one.live.mean():.1f} are unused"
        yield f"\n{unused}, perplexity {_written(used, 1)}; of clusters {_written(clusters, 1)}"


SECTIONS = {
    "samplers": samplers,
    "embeddings": embeddings,
    "directions": directions,
    "factors": factors,
    "priors": priors,
    "codebooks": codebooks,
}


if __name__ == "__main__":
    for name in sys.argv[1:] or SECTIONS:
        for line in SECTIONS[name]():
            print(line, flush=True)
