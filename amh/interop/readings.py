"""A file that describes a structure, in whichever form it comes."""

from typing import Any

from amh.interop.csv import structures as csv_structures
from amh.interop.hl7 import structures as hl7_structures
from amh.interop.hl7.structures import Reading
from wards.actions.structures import Brought


def read(raw: bytes) -> Reading:
    """The rows of a spreadsheet (CSV) or of an HL7 location master file."""
    if hl7_structures.is_hl7(raw):
        return hl7_structures.read(raw)
    return Reading(csv_structures.read(raw), left_aside=0)


def counts(brought: Brought[Any]) -> dict[str, int]:
    """How many were made, changed, and left as they were."""
    return {"created": len(brought.created), "changed": len(brought.changed), "unchanged": len(brought.unchanged)}
