"""Which messages are looked for, and why some are set aside."""

from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from amh.core.periods import PeriodForm
from amh.interop.hl7 import lexicon
from amh.interop.models import IgnoreReason, MessageState, Sender
from amh.interop.queries.messages import Wish
from amh.interop.rules.messages import LONGEST_NOTE

STATES = {
    "quarantaine": MessageState.QUARANTINED,
    "ignores": MessageState.IGNORED,
    "appliques": MessageState.ACCEPTED,
    "recus": MessageState.RECEIVED,
    "tous": None,
}
"""What the address calls the states; the first when it says nothing."""


class WishForm(PeriodForm):
    """The filters of the list, which stay in its address: none of them tells of a patient."""

    use_required_attribute = False
    etat = forms.CharField(required=False, widget=forms.HiddenInput)
    motif = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    emetteur = forms.ModelChoiceField(
        Sender.objects.order_by("application", "facility"), label=_("Émetteur"), required=False, empty_label=_("Tous")
    )
    evenement = forms.ChoiceField(label=_("Événement"), required=False)
    identifiant = forms.CharField(
        label=_("Identifiant du message"),
        required=False,
        max_length=199,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = ["etat", "motif", "emetteur", "evenement", "du", "au", "identifiant"]

    def __init__(self, said: QueryDict) -> None:
        super().__init__(said, label_suffix="")
        events = [(code, f"{code} {name}") for code, name in lexicon.EVENTS.items()]
        self.fields["evenement"].choices = [("", _("Tous")), *events]  # type: ignore[attr-defined]

    @property
    def slug(self) -> str:
        """The state that is shown, as the address calls it."""
        asked = self.data.get("etat", "")
        return asked if asked in STATES else next(iter(STATES))

    def wish(self) -> Wish:
        """What is looked for, once it is valid."""
        said = self.cleaned_data
        since, until = self.bounds
        return Wish(
            STATES[self.slug],
            said["emetteur"].pk if said["emetteur"] else None,
            said["evenement"],
            said["identifiant"],
            said["motif"],
            since,
            until,
        )

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, as the address says them."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}

    @property
    def query(self) -> str:
        """The same, for the address of an act on all that the list shows."""
        return urlencode(self.filters)


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
