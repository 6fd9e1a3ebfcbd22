"""When two records may be merged into one, what contradicts it, and when a merge may be undone."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import IdentifierType, Merge, Patient, PatientIdentifier, Sex


def check_merge(survivor: Patient, merged: Patient, *, by: User | None) -> None:
    """Raise unless ``by`` may merge ``merged`` into ``survivor``: two records that both stand, neither merged yet."""
    rules.check(by, Permission.MERGE_PATIENTS)
    if survivor.pk == merged.pk:
        raise Invalid(_("Un dossier ne se fusionne pas avec lui-même."), code="merge_itself", field="merged")
    for field, patient in (("survivor", survivor), ("merged", merged)):
        if patient.merged_into_id is not None:
            raise Conflict(
                _("Ce dossier est déjà fusionné dans un autre : choisir celui qui continue."),
                code="already_merged",
                field=field,
            )
        if patient.cancelled_at is not None:
            raise Conflict(_("Ce dossier a été retiré : il ne se fusionne pas."), code="patient_withdrawn", field=field)


def check_reattach(*, by: User | None) -> None:
    """Raise ``Denied`` unless ``by`` may give a stay to another person."""
    rules.check(by, Permission.MERGE_PATIENTS)


def check_meant(survivor: Patient, merged: Patient, *, reason: str, confirmed: bool) -> None:
    """Raise unless a person who merges says why, and confirms it when the records contradict each other."""
    if not reason.strip():
        raise Invalid(_("Indiquer le motif de la fusion."), code="required", field="reason")
    found = contradictions(survivor, merged)
    if found and not confirmed:
        sentence = _("Les deux dossiers se contredisent : %s. Confirmer qu’il s’agit de la même personne.")
        raise Conflict(sentence % ", ".join(found), code="merge_contradiction", field="confirmed")


def contradictions(one: Patient, other: Patient) -> list[str]:
    """What the two records say differently of one person, in words. What is not known contradicts nothing."""
    found = []
    if one.sex != other.sex and Sex.UNKNOWN not in (one.sex, other.sex):
        found.append(_("sexe différent"))
    shared = min(len(one.birth_date), len(other.birth_date))
    if one.birth_date[:shared] != other.birth_date[:shared]:
        found.append(_("date de naissance différente"))
    if len(_standing_ins(one, other)) > 1:
        found.append(_("INS différente"))
    return found


def _standing_ins(one: Patient, other: Patient) -> set[str]:
    known = PatientIdentifier.objects.filter(patient__in=[one.pk, other.pk], type=IdentifierType.INS, valid_until=None)
    return set(known.values_list("value", flat=True))


def check_undo(merge: Merge, below: Collection[int], *, by: User | None) -> None:
    """Raise unless ``by`` may undo the merge: it stands, and is not among those ``below`` a newer one."""
    rules.check(by, Permission.MERGE_PATIENTS)
    if merge.undone_at is not None:
        raise Conflict(_("Cette fusion est déjà annulée."), code="already_undone")
    if merge.pk in below:
        raise Conflict(_("Une fusion plus récente en dépend : l’annuler d’abord."), code="later_merge")
    if merge.survivor.cancelled_at is not None:
        raise Conflict(_("Le dossier conservé a été retiré depuis."), code="patient_withdrawn")


def check_current(patient: Patient, locked: Patient, *, by: User | None) -> None:
    """Raise ``Conflict`` for a person who acts on a record that has been merged since: what they saw is not it.

    Another system knows nothing of it: what it says of the person goes to the record that goes on.
    """
    if by is not None and patient.pk != locked.pk:
        raise Conflict(_("Ce dossier vient d’être fusionné : ouvrir celui qui continue."), code="merged")


def check_alone(patient: Patient) -> None:
    """Raise ``Conflict`` when the record has absorbed another one: withdrawing it would lose both."""
    if patient.merged.exists():
        raise Conflict(_("Un autre dossier y est fusionné : annuler d’abord cette fusion."), code="patient_has_merge")
