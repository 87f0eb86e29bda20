"""The pace of a browser's pictures: a page that may send what it found, a server that waits for it, and a table."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from benchmarks.frames import Found, ask, probing_page, served, table
from tests.browser.canvas_scenes import make_scene

FOUND = Found("a card", 1234.0, 56.7, {"the pointer moves": {"median_ms": 16.7, "p95_ms": 17.25, "longest_ms": 33.4}})


def sent(address: str, body: bytes | None = None) -> bytes:
    with urlopen(Request(address, data=body)) as answer:
        content: bytes = answer.read()
    return content


def test_the_table_has_a_row_for_each_pace_and_names_who_draws() -> None:
    lines = list(table({"60,000 codes": FOUND, "1,000,000 codes": FOUND}))
    assert lines[0] == "Drawn by a card."
    assert "| 60,000 codes | the pointer moves | 16.7 | 17.2 | 33.4 |" in lines
    assert "| 1,000,000 codes | 1.23 | 57 |" in lines


def test_a_page_may_send_to_its_own_server_alone() -> None:
    page = probing_page(make_scene("small")).decode()
    assert "default-src 'none'; connect-src 'self';" in page
    assert page.count('<script type="module">const N_FRAMES = 120') == 1


def test_the_server_hands_out_pages_and_keeps_what_they_send() -> None:
    with served([b"first", b"second"]) as (port, answers):
        address = f"http://127.0.0.1:{port}"
        assert sent(f"{address}/1/") == b"second"
        for path in ("/2/", "/first/"):
            with pytest.raises(HTTPError, match="404") as refused:
                sent(f"{address}{path}")
            refused.value.close()
        sent(f"{address}/1/found", json.dumps(vars(FOUND)).encode())
        assert ask(answers, 1) == FOUND
        sent(f"{address}/1/found", b'{"error": "no plane"}')
        with pytest.raises(RuntimeError, match="no plane"):
            ask(answers, 1)
        with pytest.raises(TimeoutError, match=r"The page sent nothing within 0\.01 s"):
            ask(answers, 0.01)
