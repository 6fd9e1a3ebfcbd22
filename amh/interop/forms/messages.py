"""Which messages are looked for, and why some are set aside."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from amh.core import dates
from amh.interop.hl7 import lexicon
from amh.interop.models import IgnoreReason, MessageState, Sender
from amh.interop.queries.messages import Wish
from amh.interop.rules.messages import LONGEST_NOTE

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
STATES = {
    "quarantaine": MessageState.QUARANTINED,
    "ignores": MessageState.IGNORED,
    "appliques": MessageState.ACCEPTED,
    "recus": MessageState.RECEIVED,
    "tous": None,
}
"""What the address calls the states; the first when it says nothing."""


class WishForm(forms.Form):
    """The filters of the list, which stay in its address: none of them tells of a patient."""

    use_required_attribute = False
    etat = forms.CharField(required=False, widget=forms.HiddenInput)
    motif = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    emetteur = forms.ModelChoiceField(
        Sender.objects.order_by("application", "facility"), label=_("Émetteur"), required=False, empty_label=_("Tous")
    )
    evenement = forms.ChoiceField(label=_("Événement"), required=False)
    du = forms.DateField(label=_("Du"), required=False, widget=DAY)
    au = forms.DateField(label=_("Au"), required=False, widget=DAY)
    identifiant = forms.CharField(
        label=_("Identifiant du message"),
        required=False,
        max_length=199,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, said: QueryDict) -> None:
        super().__init__(said, label_suffix="")
        events = [(code, f"{code} {name}") for code, name in lexicon.EVENTS.items()]
        self.fields["evenement"].choices = [("", _("Tous")), *events]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a day that nobody can mean, and a period that ends before it begins."""
        said = super().clean() or {}
        for name in ("du", "au"):
            if said.get(name) and not dates.plausible(said[name]):
                raise ValidationError({name: _now("Cette date est trop lointaine.")})
        if said.get("du") and said.get("au") and said["au"] < said["du"]:
            raise ValidationError({"au": _now("La période se termine avant de commencer.")})
        return said

    @property
    def slug(self) -> str:
        """The state that is shown, as the address calls it."""
        asked = self.data.get("etat", "")
        return asked if asked in STATES else next(iter(STATES))

    def wish(self) -> Wish:
        """What is looked for, once it is valid."""
        said = self.cleaned_data
        last = said["au"] and said["au"] + timedelta(days=1)
        return Wish(
            STATES[self.slug],
            said["emetteur"].pk if said["emetteur"] else None,
            said["evenement"],
            said["identifiant"],
            said["motif"],
            _midnight(said["du"]),
            _midnight(last),
        )

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, as the address says them."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}

    @property
    def query(self) -> str:
        """The same, for the address of an act on all that the list shows."""
        return urlencode(self.filters)


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


class ChosenForm(forms.Form):
    """All that a list shows: what comes after it was looked at is not meant."""

    use_required_attribute = False
    newest = forms.IntegerField(widget=forms.HiddenInput)


class IgnoreForm(forms.Form):
    """Why nothing more is to be done about a message."""

    use_required_attribute = False
    reason = forms.ChoiceField(label=_("Motif"), choices=IgnoreReason, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Précision"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("Une phrase, sans nom de patient. Elle reste à côté du message."),
    )


class IgnoreChosenForm(IgnoreForm, ChosenForm):
    """The same for all that a list shows."""
