"""Where the same patient stands in the patient record of the hospital (WR-1)."""

from collections.abc import Collection

from amh.core import parameters
from patients.models import Stay
from patients.queries.patients import ipps_of


def address(stay_id: int) -> str:
    """The address there of one stay; ``""`` when there is none."""
    return addresses([stay_id]).get(stay_id, "")


def addresses(stay_ids: Collection[int]) -> dict[int, str]:
    """The address there of each stay, in three queries at most; a stay that lacks a number it takes is left out."""
    template = parameters.value("dpi_link")
    if not template:
        return {}
    stays = Stay.objects.filter(pk__in=stay_ids).values_list("pk", "patient_id", "account_number")
    known = ipps_of({patient_id for _pk, patient_id, _number in stays})
    found = {
        pk: parameters.link(template, ipp=next(iter(known.get(patient_id, [])), ""), nda=number)
        for pk, patient_id, number in stays
    }
    return {pk: address for pk, address in found.items() if address}
