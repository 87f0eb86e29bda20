"""Readers that misbehave in each way, for the process of their own that they run in."""

import os
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import DatasetError


def reverse(content: bytes) -> dict[str, NDArray[Any]]:
    return {"bytes": np.frombuffer(content[::-1], np.uint8), "dates": np.array(["2018-05-01"], "datetime64[D]")}


def refuse(content: bytes) -> dict[str, NDArray[Any]]:
    raise DatasetError("This file has no σ.")


def sleep(content: bytes) -> dict[str, NDArray[Any]]:
    time.sleep(60)
    return {}


def spin(content: bytes) -> dict[str, NDArray[Any]]:
    while True:
        pass


def hoard(content: bytes) -> dict[str, NDArray[Any]]:
    return {"much": np.ones(1 << 30)}


def die(content: bytes) -> dict[str, NDArray[Any]]:
    os.abort()


def stumble(content: bytes) -> dict[str, NDArray[Any]]:
    raise ZeroDivisionError


def pickles(content: bytes) -> dict[str, NDArray[Any]]:
    return {"object": np.array([{}], object)}


def process_id(content: bytes) -> dict[str, NDArray[Any]]:
    return {"pid": np.array(os.getpid())}
