"""What a run or a computation will cost on this machine, in words."""

import time

import numpy as np
import streamlit as st

from explorer import jobs
from explorer.data import list_sources
from explorer.models.parameters import parameter_counts
from explorer.models.spec import CLOSED_FORM
from explorer.training.run_spec import RunSpec

# Products of square matrices, and the seconds that they take on the quiet core where reference seconds were measured.
N_PRODUCTS, WORK_SIDE = 40, 300
REFERENCE_WORK_S = 0.055
SLOWNESS_TTL_S = 30


def cost(run: RunSpec) -> str:
    """What the run will cost, in a line."""
    source = next(source for source in list_sources() if source.name == run.dataset)
    data = (source.sample_shape, source.n_classes)
    size = f"{parameter_counts(run.model, *data).total:,} parameters"
    if isinstance(run.model, CLOSED_FORM):
        return f"{size}, in closed form: seconds."
    expected_s = jobs.expected_duration_s(run, source.n_train, *data)
    if expected_s is None:
        return f"{size}. How long it takes is known after the first run of its kind here."
    return f"{size}, about {duration(expected_s)} at the speed of earlier runs here."


def duration(seconds: float) -> str:
    """Seconds as people write them: 45 s, 3:05 min or 1:02 h."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"


def about(reference_s: float) -> str:
    """How long a computation takes here, such as 'about 20 s', from its seconds on the reference core."""
    seconds = max(1.0, reference_s * slowness())
    return f"about {duration(float(f'{seconds:.2g}'))}"


@st.cache_data(ttl=SLOWNESS_TTL_S, show_spinner=False)
def slowness() -> float:
    """How many times as long a fixed piece of work takes here and now as on the quiet core of the reference seconds."""
    factor = np.full((WORK_SIDE, WORK_SIDE), 1 / WORK_SIDE, np.float32)
    product, began = factor, time.perf_counter()
    for _ in range(N_PRODUCTS):
        product = product @ factor
    return (time.perf_counter() - began) / REFERENCE_WORK_S
