"""What a person states of a stay."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amh.core.fields import MomentField, MomentForm
from patients.evidence import Evidence, FieldKind
from patients.evidence import Field as Value
from patients.models import Document, Patient, Source
from patients.queries import documents
from patients.rules.facts import LONGEST

BY_HAND = {Source.SEEN: _("vu dans le DPI ou sur papier"), Source.SAID: _("dit, de vive voix ou par téléphone")}


class DocumentField(forms.ModelChoiceField):
    """One of the documents of a patient, the last first."""

    def label_from_instance(self, obj: Document) -> str:
        """What it is, and since when it is here."""
        added = f"{timezone.localtime(obj.entered_at):%d/%m/%Y}"
        return ", ".join(filter(None, [obj.get_kind_display(), obj.title, added]))


class WithdrawForm(forms.Form):
    """Why something is taken back."""

    use_required_attribute = False

    reason = forms.CharField(label=_("Motif"), max_length=200)


class FactForm(MomentForm):
    """How it is known, whose act it is and when it was done, and the values that this kind of fact carries."""

    source = forms.ChoiceField(label=_("Comment on le sait"), widget=forms.RadioSelect)
    said_by = forms.CharField(label=_("Auteur de l’acte"), max_length=LONGEST, required=False)
    happened_at = MomentField(label=_("Date de l’acte"), required=False)
    document = DocumentField(
        label=_("Document qui le montre"), queryset=Document.objects.none(), required=False, empty_label=_("aucun")
    )

    def __init__(self, *args: Any, evidence: Evidence, sources: list[Source], patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evidence = evidence
        cast("forms.ChoiceField", self.fields["source"]).choices = [(each.value, BY_HAND[each]) for each in sources]
        standing = documents.of_patient(patient).filter(withdrawn_at=None)
        cast("DocumentField", self.fields["document"]).queryset = standing
        values = {each.name: _field(each) for each in evidence.fields}
        self.fields |= values
        self.order_fields(["source", *values])
        if evidence.signed:
            self.fields["said_by"].help_text = _("Qui a signé : Dr NOM Prénom.")
            self.fields["said_by"].required = self.fields["happened_at"].required = True

    @property
    def value(self) -> dict[str, Any]:
        """The values of this kind among what was typed."""
        return {each.name: self.cleaned_data.get(each.name) for each in self.evidence.fields}


def _field(value: Value) -> forms.Field:
    label = f"{value.label} ({value.unit})" if value.unit else str(value.label)
    common: dict[str, Any] = {"label": label[:1].upper() + label[1:], "required": value.required}
    match value.kind:
        case FieldKind.NUMBER:
            return forms.FloatField(**common, min_value=0, max_value=999_999, localize=True)
        case FieldKind.DATE:
            return forms.DateField(**common, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        case FieldKind.MOMENT:
            return MomentField(**common)
        case FieldKind.YES_NO:
            return forms.BooleanField(**common | {"required": False})
        case FieldKind.CHOICE:
            return forms.ChoiceField(**common, choices=[("", _("Choisir…")), *value.choices])
    return forms.CharField(**common, max_length=LONGEST)


def initial(evidence: Evidence, *, source: Source, said_by: str, at: datetime) -> dict[str, Any]:
    """What is offered before anything is typed: for a signed act, the physician of the stay and this moment."""
    offered: dict[str, Any] = {"source": source}
    return offered | ({"said_by": said_by, "happened_at": timezone.localtime(at)} if evidence.signed else {})
