"""Systems to which we tell what happens here."""

from itertools import count

from amh.interop.hl7 import sent
from amh.interop.models import Receiver
from patients.models import IdentifierType, Patient, PatientIdentifier
from tests.factories.clocks import LONG_AGO

numbers = count(1)


def a_receiver(**fields: object) -> Receiver:
    """One that wants to hear of everything that happens to patients, and knows them by the numbers of CLCC."""
    known = {"name": f"DPI {next(numbers)}", "application": "DPI", "facility": "CLCC", "host": "127.0.0.1", "port": 1}
    said = {"domain": "CLCC", "events": list(sent.CHOSEN), "enabled": True}
    return Receiver.objects.create(**known | said | fields)


def numbered(patient: Patient, value: str = "", *, domain: str = "CLCC") -> Patient:
    """The patient with a number in a domain."""
    PatientIdentifier.objects.create(
        patient=patient,
        type=IdentifierType.IPP,
        domain=domain,
        value=value or f"7{patient.pk:05}",
        valid_from=LONG_AGO,
    )
    return patient
