"""An independent reader of messages: it follows the description in words and imports nothing of the writer."""

import json
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray


def read_message(blob: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Header and arrays of a message."""
    (n_header,) = struct.unpack("<I", blob[:4])
    header = json.loads(blob[4 : 4 + n_header])
    arrays = {}
    for name, entry in header["arrays"].items():
        start = 4 + n_header + entry["offset"]
        data = blob[start : start + entry["length"]]
        data = zlib.decompress(data) if entry["compressed"] else data
        arrays[name] = np.frombuffer(data, np.dtype(entry["dtype"]).newbyteorder("<")).reshape(entry["shape"])
        if "low" in entry:
            arrays[name] = np.array(entry["low"]) + np.array(entry["step"]) * arrays[name]
    return header, arrays
