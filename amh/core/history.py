"""Row history: every version of a row is kept by trigger, bulk and raw SQL included."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pghistory
from django.db import models
from django.db.migrations.state import ProjectState
from pgtrigger import migrations

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


class AddTrigger(migrations.AddTrigger):
    """Adds a trigger without rendering the model and all its relatives again: no migration asks a model for those.

    With three triggers to a table, rendering is half of what a first start waits for.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Write the trigger down among the options of the model."""
        options = state.models[app_label, self.model_name].options
        options["triggers"] = [*options.get("triggers", []), self.trigger]
