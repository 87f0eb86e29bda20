"""How much memory there is, and how much of it the samples of a training may take."""

import os

FLOAT32_BYTES = 4
# The rest is for the network, its moments and a batch's activations, and for all other programs.
RESIDENT_SHARE = 0.25


def machine_memory_bytes() -> int | None:
    """The memory of this machine; None where the system does not tell, as on Windows."""
    if not hasattr(os, "sysconf"):
        return None
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def fits_into(n_samples: int, n_pixels: int, present_bytes: int | None) -> bool:
    """Whether N samples of D numbers take a quarter of a memory or less as float32; yes where nobody knows its size."""
    return present_bytes is None or FLOAT32_BYTES * n_samples * n_pixels <= RESIDENT_SHARE * present_bytes
