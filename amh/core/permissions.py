"""Every door of the program and who may open it: walked from the addresses themselves, written to docs/permissions.md.

What is behind a door asks again, for the unit of the bed or of the patient, by the scope of its queries and the rules
of its acts.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.viewsets import ViewSetMixin

from amh.core.live import topics
from amh.core.live.endpoint import PREFIX
from amh.core.roles import LABELS, ROLES, Permission, Role, Scope

HEAD = """# Permissions

Who may do what, and behind which door. This page is written by `manage.py permissions` from
[amh/core/roles.py](../amh/core/roles.py), from the addresses and from the streams; a test keeps it current.

A person holds the permissions of their role in the units where they work or cover a colleague, or in the whole
hospital; a duty on call lends its role while it lasts. An exceptional access opens one patient's record for some hours.
A door asks for one of its permissions in some unit; what is behind it asks again for the unit concerned.
"""

SCOPES = {Scope.OWN_UNITS: "ses unités", Scope.HOSPITAL: "tout l’hôpital"}
PUBLIC = "public"
ANYONE = "toute personne connectée"


class Kind(StrEnum):
    """What is behind a door."""

    PAGE = "page"
    REST = "rest"
    STREAM = "stream"


@dataclass(frozen=True)
class Door:
    """One address and the permissions of which one is needed: none asked (``()``), or not even a log-in (``None``).

    ``address`` is a pattern: ``/patients/<int:pk>/``; ``method`` is given for an operation of the interface.
    ``guarded`` tells whether somebody has written the permissions down.
    """

    kind: Kind
    address: str
    name: str
    permissions: tuple[Permission, ...] | None
    method: str = ""
    guarded: bool = True

    @property
    def words(self) -> str:
        """The permissions as the page lists them."""
        if self.permissions is None:
            return PUBLIC
        return ", ".join(f"`{one}`" for one in self.permissions) or ANYONE


def doors() -> list[Door]:
    """Every page, every operation of the interface, every stream, by address."""
    found = [door for pattern, address, name in _addresses(get_resolver()) for door in _behind(pattern, address, name)]
    found += [Door(Kind.STREAM, f"{PREFIX}{one.name}", one.name, tuple(one.door)) for one in topics.registered()]
    return sorted(found, key=lambda door: (door.kind, door.address, door.method))


def _addresses(
    resolver: URLResolver, prefix: str = "/", names: tuple[str, ...] = ()
) -> Iterator[tuple[URLPattern, str, str]]:
    for one in resolver.url_patterns:
        address = f"{prefix}{one.pattern}"
        if isinstance(one, URLResolver):
            inside = (*names, one.namespace) if one.namespace else names
            yield from _addresses(one, address, inside)
        else:
            yield one, address, ":".join([*names, one.name or ""])


def _behind(pattern: URLPattern, address: str, name: str) -> Iterator[Door]:
    view: Any = pattern.callback
    resource = getattr(view, "cls", None)
    if resource is None:
        yield Door(Kind.PAGE, address, name, _of_page(view), guarded=hasattr(view, "door") or not _needs_login(view))
    elif issubclass(resource, ViewSetMixin):
        for method, action in view.actions.items():
            if method != "head":
                yield Door(Kind.REST, address, name, _of_verb(resource, action), method.upper())
    elif name != "api:missing":
        for method in ("get", "post"):
            if hasattr(resource, method):
                yield Door(Kind.REST, address, name, tuple(getattr(resource, "door", ())), method.upper())


def _needs_login(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "login_required", True))


def _of_page(view: Callable[..., Any]) -> tuple[Permission, ...] | None:
    return tuple(getattr(view, "door", ())) if _needs_login(view) else None


def _of_verb(resource: Any, action: str) -> tuple[Permission, ...]:
    return tuple(getattr(getattr(resource, action), "door", None) or (resource.permission,))


def page(found: Iterable[Door]) -> str:
    """The whole of ``docs/permissions.md``."""
    doors = list(found)
    pages = [(door.address, door.name, door.words) for door in doors if door.kind == Kind.PAGE]
    operations = [(door.method, door.address, door.words) for door in doors if door.kind == Kind.REST]
    streams = [(door.address, door.words) for door in doors if door.kind == Kind.STREAM]
    return "\n".join(
        [
            HEAD,
            "## Permissions\n",
            *_table(("Permission", "Words"), [(f"`{one}`", str(LABELS[one])) for one in Permission]),
            "## Roles\n",
            *(line for role in Role for line in _role(role)),
            "## Pages\n",
            *_table(("Address", "Name", "Permission"), [(f"`{a}`", f"`{n}`", words) for a, n, words in pages]),
            "## REST\n",
            *_table(("Method", "Address", "Permission"), [(m, f"`{a}`", words) for m, a, words in operations]),
            "## Streams\n",
            *_table(("Address", "Permission"), [(f"`{a}`", words) for a, words in streams]),
        ]
    )


def _role(role: Role) -> Iterator[str]:
    """A role as one table: what it may do, and where."""
    held = ROLES.get(role, {})
    yield f"### {role.label}\n"
    rows = [(f"`{one}`", str(LABELS[one]), SCOPES[held[one]]) for one in Permission if one in held]
    yield from _table(("Permission", "Words", "Where"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(head)
    yield _row(tuple("---" for _ in head))
    for row in rows:
        yield _row(row)
    yield ""


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
