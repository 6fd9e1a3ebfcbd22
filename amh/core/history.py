"""Row history: every version of a row is kept by trigger, bulk and raw SQL included."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=models.Model)


def tracked(*, exclude: Iterable[str] = ()) -> Callable[[type[M]], type[M]]:
    """Keep every inserted, updated and deleted version of the model's rows, but for the fields in ``exclude``."""
    options: dict[str, Any] = {"append_only": True}
    if exclude:
        options["exclude"] = list(exclude)
    track: Callable[[type[M]], type[M]] = pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), **options
    )
    return track
