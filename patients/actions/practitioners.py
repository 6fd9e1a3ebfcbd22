"""Professionals as other systems name them."""

from patients.models import Practitioner


def reference(rpps: str, family_name: str, given_name: str) -> Practitioner | None:
    """The professional of this RPPS, else of this name, made when nobody knows them; ``None`` when nothing is said."""
    if rpps:
        return Practitioner.objects.get_or_create(
            rpps=rpps, defaults={"family_name": family_name[:120] or rpps, "given_name": given_name[:120]}
        )[0]
    if not family_name:
        return None
    return Practitioner.objects.get_or_create(rpps="", family_name=family_name[:120], given_name=given_name[:120])[0]
