"""What a person types into the dialog of a bed."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models import Certainty
from wards.models import ClosureReason

Choices = list[tuple[str, list[tuple[int, str]]]]


class MomentInput(forms.DateTimeInput):
    """The browser's own control for a day and an hour, on the site's clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A day and an hour, to the minute."""

    widget = MomentInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            error_messages={"invalid": _("Indiquer une date et une heure, par exemple 21/11/2026 14:32.")}, **kwargs
        )


class ActForm(forms.Form):
    """An act at a moment: ``now`` is the edge's clock, and what a time left as it was proposed means."""

    use_required_attribute = False

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        if "effective_at" in self.fields:
            self.fields["effective_at"].initial = timezone.localtime(now)

    def clean_effective_at(self) -> datetime:
        """The minute of now is now: acts of one minute keep their order."""
        at: datetime = self.cleaned_data["effective_at"]
        return self.now if at == self.now.replace(second=0, microsecond=0) else at


class PlaceForm(ActForm):
    """Who gets this bed."""

    stay = forms.TypedChoiceField(label=_("Patient"), coerce=int)
    effective_at = MomentField(label=_("Heure effective"))

    def __init__(self, *args: Any, stays: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stay"].choices = stays  # type: ignore[attr-defined]


class MoveForm(ActForm):
    """Which bed the patient gets."""

    bed = forms.TypedChoiceField(label=_("Vers le lit"), coerce=int)
    effective_at = MomentField(label=_("Heure effective"))

    def __init__(self, *args: Any, beds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bed"].choices = beds  # type: ignore[attr-defined]


class DischargeForm(ActForm):
    """When the patient left."""

    effective_at = MomentField(label=_("Heure effective du départ"))


class ExpectForm(ActForm):
    """When the patient should leave, and how sure that is."""

    expected_at = MomentField(label=_("Sortie prévue"), required=False, help_text=_("Vide : à fixer."))
    certainty = forms.ChoiceField(label=_("Certitude"), choices=Certainty.choices, widget=forms.RadioSelect)


class ReserveForm(ActForm):
    """For whom the bed is kept, until when."""

    stay = forms.TypedChoiceField(label=_("Patient"), coerce=int)
    expected_at = MomentField(label=_("Arrivée prévue"))

    def __init__(self, *args: Any, stays: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stay"].choices = stays  # type: ignore[attr-defined]


class CloseForm(ActForm):
    """Why the bed takes nobody, until when."""

    reason = forms.ChoiceField(label=_("Motif"), choices=ClosureReason.choices)
    until = MomentField(label=_("Jusqu’au"), required=False, help_text=_("Vide : jusqu’à réouverture."))
