"""What is asked of the journal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from amh.core.models import AccessKind
from amh.core.periods import PeriodForm
from amh.core.roles import Role
from patients.models import ExceptionalAccess, Patient
from patients.queries.traces import Wish
from wards.models import Unit

EVERY = [("", _("Toutes"))]


class JournalForm(PeriodForm):
    """Which readings are shown. A patient is named by the number of the record, never by name: addresses are kept."""

    patient = forms.ModelChoiceField(Patient.objects.all(), required=False, widget=forms.HiddenInput)
    acces = forms.ModelChoiceField(ExceptionalAccess.objects.all(), required=False, widget=forms.HiddenInput)
    personne = forms.CharField(label=_("Professionnel"), required=False, max_length=80)
    role = forms.ChoiceField(label=_("Rôle"), required=False, choices=[("", _("Tous")), *Role.choices])
    unite = forms.ModelChoiceField(Unit.objects.all(), label=_("Unité"), required=False, empty_label=_("Toutes"))
    nature = forms.ChoiceField(label=_("Nature"), required=False, choices=[*EVERY, *AccessKind.choices])
    exceptionnel = forms.BooleanField(label=_("Accès exceptionnels seulement"), required=False)

    field_order = ["patient", "acces", "du", "au", "personne", "role", "unite", "nature", "exceptionnel"]

    @property
    def asked(self) -> set[str]:
        """The names of the filters that are set: what the trace of this reading keeps of them."""
        return {name for name in self.fields if self.data.get(name)}

    def wish(self) -> Wish:
        """What was asked, once it is valid."""
        said = self.cleaned_data
        since, until = self.bounds
        return Wish(
            patient=said["patient"],
            person=said["personne"],
            role=said["role"],
            unit=said["unite"],
            since=since,
            until=until,
            kind=said["nature"],
            exceptional=said["exceptionnel"],
            access=said["acces"],
        )


class FindForm(forms.Form):
    """Whom the journal is asked about."""

    text = forms.CharField(label=_("IPP, ou mots du nom"), min_length=2, max_length=80)


class ReportForm(PeriodForm):
    """For which time, and in what form, a patient is told who opened their record."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("pdf", _("PDF, à remettre au patient")), ("csv", _("tableau (CSV)"))],
        initial="pdf",
        widget=forms.RadioSelect,
    )
