"""Who may do what on a server for a class: students within limits, the lecturer everything."""

import hashlib
import hmac
from dataclasses import dataclass, fields
from ipaddress import IPv4Address, ip_address
from typing import Literal

from explorer.errors import AccessError

Mode = Literal["open", "class"]
MODES: tuple[Mode, ...] = ("open", "class")
# How a server is addressed that only its own machine reaches.
OWN_MACHINE = ("localhost", "127.0.0.1", "::1")

# The names of runs and models of students begin with this and with the tag of their browser.
CLASS_PREFIX = "class-"
TAG_LENGTH = 8
ORIGIN_LENGTH = 16


@dataclass(frozen=True)
class ClassLimits:
    """How much students may train; bytes are those of all students' models and unfinished runs together.

    Samples are those that go through the network: epochs times the size of the training split. Runs count until they
    have become a model or are removed. origin: tag of the network address that a run comes from, which may have as many
    runs as are left for all others.
    """

    most_runs: int = 2
    most_runs_of_all: int = 60
    most_models: int = 5
    most_parameters: int = 1_500_000
    most_samples: int = 1_200_000
    smallest_batch: int = 32
    most_seconds: float = 600.0
    most_bytes: int = 1_000_000_000
    origin: str = ""


CLASS_LIMITS = ClassLimits()


@dataclass(frozen=True)
class Permissions:
    """What somebody at a page may do; `limits` is None for one who trains as the machine allows."""

    change_library: bool
    change_data: bool
    change_lectures: bool
    control_all_runs: bool
    train_recipes: bool
    open_rooms: bool
    limits: ClassLimits | None


LECTURER = Permissions(
    change_library=True, change_data=True, change_lectures=True, control_all_runs=True, train_recipes=True,
    open_rooms=True, limits=None,
)  # fmt: skip
STUDENT = Permissions(
    change_library=False, change_data=False, change_lectures=False, control_all_runs=False, train_recipes=False,
    open_rooms=False, limits=CLASS_LIMITS,
)  # fmt: skip
_ASKED = {
    "change_library": "Renaming, deleting and hiding models",
    "change_data": "Adding, downloading and removing data, and keeping drawings,",
    "change_lectures": "Changing lectures",
    "control_all_runs": "A run that somebody else started",
    "train_recipes": "Training models for everybody",
    "open_rooms": "Asking the class",
}


def mode_of(given: str | None, address: str | None) -> Mode:
    """The mode of a server: the one that is given, else by the address that it listens on.

    address: None for a server that listens on all addresses. An unknown mode is taken for class mode.
    """
    if given:
        return "open" if given == "open" else "class"
    return "open" if address in OWN_MACHINE else "class"


def mode_sentence(given: str | None, address: str | None) -> str:
    """What a server that starts in class mode says of it; '' where it was asked for."""
    if given and given not in MODES:
        return f"EXPLORER_MODE is {given!r}, but must be one of {', '.join(MODES)}; this server starts in class mode."
    if not given and mode_of(given, address) == "class":
        where = f"on {address}" if address else "on all addresses of this machine"
        return (
            f"This server listens {where} and no EXPLORER_MODE is set, so it starts in class mode; "
            "EXPLORER_MODE=open allows everybody everything."
        )
    return ""


def permissions_in(mode: Mode, holds_key: bool) -> Permissions:
    """What somebody may do on a server of that mode."""
    return LECTURER if mode == "open" or holds_key else STUDENT


def origin_of(address: str, key: str) -> str:
    """A tag of where in the network a browser is, which does not say it to those who lack the server's key.

    Of IPv6 the first 64 bits count, of which one machine has all addresses; '' is the server's own machine.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        network = address.encode()
    else:
        network = parsed.packed if isinstance(parsed, IPv4Address) else parsed.packed[:8]
    return hmac.new(key.encode(), network, hashlib.sha256).hexdigest()[:ORIGIN_LENGTH]


def needs_key(action: str) -> str:
    """The sentence for somebody who may not do what a field of Permissions names."""
    return f"{_ASKED[action]} needs the lecturer's key, which is entered in the side bar."


def require(permissions: Permissions, action: str) -> None:
    """Raise AccessError where a field of Permissions says no."""
    if not getattr(permissions, action):
        raise AccessError(needs_key(action))


def actions() -> tuple[str, ...]:
    """Every action that is allowed or not, by its field of Permissions."""
    return tuple(field.name for field in fields(Permissions) if field.name != "limits")


def tag_of(token: str) -> str:
    """What the names of a browser's own runs and models say of it; it does not tell the token."""
    return hashlib.sha256(token.encode()).hexdigest()[:TAG_LENGTH]


def own_prefix(tag: str) -> str:
    """How the names of one browser's runs and models begin."""
    return f"{CLASS_PREFIX}{tag}-"


def is_own(name: str, tag: str) -> bool:
    """Whether a run or model was made in the browser with that tag."""
    return name.startswith(own_prefix(tag))


def may_see(permissions: Permissions, name: str, tag: str) -> bool:
    """Whether a run or model is shown: students see their own, and what the lecturer and the explorer provide."""
    return permissions.control_all_runs or not name.startswith(CLASS_PREFIX) or is_own(name, tag)


def may_control(permissions: Permissions, name: str, tag: str) -> bool:
    """Whether somebody may stop, pace, resume or remove a run."""
    return permissions.control_all_runs or is_own(name, tag)
