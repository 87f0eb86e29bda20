"""Fields of a run that take another value along the way, each a change that is part of the run itself.

Whoever trains the run again, resumes or replays it has the same values at the same steps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from explorer.errors import SpecError
from explorer.models.spec import CLOSED_FORM, ModelSpec

OF_RUN = "learning_rate"
# What can be turned: the networks stay as they are, and so do the random numbers that they are trained with.
TURNABLE = ("beta", "free_bits", "variance", "classifier_weight", "corruption_level", OF_RUN)


SCHEDULES = ("constant", "annealing", "cyclical", "free nats first")
FREE_BITS = 0.5


@dataclass(frozen=True)
class Change:
    """A field that has another value for every step after the first `step` ones."""

    step: int
    field: str
    value: float

    def __str__(self) -> str:
        return f"{self.field}={self.value:g} after step {self.step}"


Changes = tuple[Change, ...]
SYMBOLS = {
    "beta": "β",
    "variance": "σ²",
    "classifier_weight": "λ",
    "free_bits": "free nats",
    "learning_rate": "step size",
    "corruption_level": "noise",
}
# Beside a curve there is room for so many names.
MOST_NAMES = 12


def names_of(changes: Changes) -> tuple[str, ...]:
    """What stands beside the mark of each change, such as 'β 20'; of very many nothing."""
    is_room = len(changes) <= MOST_NAMES
    return tuple(f"{SYMBOLS[change.field]} {change.value:g}" if is_room else "" for change in changes)


def as_text(changes: Changes) -> str:
    """Changes as one reads them, '' for none."""
    return ", ".join(map(str, changes))


def before(changes: Changes, step: int) -> Changes:
    """Those that the first `step` steps were taken with."""
    return tuple(change for change in changes if change.step < step)


def with_change(changes: Changes, added: Change) -> Changes:
    """Changes with one more in its place; of one field at one step the last counts."""
    kept = [one for one in changes if (one.step, one.field) != (added.step, added.field)]
    return tuple(sorted([*kept, added], key=lambda one: one.step))


def check_changes(changes: Changes, model: ModelSpec) -> None:
    """Raise SpecError for a change that a run of this model cannot make, or that stands before an earlier one."""
    steps = [change.step for change in changes]
    if steps != sorted(steps) or min(steps, default=0) < 0:
        raise SpecError("The changes of a run must be in the order of their steps, which are counted from 0.")
    for change in changes:
        if change.field not in turnable_fields(model):
            raise SpecError(
                f"{change.field} cannot be changed while {model.family} trains; "
                f"{', '.join(turnable_fields(model)) or 'nothing of it'} can."
            )
        if change.field != OF_RUN:
            changed_model(model, change)


def turnable_fields(model: ModelSpec) -> tuple[str, ...]:
    """The fields that can be changed while a model trains."""
    if isinstance(model, CLOSED_FORM):
        return ()
    return tuple(name for name in TURNABLE if name == OF_RUN or _has_effect(model, name))


def _has_effect(model: ModelSpec, name: str) -> bool:
    """Whether a field of the model is a number now that the objective reads."""
    value = getattr(model, name, None)
    needed = {
        "variance": not isinstance(value, str) and getattr(model, "likelihood", "") == "gaussian",
        "corruption_level": getattr(model, "corruption", "none") != "none",
        "classifier_weight": bool(value),
    }
    return value is not None and needed.get(name, True)


def changed_model(model: ModelSpec, change: Change) -> ModelSpec:
    """The model with one field changed; raises SpecError for a value that needs another network."""
    if change.field == "classifier_weight" and change.value <= 0:
        raise SpecError(
            f"classifier_weight cannot become {change.value:g} while the model trains, since its classifier stays; "
            "choose a value above 0."
        )
    changed: ModelSpec = replace(model, **{change.field: change.value})  # type: ignore[arg-type]
    return changed


def in_force(model: ModelSpec, learning_rate: float, changes: Sequence[Change]) -> tuple[ModelSpec, float]:
    """Model and learning rate after some changes."""
    for change in changes:
        if change.field == OF_RUN:
            learning_rate = change.value
        else:
            model = changed_model(model, change)
    return model, learning_rate


def scheduled(schedule: str, beta: float, n_steps: int) -> Changes:
    """The changes of one of SCHEDULES over a run of so many steps, whose β is the highest."""
    made = {
        "constant": (),
        "annealing": annealed(beta, n_steps),
        "cyclical": cyclical(beta, n_steps),
        "free nats first": freed(FREE_BITS, n_steps),
    }
    return made[schedule]


def annealed(beta: float, n_steps: int, fraction: float = 0.5, n_stairs: int = 20) -> Changes:
    """β that rises evenly from 0 over a fraction of the steps (Bowman et al. 2016), in stairs."""
    return tuple(_rise(0, beta, round(fraction * n_steps), n_stairs))


def cyclical(beta: float, n_steps: int, n_cycles: int = 4, fraction: float = 0.5, n_stairs: int = 10) -> Changes:
    """β that rises anew in each of some cycles, over a fraction of it, and then stays (Fu et al. 2019, eq. 6-7)."""
    begins = [round(cycle * n_steps / n_cycles) for cycle in range(n_cycles)]
    return tuple(
        change for begin in begins for change in _rise(begin, beta, round(fraction * n_steps / n_cycles), n_stairs)
    )


def freed(free_bits: float, n_steps: int, fraction: float = 0.5) -> Changes:
    """Free nats per dimension (Kingma et al. 2016) over the first part of the steps, and none after it."""
    return Change(0, "free_bits", free_bits), Change(round(fraction * n_steps), "free_bits", 0.0)


def _rise(begin: int, beta: float, n_steps: int, n_stairs: int) -> Iterator[Change]:
    """Stairs of equal height and length from 0 to β; two that would fall on one step are one."""
    stairs = {begin + round(stair * n_steps / n_stairs): beta * stair / n_stairs for stair in range(n_stairs + 1)}
    return (Change(step, "beta", value) for step, value in stairs.items())
