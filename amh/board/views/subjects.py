"""The stay that a dialog is about, as the person in front of it may know it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import Promise

from amh.board.cards import BedCard, who
from amh.board.views.cards import shown
from amh.board.views.dialogs import FORM, finished, undo_url
from amh.core import audit, dates, rules
from amh.core.dialogs import Dialog
from amh.core.models import User
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from patients.models import Movement, Placement, Stay
from patients.queries import accesses, placements
from patients.rules.accesses import is_named
from patients.rules.beds import named


@dataclass(frozen=True)
class Subject:
    """One stay, where its patient is ``now``, and who looks."""

    request: HttpRequest
    stay: Stay
    place: Placement | None
    by: User
    now: datetime

    @property
    def unit_id(self) -> int | None:
        """The unit where the patient is, or is expected."""
        return self.place.unit_id if self.place else self.stay.unit_id

    @property
    def is_named(self) -> bool:
        """Whether this person may know who it is."""
        return is_named(self.stay.patient, unit_id=self.unit_id, to=self.by, stay=self.stay)

    @property
    def name(self) -> str:
        """The patient's name, or a mask."""
        return named(self.stay.patient, unit_id=self.unit_id, to=self.by, stay=self.stay)

    @property
    def who(self) -> str:
        """Birth date, sex and age, to tell two people of one name apart; empty for those who may not know."""
        if not self.is_named:
            return ""
        return who(self.stay.patient.birth_date, self.stay.patient.sex, today=dates.local(self.now).date())

    def about(self, sentence: Promise | str) -> str:
        """A sentence with the name in the place of its ``%s``; not every one has it."""
        return str(sentence).replace("%s", self.name)

    def card(self, *, page: str) -> BedCard | None:
        """The card of the patient's bed, if they have one; the reading is traced either way."""
        if self.place and self.place.bed:
            return shown(self.request, self.place.bed, page=page)[0]
        self.trace(page=page)
        return None

    def trace(self, *, page: str) -> None:
        """Write that a named patient was read."""
        if self.is_named:
            unit_ids = [self.unit_id]
            right = accesses.grounds(self.stay.patient_id, by=self.by, at=self.now, unit_ids=unit_ids)
            facts: dict[str, Any] = {"patient_id": self.stay.patient_id, "stay_id": self.stay.pk}
            audit.trace(page, by=self.by, at=self.now, ip=ip(self.request), count=1, **facts, **right)

    def answer(
        self,
        form: Form,
        title: Promise | str,
        submit_label: Promise | str,
        act: Callable[[dict[str, Any]], HttpResponse],
        *,
        page: str,
        consequence: Promise | str = "",
        template: str = FORM,
        **context: Any,
    ) -> HttpResponse:
        """Show the form under what is known of the patient, or do the act. ``page`` is how the reading is traced."""

        def facts() -> dict[str, Any]:
            about = {"stay": self.stay, "unit_id": self.unit_id}
            return {"card": self.card(page=page), "who": self.who, "consequence": consequence} | about | context

        return Dialog(form, self.about(title), str(submit_label), template, facts).answer(self.request, act)

    def done(self, sentence: Promise | str, movement: Movement | None = None) -> HttpResponse:
        """Say what was done, and offer to take it back."""
        return finished(self.request, self.about(sentence), undo_url=undo_url(movement) if movement else None)


def subject(request: HttpRequest, pk: int) -> Subject:
    """The stay of that number. Raises ``Denied`` for those who may not look at the board, ``Http404``."""
    by, now = actor(request), timezone.now()
    rules.check(by, Permission.VIEW_BOARD)
    stay = get_object_or_404(Stay.objects.select_related("patient", "unit"), pk=pk)
    return Subject(request, stay, placements.current(stay, at=now), by, now)
