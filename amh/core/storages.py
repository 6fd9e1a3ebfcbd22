"""Where documents lie: Django's storage API, so that a site may name another place than a folder."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.translation import gettext as _

from amh.core.errors import Conflict

ALIAS = "documents"


class Folder(FileSystemStorage):
    """A folder for its owner alone, in which a file is on the disk before anybody is told that it is kept."""

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]
        for path in (Path(self.path(saved)), Path(self.path(saved)).parent):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return saved


def documents() -> Storage:
    """The storage of documents."""
    return storages[ALIAS]


def keep(content: bytes) -> str:
    """Store ``content`` and return its key, which is drawn and says nothing of what it holds.

    Raises ``Conflict`` when the place is full or closed; nothing is left of it then.
    """
    name = uuid4().hex
    key = f"{name[:2]}/{name}"
    try:
        return documents().save(key, ContentFile(content))
    except OSError as error:
        discard(key)
        raise Conflict(
            _("Le document n’a pas pu être rangé : plus de place, ou dossier fermé. Rien n’est gardé ; le signaler."),
            code="storage_unavailable",
        ) from error


def content(key: str) -> bytes | None:
    """The bytes under ``key``; ``None`` when they are gone or cannot be read."""
    try:
        with documents().open(key) as kept:
            found: bytes = kept.read()
            return found
    except OSError:
        return None


def discard(key: str) -> None:
    """Take away what lies under ``key``, if anything; what cannot be taken away now is found by the sweep."""
    try:
        documents().delete(key)
    except OSError:
        return


def keys(*, before: datetime) -> Iterator[str]:
    """Every key that was written before that moment."""
    place = documents()
    for folder in _folders(place):
        for name in place.listdir(folder)[1]:
            key = f"{folder}/{name}"
            if place.get_modified_time(key) < before:
                yield key


def _folders(place: Storage) -> list[str]:
    try:
        return place.listdir("")[0]
    except (FileNotFoundError, NotADirectoryError):
        return []
