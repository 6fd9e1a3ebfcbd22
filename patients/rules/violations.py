"""What a person reads when the database itself refuses: two people, or two systems, at the same instant."""

from django.utils.translation import gettext_lazy as _

from amh.core.transactions import VIOLATIONS

VIOLATIONS |= {
    "one_bed_one_patient": _("Ce lit vient d’être donné à un autre patient. Choisir un autre lit."),
    "one_patient_one_bed": _("Ce patient est déjà installé ailleurs au même moment."),
    "one_bed_one_reservation": _("Ce lit vient d’être réservé pour un autre patient. Choisir un autre lit."),
    "identifier_once": _("Cet identifiant est déjà celui d’un autre patient."),
    "stay_visit_once": _("Ce numéro de venue est déjà celui d’un autre séjour."),
    "closure_once": _("Ce lit est déjà fermé sur cette période."),
}
