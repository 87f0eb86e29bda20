"""What a run will cost, in words."""

from explorer import jobs
from explorer.data import list_sources
from explorer.models.parameters import parameter_counts
from explorer.models.spec import CLOSED_FORM
from explorer.training.run_spec import RunSpec


def cost(run: RunSpec) -> str:
    """What the run will cost, in a line."""
    source = next(source for source in list_sources() if source.name == run.dataset)
    data = (source.sample_shape, source.n_classes)
    size = f"{parameter_counts(run.model, *data).total:,} parameters"
    if isinstance(run.model, CLOSED_FORM):
        return f"{size}, in closed form: seconds."
    expected_s = jobs.expected_duration_s(run, source.n_train, *data)
    if expected_s is None:
        return f"{size}. The first run of its kind here will tell how long it takes."
    return f"{size}, about {duration(expected_s)} as fast as earlier runs here."


def duration(seconds: float) -> str:
    """Seconds as people say them: 45 s, 3:05 min or 1:02 h."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"
