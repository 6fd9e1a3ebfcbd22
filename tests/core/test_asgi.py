import asyncio
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from amh.asgi import whole

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_process_shows_that_it_lives(served: str) -> None:
    with urllib.request.urlopen(f"{served}/healthz") as response:
        assert response.status == 200
        assert response.read() == b"ok\n"


def test_pages_and_streams_share_one_port(served: str) -> None:
    with urllib.request.urlopen(f"{served}/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{served}/live/nothing-of-the-kind")
    with refused.value as response:
        assert response.status == 404


def test_the_head_of_a_page_waits_for_its_body() -> None:
    sent: list[str] = []

    async def send(message) -> None:
        sent.append(message["type"].rpartition(".")[2])

    async def answer() -> None:
        forward = whole(send)
        await forward({"type": "http.response.start", "status": 200, "headers": []})
        assert not sent
        await forward({"type": "http.response.body", "body": b"<!doctype html>", "more_body": True})
        await forward({"type": "http.response.body", "body": b""})

    with ThreadPoolExecutor(1) as threads:  # the thread of a test in a browser has a loop already
        threads.submit(asyncio.run, answer()).result()
    assert sent == ["start", "body", "body"]
