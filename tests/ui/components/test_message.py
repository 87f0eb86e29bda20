"""Messages to the browser: what Python writes, read by an independent reader."""

import json
import struct

import numpy as np
import pytest

from explorer.errors import CanvasError
from explorer.scenes.message import make_message
from tests.ui.components.message_reader import read_message

CODES = np.arange(6, dtype=np.float32).reshape(3, 2)


@pytest.mark.parametrize("title", ["", "a", "ab", "abc", "abcd", "abcde", "β", "σ² ✓"])
def test_every_array_starts_at_a_multiple_of_eight_whatever_the_header(title: str) -> None:
    labels = np.arange(5, dtype=np.uint8)
    blob = make_message({"title": title}, {"labels": labels, "codes": CODES}).to_bytes(start=1)
    header, arrays = read_message(blob)
    (length,) = struct.unpack("<I", blob[:4])
    assert (4 + length) % 8 == 0
    assert [entry["offset"] % 8 for entry in header["arrays"].values()] == [0, 0]
    assert (header["title"], header["start"]) == (title, 1)
    np.testing.assert_array_equal(arrays["labels"], labels)
    np.testing.assert_array_equal(arrays["codes"], CODES)


def test_only_what_is_named_is_compressed() -> None:
    zeros = np.zeros((10, 28, 28), np.uint8)
    header, arrays = read_message(make_message({}, {"a": zeros, "b": zeros}, compressed={"b"}).to_bytes())
    assert [entry["compressed"] for entry in header["arrays"].values()] == [False, True]
    assert header["arrays"]["b"]["length"] < 100
    np.testing.assert_array_equal(arrays["b"], zeros)


def test_rounded_columns_take_half_the_bytes_and_move_by_at_most_half_a_step() -> None:
    codes = np.random.default_rng(0).normal([3.0, -200.0], [1.0, 50.0], (1000, 2)).astype(np.float32)
    header, arrays = read_message(
        make_message({}, {"codes": codes, "same": CODES * 0 + 7}, rounded={"codes", "same"}).to_bytes()
    )
    assert header["arrays"]["codes"]["dtype"] == "uint16"
    assert header["arrays"]["codes"]["length"] == codes.nbytes // 2
    half_step = (codes.max(axis=0) - codes.min(axis=0)) / 65535 / 2
    assert (np.abs(arrays["codes"] - codes) <= half_step * 1.01).all()
    np.testing.assert_allclose(arrays["codes"].max(axis=0), codes.max(axis=0), rtol=1e-6)
    np.testing.assert_array_equal(arrays["same"], CODES * 0 + 7)


def test_numbers_are_little_endian_and_contiguous_whatever_they_were() -> None:
    numbers = np.arange(12, dtype=">f4").reshape(3, 4).T
    blob = make_message({}, {"numbers": numbers}).to_bytes()
    assert blob[-48:] == np.ascontiguousarray(numbers).astype("<f4").tobytes()


def test_the_signature_is_of_facts_and_arrays_but_not_of_what_is_unsigned() -> None:
    message = make_message({"a": 1}, {"codes": CODES})
    others = [make_message({"a": 2}, {"codes": CODES}), make_message({"a": 1}, {"codes": CODES + 1})]
    signatures = [json.loads(json.dumps(one.header))["signature"] for one in (message, *others)]
    assert len(set(signatures)) == 3
    assert read_message(message.to_bytes(start=5))[0]["signature"] == signatures[0]


def test_what_the_browser_cannot_read_is_refused() -> None:
    with pytest.raises(CanvasError, match="The array 'codes' holds float64, but the browser reads only float16,"):
        make_message({}, {"codes": CODES.astype(np.float64)})
