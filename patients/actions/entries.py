"""What every act on the list of correspondents shares."""

from collections.abc import Mapping
from typing import Any, TypeVar

from patients.models import Organisation, Practitioner

Entry = TypeVar("Entry", Practitioner, Organisation)

NAMES = "patients.correspondents.names"
"""Held while the list is searched: the database would keep two entries whose names differ by an accent alone."""


def locked(entry: Entry) -> Entry:
    """Lock an entry; fresh."""
    return type(entry)._default_manager.select_for_update().get(pk=entry.pk)  # noqa: SLF001 - Django documents it


def put(entry: Entry, values: Mapping[str, Any]) -> list[str]:
    """Set these values; return the names of those that changed."""
    changed = [name for name, value in values.items() if getattr(entry, name) != value]
    for name in changed:
        setattr(entry, name, values[name])
    return changed


def set_active(entry: Entry, active: bool) -> bool:
    """Close or reopen a locked entry; tell whether that changed anything."""
    changed = entry.is_active != active
    entry.is_active = active
    entry.save(update_fields=["is_active"])
    return changed
