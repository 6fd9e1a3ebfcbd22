"""The interface as a page for people: every operation, read from the description that programs read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from amh.core.api.schema import document
from amh.core.doors import door

CHOICE = re.compile(r"^\* `([^`]*)` - ", re.MULTILINE)


@dataclass(frozen=True)
class Value:
    """One thing that is sent: where (path, query, header, body), its name and what it may be."""

    place: str
    name: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    """One method at one address."""

    noun: str
    method: str
    path: str
    summary: str
    values: tuple[Value, ...]
    answers: tuple[tuple[str, str], ...]


@door()
def page(request: HttpRequest) -> HttpResponse:
    """Show every operation, by noun."""
    nouns = [(noun, list(group)) for noun, group in groupby(operations(document()), key=lambda each: each.noun)]
    return render(request, "core/api/docs.html", {"title": _("Interface REST"), "nouns": nouns})


def operations(description: dict[str, Any]) -> list[Operation]:
    """Every operation of an OpenAPI description, sorted by noun, then by address."""
    schemas = description["components"]["schemas"]
    found = [
        Operation(
            noun=operation["tags"][0],
            method=method.upper(),
            path=path,
            summary=operation.get("summary", ""),
            values=(*_parameters(operation, schemas), *_fields(operation, schemas)),
            answers=tuple((code, answer["description"]) for code, answer in operation["responses"].items()),
        )
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    return sorted(found, key=lambda each: (each.noun, each.path, each.method))


def _parameters(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Value]:
    for each in operation.get("parameters", []):
        yield Value(
            each["in"],
            each["name"],
            _kind(each["schema"], schemas),
            each.get("required", False),
            _words(each, schemas),
        )


def _fields(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Value]:
    content = operation.get("requestBody", {}).get("content", {})
    shape = _resolved(content.get("application/json", {}).get("schema", {}), schemas)
    required = shape.get("required", [])
    for name, field in sorted(shape.get("properties", {}).items(), key=lambda item: item[0] not in required):
        yield Value("body", name, _kind(field, schemas), name in required, _words(field, schemas))


def _words(each: dict[str, Any], schemas: dict[str, Any]) -> str:
    """The description, its own or its type's; choices as ``code : word``, which the generator writes as Markdown."""
    kinds = [_resolved(choice, schemas) for choice in (each, *_choices(each))]
    found = next((kind["description"] for kind in kinds if "description" in kind), "")
    return CHOICE.sub(r"\1 : ", found)


def _choices(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return schema.get("oneOf") or schema.get("anyOf") or schema.get("allOf") or []


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    return schemas[reference.rsplit("/", 1)[-1]] if reference else schema


def _kind(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """The type in a few words: ``string (date-time)``, ``bed, chair, place``, ``array: string``."""
    schema = _resolved(schema, schemas)
    choices = _choices(schema)
    if choices:
        return ", ".join(dict.fromkeys(_kind(choice, schemas) for choice in choices))
    if "enum" in schema:
        return ", ".join("null" if value is None else str(value) for value in schema["enum"] if value != "")
    if "items" in schema:
        return f"array: {_kind(schema['items'], schemas)}"
    types = schema.get("type", "object")
    words = types if isinstance(types, str) else ", ".join(types)
    return f"{words} ({schema['format']})" if "format" in schema else words
