"""What a person types into the dialog of a bed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amh.core.fields import Choices, MomentField, OfferedField
from patients.models import Certainty, ExitMode
from wards.models import ClosureReason

ONLY_AWAY = (ExitMode.NOT_RETURNED, ExitMode.DEATH)
"""Ways of leaving of who was on leave; anybody else dies here first, and is back."""


class ActForm(forms.Form):
    """An act at a moment: ``now`` is the edge's clock, and what a time left as it was proposed means."""

    use_required_attribute = False

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        if "effective_at" in self.fields:
            self.fields["effective_at"].initial = timezone.localtime(now)

    def offer(self, name: str, choices: Callable[[], Choices]) -> None:
        """Give the field ``name`` what it offers."""
        cast("OfferedField", self.fields[name]).offer(choices, self.data.get(name))

    def clean_effective_at(self) -> datetime:
        """The minute of now is now: acts of one minute keep their order."""
        at: datetime = self.cleaned_data["effective_at"]
        return self.now if at == self.now.replace(second=0, microsecond=0) else at


class PlaceForm(ActForm):
    """Who gets this bed."""

    stay = OfferedField(label=_("Patient"))
    effective_at = MomentField(label=_("Heure effective"))

    def __init__(self, *args: Any, stays: Callable[[], Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("stay", stays)


class MoveForm(ActForm):
    """Which bed the patient gets."""

    bed = OfferedField(label=_("Vers le lit"))
    effective_at = MomentField(label=_("Heure effective"))

    def __init__(self, *args: Any, beds: Callable[[], Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("bed", beds)


class StepForm(ActForm):
    """When it happened."""

    effective_at = MomentField(label=_("Heure effective"))


class LeaveForm(ActForm):
    """When the patient went on leave, and comes back."""

    effective_at = MomentField(label=_("Heure effective du départ"))
    until = MomentField(label=_("Retour prévu"), help_text=_("Deux jours au plus."))


class DischargeForm(ActForm):
    """When the patient left, and where to."""

    mode = forms.ChoiceField(label=_("Vers"), required=False)
    effective_at = MomentField(label=_("Heure effective du départ"))

    def __init__(self, *args: Any, away: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        modes = [mode for mode in ExitMode if away or mode not in ONLY_AWAY]
        cast("forms.ChoiceField", self.fields["mode"]).choices = [
            ("", _("Non précisé")),
            *((mode.value, mode.label) for mode in modes),
        ]


class ExpectForm(ActForm):
    """When the patient should leave, and how sure that is."""

    expected_at = MomentField(label=_("Sortie prévue"), required=False, help_text=_("Vide : à fixer."))
    certainty = forms.ChoiceField(label=_("Certitude"), choices=Certainty.choices, widget=forms.RadioSelect)


class ReserveForm(ActForm):
    """For whom the bed is kept, until when."""

    stay = OfferedField(label=_("Patient"))
    expected_at = MomentField(label=_("Arrivée prévue"))

    def __init__(self, *args: Any, stays: Callable[[], Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("stay", stays)


class CloseForm(ActForm):
    """Why the bed takes nobody, until when."""

    reason = forms.ChoiceField(label=_("Motif"), choices=[("", _("Choisir…")), *ClosureReason.choices])
    until = MomentField(label=_("Jusqu’au"), required=False, help_text=_("Vide : jusqu’à réouverture."))
