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
    "correspondent_one_gp": _("Un médecin traitant vient d’être noté. Recharger la page."),
    "flag_once": _("Ce signalement vient d’être fait. Recharger la page."),
    "practitioner_rpps": _("Un professionnel de ce RPPS vient d’être ajouté à la liste."),
    "practitioner_without_rpps": _("Un professionnel de ce nom vient d’être ajouté à la liste."),
    "organisation_finess": _("Une structure de ce FINESS vient d’être ajoutée à la liste."),
}
