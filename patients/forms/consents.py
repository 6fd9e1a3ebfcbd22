"""What a patient answered."""

from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amh.core.fields import MomentField, MomentForm
from patients.forms.fields import StayField
from patients.models import ConsentSubject, Patient, Source
from patients.queries import records
from patients.rules.consents import ANSWERS, FOR_A_STAY

BY_HAND = [(Source.SAID, _("dit par le patient")), (Source.SEEN, _("vu, écrit ou dans son dossier"))]
REMARKS: dict[str, str | Promise] = {
    ConsentSubject.ADVANCE_DIRECTIVES: _("Où elles se trouvent. Rien de leur contenu."),
}


class ConsentForm(MomentForm):
    """One answer to one subject, when it was given and how it is known."""

    answer = forms.ChoiceField(label=_("Réponse"), widget=forms.RadioSelect)
    stay = StayField(label=_("Séjour"))
    given_at = MomentField(label=_("Donnée le"))
    source = forms.ChoiceField(label=_("Comment on le sait"), choices=BY_HAND, widget=forms.RadioSelect)
    remark = forms.CharField(label=_("Remarque"), required=False, max_length=200, help_text=_("Rien de médical."))

    def __init__(self, *args: Any, patient: Patient, subject: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["answer"]).choices = list(ANSWERS[subject].items())
        if subject in REMARKS:
            self.fields["remark"].help_text = str(REMARKS[subject])
        if subject in FOR_A_STAY:
            stays = cast("StayField", self.fields["stay"])
            stays.offer(patient)
            stays.initial = records.stays(patient).first()
        else:
            del self.fields["stay"]
