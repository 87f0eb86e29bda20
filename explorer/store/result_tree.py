"""Results as a tree of JSON with their arrays apart, and back, by the types that their dataclasses declare."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
# The keys of a tree that no field can have.
CLASS, ARRAY = "class ", "array "


def to_tree(value: object, arrays: Arrays) -> Any:
    """A tree of a dataclass, tuple, mapping, array or plain value; its arrays are added to `arrays` by number."""
    if isinstance(value, np.ndarray):
        name = str(len(arrays))
        arrays[name] = value
        return {ARRAY: name}
    if is_dataclass(value):
        members = {field.name: to_tree(getattr(value, field.name), arrays) for field in fields(value)}
        return {CLASS: type(value).__name__, **members}
    if isinstance(value, Mapping):
        return {key: to_tree(member, arrays) for key, member in value.items()}
    if isinstance(value, tuple | list):
        return [to_tree(member, arrays) for member in value]
    return value.item() if isinstance(value, np.generic) else value


def from_tree(tree: Any, kind: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    """The inverse of `to_tree` for a type; nothing but that type's own classes is ever built.

    Raises ValueError, KeyError or TypeError for a tree of another type.
    """
    if isinstance(tree, dict) and ARRAY in tree:
        return _array(arrays[tree[ARRAY]], kind)
    if isinstance(tree, dict) and CLASS in tree:
        return _dataclass(tree, kind, arrays)
    if isinstance(tree, dict):
        return {key: from_tree(member, get_args(kind)[1], arrays) for key, member in tree.items()}
    if isinstance(tree, list):
        return tuple(from_tree(member, one, arrays) for member, one in zip(tree, _members(kind, tree), strict=True))
    return float(tree) if kind is float else tree


def _array(array: NDArray[Any], kind: Any) -> NDArray[Any]:
    """The array in the precision that its annotation names, such as NDArray[np.float64]."""
    (scalar,) = get_args(get_args(kind)[1])
    return array.astype(scalar, copy=False)


def _dataclass(tree: dict[str, Any], kind: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    classes = {one.__name__: one for one in _alternatives(kind)}
    chosen = classes[tree[CLASS]]
    hints = get_type_hints(chosen)
    given = {name: from_tree(member, hints[name], arrays) for name, member in tree.items() if name != CLASS}
    return chosen(**given)


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _members(kind: Any, tree: list[Any]) -> tuple[Any, ...]:
    """The type of each member of a tuple: tuple[float, ...] or tuple[float, str], also beside None."""
    (of_tuple,) = (one for one in _alternatives(kind) if get_origin(one) is tuple)
    members = get_args(of_tuple)
    return members[:1] * len(tree) if members[1:] == (...,) else members
