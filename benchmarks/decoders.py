"""How fast weights between pixels should learn in the study of decoders, by −ELBO on validation images.

`python -m benchmarks decoders`.
"""

from collections.abc import Iterator

from explorer.analysis.decoder_strength import DECODERS, N_TEST, PIXELS_FASTER, validated

FACTORS = (1, 3, 10, 30)


def table() -> Iterator[str]:
    """−ELBO of the decoders that see pixels, for each factor, and the one that is used."""
    seeing = [decoder for decoder in DECODERS if decoder.reach]
    yield f"| rate of weights between pixels | {' | '.join(decoder.title for decoder in seeing)} |"
    yield f"|---|{'---|' * len(seeing)}"
    for factor in FACTORS:
        found = [validated(decoder, factor) for decoder in seeing]
        nats = " | ".join(f"{one.value:.2f} [{one.low:.2f}, {one.high:.2f}]" for one in found)
        yield f"| × {factor}{' (used)' if factor == PIXELS_FASTER else ''} | {nats} |"
    yield f"\n−ELBO in nats on {N_TEST:,} validation images of the chain."
