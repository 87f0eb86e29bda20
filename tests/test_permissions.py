"""Who may do what, as a table."""

import pytest

from explorer.errors import AccessError
from explorer.permissions import (
    CLASS_LIMITS,
    LECTURER,
    STUDENT,
    Mode,
    actions,
    is_own,
    may_control,
    may_see,
    mode_of,
    mode_sentence,
    needs_key,
    own_prefix,
    permissions_in,
    require,
    tag_of,
)

ADA, BOB = tag_of("a" * 32), tag_of("b" * 32)


@pytest.mark.parametrize(
    ("given", "address", "mode"),
    [
        (None, "localhost", "open"),
        (None, "127.0.0.1", "open"),
        (None, "::1", "open"),
        (None, "0.0.0.0", "class"),
        (None, "192.168.1.7", "class"),
        (None, None, "class"),
        ("", "0.0.0.0", "class"),
        ("open", "0.0.0.0", "open"),
        ("class", "localhost", "class"),
        ("clas", "localhost", "class"),
    ],
)
def test_mode_of_a_server(given: str | None, address: str | None, mode: Mode) -> None:
    assert mode_of(given, address) == mode


def test_class_mode_that_nobody_asked_for_is_said() -> None:
    assert "on 0.0.0.0" in mode_sentence(None, "0.0.0.0")
    assert "on all addresses" in mode_sentence(None, None)
    assert "'clas'" in mode_sentence("clas", "localhost")
    assert mode_sentence(None, "localhost") == mode_sentence("class", None) == mode_sentence("open", None) == ""


@pytest.mark.parametrize(
    ("mode", "holds_key", "permissions"),
    [("open", False, LECTURER), ("open", True, LECTURER), ("class", True, LECTURER), ("class", False, STUDENT)],
)
def test_who_may_do_what(mode: Mode, holds_key: bool, permissions: object) -> None:
    assert permissions_in(mode, holds_key) == permissions


@pytest.mark.parametrize("action", actions())
def test_every_action_is_the_lecturers_and_refused_to_students_in_words(action: str) -> None:
    require(LECTURER, action)
    with pytest.raises(AccessError, match="lecturer's key") as refusal:
        require(STUDENT, action)
    assert str(refusal.value) == needs_key(action)


def test_limits_are_the_students() -> None:
    assert LECTURER.limits is None
    assert STUDENT.limits == CLASS_LIMITS


def test_tag_does_not_tell_the_token() -> None:
    assert ADA not in "a" * 32
    assert ADA != BOB


@pytest.mark.parametrize(
    ("name", "seen_by_ada", "controlled_by_ada"),
    [
        (f"{own_prefix(ADA)}vae", True, True),
        (f"{own_prefix(BOB)}vae", False, False),
        (f"{own_prefix(BOB)}{own_prefix(ADA)}vae", False, False),
        ("vae-2d", True, False),
    ],
)
def test_students_see_their_own_and_what_is_everybodys(name: str, seen_by_ada: bool, controlled_by_ada: bool) -> None:
    assert may_see(STUDENT, name, ADA) == seen_by_ada
    assert may_control(STUDENT, name, ADA) == is_own(name, ADA) == controlled_by_ada
    assert may_see(LECTURER, name, ADA)
    assert may_control(LECTURER, name, ADA)
