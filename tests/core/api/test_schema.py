import json
from importlib.resources import files

import jsonschema_rs
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.renderers import OpenApiJsonRenderer

from amh.core.api.schema import document
from tests.core.api import world

OPERATIONS = [
    (method, path, operation) for path, methods in document()["paths"].items() for method, operation in methods.items()
]
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]


def test_the_description_is_valid_and_warns_of_nothing(tmp_path):
    call_command("spectacular", fail_on_warn=True, file=str(tmp_path / "schema.yml"))
    standard = json.loads(files("drf_spectacular.validation").joinpath("openapi_3_1_schema.json").read_bytes())
    described = json.loads(OpenApiJsonRenderer().render(document()))

    rules = jsonschema_rs.validator_for(standard)

    assert [error.message for error in rules.iter_errors(described)] == []
    assert not rules.is_valid(described | {"paths": []})


def test_every_resource_is_described():
    nouns = {path.split("/")[3] for path in document()["paths"]}

    assert nouns >= {"units", "rooms", "beds", "placements", "reservations", "patients", "stays", "movements"}
    assert get_resolver().namespace_dict["api"]


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_an_operation_says_what_it_does_and_how_it_may_be_refused(method, path, operation):
    answers = operation["responses"]

    assert operation["summary"]
    assert {"400", "401", "403", "405", "406", "429", "503"} <= set(answers)
    assert ("404" in answers) == ("{" in path or method == "get")
    assert ({"409", "415", "422"} <= set(answers)) == (method == "post")
    for code, answer in answers.items():
        assert ("application/problem+json" in answer.get("content", {})) == (code >= "400")
    names = [parameter["name"] for parameter in operation.get("parameters", [])]
    assert ("Idempotency-Key" in names) == (method == "post")


@pytest.mark.django_db
def test_programs_read_it_with_their_token():
    answer = world.program().get("schema/")

    assert answer.json()["openapi"] == "3.1.0"
    assert answer["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert Client().get("/api/v1/schema/").status_code == 401
