"""Exports of the bridge's counts, made for tests."""

HEADER = "Date,Fremont Bridge East Sidewalk,Fremont Bridge West Sidewalk"


def hour_of(day: int, hour: int, month: int = 5, year: int = 2018) -> str:
    return f"{month:02}/{day:02}/{year} {(hour + 11) % 12 + 1:02}:00:00 {'AM' if hour < 12 else 'PM'}"


def lines_of(days: range, month: int = 5, year: int = 2018) -> list[str]:
    return [f"{hour_of(day, hour, month, year)},{day},{hour}" for day in days for hour in range(24)]


def export(lines: list[str], header: str = HEADER) -> bytes:
    return "\n".join([header, *lines]).encode()
