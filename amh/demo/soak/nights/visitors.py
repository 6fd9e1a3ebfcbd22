"""Somebody at one of the web processes: a session, a language, one connection for each question."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from random import Random
from typing import Any
from urllib.parse import urlencode

from amh.demo.accounts import PASSWORD
from amh.demo.soak.machines import HOST

PATIENCE = 20.0
AWAY = (OSError, HTTPException)
"""How a web process that died, or a wire that broke, shows."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str

    def json(self) -> Any:
        """The answer of the interface."""
        return json.loads(self.text)


@dataclass
class Visitor:
    """A person, who asks whichever of ``ports`` ``chance`` draws."""

    name: str
    ports: Sequence[int]
    chance: Random
    language: str = "fr"
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> None:
        """Open a session by the log-in page."""
        self.ask("/connexion/")
        self._post("/connexion/", {"username": self.name, "password": PASSWORD, "next": "/"})

    def speaking(self, language: str) -> "Visitor":
        """The same session in a browser of another language."""
        return Visitor(self.name, self.ports, self.chance, language, self.cookies)

    def headers(self) -> dict[str, str]:
        """What each question bears."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Accept-Language": self.language, "Cookie": cookie, "X-CSRFToken": self.cookies.get("csrftoken", "")}

    def ask(self, path: str, *, port: int | None = None) -> Answer:
        """A page, or a part of one. Raises one of ``AWAY`` when nobody answers."""
        return self._exchange("GET", path, None, {}, port=port)

    def tell(self, path: str, said: Mapping[str, object], *, key: str) -> Answer:
        """A verb of the interface, done once for ``key``. Raises one of ``AWAY`` when nobody answers."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self._exchange("POST", path, json.dumps(said), headers)

    def _post(self, path: str, fields: Mapping[str, str]) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._exchange("POST", path, urlencode(fields), headers)
        if answer.status != HTTPStatus.FOUND:
            raise PermissionError(self.name)

    def _exchange(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str], *, port: int | None = None
    ) -> Answer:
        link = HTTPConnection(HOST, port or self.chance.choice(self.ports), timeout=PATIENCE)
        with closing(link):
            link.request(method, path, body, {**self.headers(), **headers})
            answer = link.getresponse()
            text = answer.read().decode()
            for said in answer.headers.get_all("Set-Cookie", []):
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(said).items()}
            return Answer(answer.status, text)
