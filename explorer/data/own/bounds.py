"""What a data set of your own may be; every refusal names the bound that was exceeded."""

from explorer.errors import DatasetError

MAX_FILE_BYTES = 2_000_000_000
MAX_VALUE_BYTES = 1_000_000_000
MAX_SIZE = 1e15
MAX_FILES = 1_100_000
MIN_SAMPLES, MAX_SAMPLES = 40, 1_000_000
MIN_SIDE, MAX_SIDE = 4, 256
MIN_VALUES, MAX_VALUES = 2, 20_000
MAX_CLASSES = 100
MAX_NAME_CHARACTERS = 40


def check_file_bytes(n_bytes: int) -> None:
    """Raise DatasetError for a file, or the files of a folder or zip together, of more than 2 GB."""
    if n_bytes > MAX_FILE_BYTES:
        raise DatasetError(
            f"The file holds {n_bytes / 1e9:,.1f} GB, but at most {MAX_FILE_BYTES / 1e9:.0f} GB are read; give fewer "
            "samples or smaller ones."
        )


def check_value_bytes(n_bytes: int) -> None:
    """Raise DatasetError for values that would take more than 1 GB of memory."""
    if n_bytes > MAX_VALUE_BYTES:
        raise DatasetError(
            f"The values take {n_bytes / 1e9:,.1f} GB when they are unpacked, but at most {MAX_VALUE_BYTES / 1e9:.0f} "
            "GB are read; give fewer samples or smaller ones."
        )


def check_values(low: float, high: float) -> None:
    """Raise DatasetError for numbers whose squares would be too large to be added up in single precision."""
    if max(-low, high) > MAX_SIZE:
        raise DatasetError(
            f"Values lie from {low:.3g} to {high:.3g}, but none may be larger in size than {MAX_SIZE:g}; give them in "
            "another unit."
        )


def check_sample_count(n_samples: int) -> None:
    """Raise DatasetError for fewer samples than a picture needs, or for more than a million."""
    if not MIN_SAMPLES <= n_samples <= MAX_SAMPLES:
        raise DatasetError(
            f"The file has {n_samples:,} sample{'s' * (n_samples != 1)} that can be read, but a data set needs "
            f"{MIN_SAMPLES} to {MAX_SAMPLES:,}."
        )


def check_sample_shape(shape: tuple[int, ...]) -> None:
    """Raise DatasetError for images of more than 256 x 256 pixels and for vectors of one or too many values."""
    if len(shape) == 1 and not MIN_VALUES <= shape[0] <= MAX_VALUES:
        raise DatasetError(f"A sample has {shape[0]:,} values, but must have {MIN_VALUES} to {MAX_VALUES:,}.")
    if len(shape) > 1 and not MIN_SIDE <= min(shape[:2]) <= max(shape[:2]) <= MAX_SIDE:
        raise DatasetError(
            f"An image has {shape[0]:,} × {shape[1]:,} pixels, but must have {MIN_SIDE} × {MIN_SIDE} to {MAX_SIDE} × "
            f"{MAX_SIDE}; choose another size or shape."
        )
