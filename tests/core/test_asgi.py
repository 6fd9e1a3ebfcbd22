import urllib.error
import urllib.request

import pytest

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
