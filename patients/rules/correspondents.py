"""Who can follow a patient outside, and in what quality."""

from django.utils.translation import gettext as _

from amh.core.errors import Conflict, Invalid
from patients.models import Correspondent, CorrespondentRole, Organisation, Practitioner

R = CorrespondentRole


def check_somebody(role: str, practitioner: Practitioner | None, organisation: Organisation | None) -> None:
    """Raise ``Invalid`` unless somebody active is named; « no general practitioner declared » names nobody (DR-8)."""
    if practitioner is None and organisation is None and role != R.GP:
        raise Invalid(_("Choisir un professionnel ou une structure."), code="required", field="who")
    if practitioner is not None and organisation is not None:
        raise Invalid(_("Choisir un professionnel ou une structure, pas les deux."), code="two_named", field="who")
    named = practitioner or organisation
    if named is not None and not named.is_active:
        raise Invalid(_("%s n’est plus en activité.") % named, code="inactive", field="who")
    if organisation is not None and role == R.GP:
        raise Invalid(_("Un médecin traitant est une personne."), code="not_a_person", field="who")


def check_unknown(correspondent: Correspondent) -> None:
    """Raise ``Conflict`` for a second general practitioner, or the same correspondent twice in one quality."""
    others = Correspondent.objects.filter(patient=correspondent.patient_id, role=correspondent.role, withdrawn_at=None)
    others = others.exclude(pk=correspondent.pk)
    if correspondent.role == R.GP:
        standing = others.select_related("practitioner").first()
        if standing is not None:
            known = standing.practitioner or _("aucun médecin traitant déclaré")
            sentence = _("Déjà noté : %s. Le changer, ou le retirer d’abord.") % known
            raise Conflict(sentence, code="gp_known", field="role")
    same = others.filter(practitioner=correspondent.practitioner_id, organisation=correspondent.organisation_id)
    if same.exists():
        raise Conflict(_("Ce correspondant est déjà noté à ce titre."), code="correspondent_known", field="who")


def check_standing(correspondent: Correspondent) -> None:
    """Raise ``Conflict`` for a correspondent that was taken off the record."""
    if correspondent.withdrawn_at is not None:
        raise Conflict(_("Ce correspondant a été retiré entre-temps."), code="correspondent_withdrawn")
