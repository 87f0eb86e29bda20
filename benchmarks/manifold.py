"""What an autoencoder leaves of PCA's error on curves, sheets and days: `python -m benchmarks.manifold`.

Prints the figures of docs/manifold.md, and whether every day's bicycles are those of a plain sum of the CSV.
"""

import csv
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from explorer.analysis.manifold import DAY_RUN, Stage, known_shape, learn, linear_baseline, mse, shape_run
from explorer.data import list_sources, load_dataset
from explorer.data.fremont import BICYCLES_PER_UNIT, fremont_path, load_fremont
from explorer.data.toys import TOYS
from explorer.training import RunSpec

HIDDEN, ACTIVATION = (64, 64, 64), "leaky_relu"
DATE_FORM = "%Y-%m-%d"


def table() -> Iterator[str]:
    """Both errors on held-out points and days, what they cost, and the check of the daily totals."""
    yield "| data | K | PCA's MSE | autoencoder's MSE | share | steps | CPU time | wall time |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in TOYS:
        yield shape_row(name)
    source = {source.name: source for source in list_sources()}["fremont"]
    if not source.available:
        yield ""
        yield f"The days are not measured: {source.how_to_get}"
        return
    yield day_row()
    yield ""
    yield totals()


def shape_row(name: str) -> str:
    """One curve or sheet: 1,000 held-out points, mean over points and coordinates, whose variance is 1."""
    shape = known_shape(name)
    run = shape_run(name, shape.latent_dim, HIDDEN, ACTIVATION)
    timed = last_stage(run, name, shape.latent_dim)
    return row(TOYS[name].title, shape.latent_dim, shape.linear_mse, *timed)


def day_row() -> str:
    """The held-out days on the bridge, in squared hundreds of bicycles an hour."""
    linear = linear_baseline(load_dataset("fremont"), 2)
    x = load_dataset("fremont", "test").pixels()
    squared = mse(x, linear.decode(linear.encode(x)))
    stage, cpu_s = last_stage(DAY_RUN, "fremont", 2)
    roots = [BICYCLES_PER_UNIT * error**0.5 for error in (squared, stage.mse)]
    title = f"{len(x)} days; RMSE {roots[0]:.1f} and {roots[1]:.1f} bicycles an hour"
    return row(title, 2, squared, stage, cpu_s)


def last_stage(run: RunSpec, name: str, latent_dim: int) -> tuple[Stage, float]:
    """The autoencoder at the end of its training, and the CPU seconds that took."""
    train = load_dataset(name)
    began_s = time.process_time()
    *_, last = learn(run, train, load_dataset(name, "test"), linear_baseline(train, latent_dim))
    return last, time.process_time() - began_s


def row(title: str, latent_dim: int, linear_mse: float, stage: Stage, cpu_s: float) -> str:
    """One line of the table."""
    share = f"{100 * stage.mse / linear_mse:.2f} %"
    errors = f"{linear_mse:.4f} | {stage.mse:.4f} | {share}"
    return f"| {title} | {latent_dim} | {errors} | {stage.n_steps:,} | {cpu_s:.1f} s | {stage.elapsed_s:.1f} s |"


def totals() -> str:
    """Whether each day's count is that of a sum over the lines of the CSV, which the standard library reads."""
    days, plain = load_fremont(), plain_totals()
    read = {str(date): int(count.sum()) for date, count in zip(days.dates, days.counts, strict=True)}
    n_equal = sum(plain[date] == count for date, count in read.items())
    return (
        f"{n_equal:,} of {len(read):,} whole days have the count of a plain sum of the CSV, {sum(read.values()):,} "
        f"bicycles in all; {len(days.incomplete)} days lack an hour and are left out."
    )


def plain_totals() -> Counter[str]:
    """Bicycles a day, line by line."""
    found: Counter[str] = Counter()
    with fremont_path().open(newline="", encoding="utf-8-sig") as file:
        for line in csv.DictReader(file):
            (date,) = (text for name, text in line.items() if "date" in name.lower())
            counts = [text for name, text in line.items() if "east" in name.lower() or "west" in name.lower()]
            found[day_of(date)] += sum(int(float(text)) for text in counts if text)
    return found


def day_of(text: str) -> str:
    """2018-05-01 for 05/01/2018 05:00:00 PM as for 2018-05-01T17:00:00.000."""
    if "/" in text:
        return datetime.strptime(text.split(maxsplit=1)[0], "%m/%d/%Y").strftime(DATE_FORM)
    return text[:10]


if __name__ == "__main__":
    for each in table():
        print(each, flush=True)
