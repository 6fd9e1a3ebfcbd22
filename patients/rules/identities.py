"""How far an identity can be trusted, and what of it may be shown (ID-1 to ID-9)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import dates
from amh.core.errors import Conflict, Invalid
from patients.models import IdentifierType, IdentityStatus, Patient, PatientIdentifier
from patients.rules import nirs

INS_DOMAINS = frozenset({f"1.2.250.1.213.1.4.{last}" for last in (8, 9, 10, 11)})
"""INS from a NIR (8), from a waiting number (9), of tests (10) and of demonstrations (11)."""

TEST_DOMAINS = frozenset({"1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"})
"""Numbers that name nobody: only a demonstration may keep them (ID-4)."""


GIVEN_TYPES = [each for each in IdentifierType.choices if each[0] != IdentifierType.INS]
"""Numbers that a person or a program may give; the INS comes from its own service alone."""

FORGOTTEN = gettext_lazy("Cet identifiant a été retiré de partout.")


class Anomaly(models.TextChoices):
    """What looks wrong about an identity, for the admissions office to check."""

    TRAITS = "traits", gettext_lazy("un trait ne correspond pas à la pièce d’identité")
    DUPLICATE = "duplicate", gettext_lazy("deux dossiers pour une même personne")
    COLLISION = "collision", gettext_lazy("deux personnes dans un même dossier")
    NUMBER = "number", gettext_lazy("un numéro n’est pas celui de la personne")
    OTHER = "other", gettext_lazy("autre doute")


def check_trust(patient: Patient) -> None:
    """Raise ``Invalid`` when a doubtful or fictive identity bears a retrieved INS (ID-7)."""
    if patient.ins_retrieved and (patient.doubtful or patient.fictive):
        raise Invalid(
            _("Une identité douteuse ou fictive ne porte pas d’INS récupérée : retirer d’abord l’INS."),
            code="doubt_with_ins",
            field="doubtful" if patient.doubtful else "fictive",
        )


def is_test(type_: str, domain: str) -> bool:
    """Tell whether the identifier is a national test number where real patients are cared for."""
    return type_ == IdentifierType.INS and domain in TEST_DOMAINS and not settings.LOOPBACK_ONLY


def check_given(type_: str, value: str) -> None:
    """Raise ``Invalid`` for an identifier that nobody may give by hand, or that says nothing."""
    if type_ == IdentifierType.INS:
        raise Invalid(_("L’INS vient de son service national, jamais d’une saisie."), code="ins_by_hand", field="type")
    if not value.strip():
        raise Invalid(_("Indiquer le numéro."), code="required", field="value")


def check_named(patient: Patient | None, value: str) -> None:
    """Raise ``Invalid`` unless it is said whose INS is to be forgotten, or which."""
    if patient is None and not value.strip():
        raise Invalid(_("Indiquer le patient ou le numéro."), code="required", field="value")


def check_stands(identifier: PatientIdentifier) -> None:
    """Raise ``Conflict`` for an identifier whose period is over."""
    if identifier.valid_until is not None:
        raise Conflict(_("Cet identifiant n’est déjà plus en cours."), code="identifier_over")


def check_ended(identifier: PatientIdentifier) -> None:
    """Raise ``Conflict`` for an identifier that stands already."""
    if identifier.valid_until is None:
        raise Conflict(_("Cet identifiant est en cours."), code="identifier_stands")


def shows(identifier: PatientIdentifier, patient: Patient) -> bool:
    """Tell whether the value may be read on the record: an INS only of a qualified identity (ID-3)."""
    return identifier.type != IdentifierType.INS or patient.identity_status == IdentityStatus.QUALIFIED


def warnings(identifier: PatientIdentifier, patient: Patient) -> list[str]:
    """What is odd about an identifier, in words that do not quote it. It warns: it never refuses (ID-6)."""
    if identifier.type != IdentifierType.INS:
        return []
    domain = [] if identifier.domain in INS_DOMAINS else [_("Le domaine de cette INS n’est pas un domaine national.")]
    return domain + nirs.warnings(identifier.value, of=patient)


def trust(patient: Patient) -> str:
    """How far the identity can be trusted, in words (ID-1)."""
    return str(IdentityStatus(patient.identity_status).label)


def born(patient: Patient) -> str:
    """The birth date as it was said: 12/03/1958, 03/1958, 1958, or a lunar one; empty when it is not known."""
    if patient.lunar_birth_date:
        return _("%s (date lunaire)") % dates.birth(patient.lunar_birth_date)
    return dates.birth(patient.birth_date)


def age(patient: Patient, *, on: date) -> int | None:
    """Full years, as far as what is known of the birth tells."""
    return dates.age(patient.birth_date or patient.lunar_birth_date[:4], on=on)
