"""Who follows a patient outside, with the ways to reach them."""

from django.db.models import Prefetch

from patients.models import Address, Correspondent, CorrespondentRole, Patient

STANDING = Address.objects.filter(withdrawn_at=None).select_related("verified_by").order_by("kind", "pk")
ORDER = list(CorrespondentRole.values)


def of(patient: Patient) -> list[Correspondent]:
    """Every correspondent of a patient, those taken off too; the general practitioner first. Three queries at most."""
    rows = Correspondent.objects.filter(patient=patient)
    rows = rows.select_related("practitioner__organisation", "organisation", "withdrawn_by").prefetch_related(
        Prefetch("practitioner__addresses", queryset=STANDING), Prefetch("organisation__addresses", queryset=STANDING)
    )
    return sorted(rows.order_by("-pk"), key=lambda row: ORDER.index(row.role))
