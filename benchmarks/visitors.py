"""A person at a browser, as far as a server can tell: one connection kept open, a session, the token of the forms."""

import contextlib
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from benchmarks.grounds import TIME_ZONE
from benchmarks.webs import Web

ACCOUNT = {"username": "lits", "password": "demo"}
"""The bed manager: sees every name of the hospital, and may do every act on a bed."""

READ = re.compile(r'name="read" value="([^"]*)"')
"""Each reason that a refused placement gives and that the person has read when they send it again."""

TAGS = re.compile(r"<[^>]*>")

IDLE = 3.0
"""Seconds after which a browser trusts its connection no more: the server closes what has been silent for five."""


class Visitor:
    """Asks for pages as a browser does, without compression."""

    def __init__(self, web: Web, *, cookies: dict[str, str] | None = None, language: str = "fr") -> None:
        self.link = HTTPConnection("127.0.0.1", web.port, timeout=60)
        self.cookies = dict(cookies or {})
        self.language = language
        self.asked_at = time.monotonic()

    def close(self) -> None:
        """Leave."""
        self.link.close()

    def get(self, path: str) -> bytes:
        """A page that must be there."""
        return self._ask("GET", path, None, {200})[1]

    def post(self, path: str, fields: dict[str, object]) -> bytes:
        """An act, in place as the board does it; it must be accepted, once what advises against it has been read."""
        status, answer = self._ask("POST", path, fields, {200, 302, 409})
        if status == 409:
            fields = {**fields, "read": READ.findall(answer.decode())}
            answer = self._ask("POST", path, fields, {200, 302})[1]
        return answer

    def sign_in(self) -> dict[str, str]:
        """Open a session by the log-in page; return its cookies."""
        self.get("/connexion/")
        self.post("/connexion/", {**ACCOUNT, "next": "/"})
        return self.cookies

    def _ask(self, method: str, path: str, fields: dict[str, object] | None, expected: set[int]) -> tuple[int, bytes]:
        headers = {"Accept-Language": self.language, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields, doseq=True)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
            headers |= {"X-CSRFToken": self.cookies.get("csrftoken", "")}
        if time.monotonic() - self.asked_at > IDLE:
            self.link.close()
        self.link.request(method, path, body, headers)
        answer = self.link.getresponse()
        content = answer.read()
        self.asked_at = time.monotonic()
        for said in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(said).items()}
        if answer.status not in expected:
            said = " ".join(TAGS.sub(" ", content.decode()).split())
            raise SystemExit(f"benchmarks: {method} {path} answered {answer.status}: {said[:500]}")
        return answer.status, content


def this_minute() -> str:
    """Now, as the form of an act proposes it."""
    return f"{datetime.now(ZoneInfo(TIME_ZONE)):%Y-%m-%dT%H:%M}"


@contextlib.contextmanager
def crowd(web: Web, cookies: dict[str, str], count: int, *, language: str = "fr") -> Iterator[list[Visitor]]:
    """So many tabs of one person, closed with the block."""
    with contextlib.ExitStack() as tabs:
        yield [
            tabs.enter_context(contextlib.closing(Visitor(web, cookies=cookies, language=language)))
            for _ in range(count)
        ]


def warm(web: Web, cookies: dict[str, str], path: str, *, language: str = "fr", count: int = 8) -> None:
    """Ask for a page often enough at once that every thread of the server has met it."""
    with crowd(web, cookies, count, language=language) as visitors, ThreadPoolExecutor(count) as threads:
        for _ in range(2):
            list(threads.map(lambda visitor: visitor.get(path), visitors))
