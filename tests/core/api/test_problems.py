import json
import socket

import pytest
from django.db import connection
from django.test import Client
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from tests.core.api import world

pytestmark = pytest.mark.django_db


def test_a_problem_says_what_where_and_with_which_code():
    answer = world.program().get("stays/7/")

    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Introuvable",
        "status": 404,
        "code": "not_found",
        "detail": "Rien à cette adresse, ou rien que votre rôle permette de voir.",
        "instance": "/api/v1/stays/7/",
    }


def test_the_instance_does_not_repeat_what_was_searched():
    answer = world.program().get("stays/", state="DURAND")

    assert answer.status_code == 400
    assert answer.json()["instance"] == "/api/v1/stays/"


@pytest.mark.parametrize("path", ["nothing/", "units", "units/x/", "units/1/nothing/", "-"])
def test_an_address_where_nothing_is(path):
    answer = world.program().get(path)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert Client().get(f"/api/v1/{path}").status_code == 401


def test_a_body_that_is_no_json():
    program = world.program()

    answer = Client().post("/api/v1/stays/", "{", content_type="application/json", headers=program.headers())

    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


@pytest.mark.parametrize("body", [[], "text", 3, None])
def test_a_body_that_is_no_object(body):
    headers = world.program().headers()

    answer = Client().post("/api/v1/stays/", json.dumps(body), content_type="application/json", headers=headers)

    assert answer.status_code == 400


def test_a_body_in_another_format():
    answer = Client().post("/api/v1/stays/", {"patient": 1}, headers=world.program().headers())

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_an_answer_in_another_format():
    headers = world.program().headers() | {"Accept": "text/csv"}

    answer = Client().get("/api/v1/units/", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


def test_a_method_that_is_not_there():
    answer = Client().delete("/api/v1/units/", headers=world.program().headers())

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in answer["Allow"]


class Full(BaseThrottle):
    def allow_request(self, request: Request, view: APIView) -> bool:
        return False

    def wait(self) -> float:
        return 12


class Crowded(APIView):
    throttle_classes = [Full]
    permission_classes = []

    def get(self, request: Request) -> Response:
        return Response()


def test_too_many_requests_say_when_to_come_back():
    answer = Crowded.as_view()(APIRequestFactory().get("/"))

    assert (answer.status_code, answer.data["code"], answer["Retry-After"]) == (429, "throttled", "12")


def test_the_sentence_is_in_the_language_of_the_caller():
    headers = world.program().headers() | {"Accept-Language": "en"}

    answer = Client().get("/api/v1/units/?page=99", headers=headers)

    assert answer.json()["detail"] == "Invalid page."


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away(monkeypatch):
    program = world.program()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", port)

    answer = program.get("units/")

    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "database_unavailable", "5")
    monkeypatch.undo()
    assert program.get("units/").status_code == 200
