"""What an administrator says of a system to which we tell what happens here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from amh.interop.hl7 import sent
from amh.interop.hl7.writers import Charset

EVENTS = {
    "A05": _("A05 · préadmission"),
    "A01": _("A01 · entrée"),
    "A02": _("A02 · mutation, changement de lit, salon de sortie"),
    "A21": _("A21 · départ en permission"),
    "A22": _("A22 · retour de permission"),
    "A16": _("A16 · sortie prévue devenue certaine"),
    "A03": _("A03 · sortie"),
}


class ReceiverForm(forms.Form):
    """A receiver; the rules say what cannot be, each beside its field."""

    use_required_attribute = False
    name = forms.CharField(label=_("Nom"), help_text=_("Par exemple : dossier patient informatisé."))
    host = forms.CharField(label=_("Machine"), help_text=_("Nom ou adresse IP, là où le logiciel écoute en MLLP."))
    port = forms.IntegerField(label=_("Port"))
    tls = forms.BooleanField(
        label=_("Liaison chiffrée (TLS)"), required=False, help_text=_("Certificats : MLLP_TLS_CA, MLLP_TLS_CERT.")
    )
    application = forms.CharField(label=_("Application (MSH-5)"))
    facility = forms.CharField(label=_("Établissement (MSH-6)"), required=False)
    domain = forms.CharField(
        label=_("Domaine des IPP"), help_text=_("L’autorité des numéros par lesquels ce logiciel connaît les patients.")
    )
    charset = forms.ChoiceField(label=_("Jeu de caractères"), choices=Charset.choices, initial=Charset.LATIN)
    events = forms.MultipleChoiceField(
        label=_("Ce qu’il veut savoir des patients"),
        choices=[(trigger, EVENTS[trigger]) for trigger in sent.CHOSEN],
        widget=forms.CheckboxSelectMultiple,
        initial=list(sent.USUAL),
        required=False,
        help_text=_("Annulations et corrections suivent. Ce qu’un autre logiciel nous a dit n’est pas répété."),
    )
    bed_states = forms.BooleanField(
        label=_("L’état de chaque lit (A20)"),
        required=False,
        help_text=_(
            "Hors du profil français : seulement pour un logiciel qui le demande. Aucun patient n’y est nommé."
        ),
    )
    enabled = forms.BooleanField(label=_("Actif : lui parler dès maintenant"), required=False)
