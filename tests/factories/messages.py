"""Messages as an admission system writes them, to the French profile."""

from datetime import datetime
from itertools import count

from amh.interop.hl7 import table
from tests.factories.clocks import NOW, PARIS

numbers = count(1)
SENDER = "GAM|CLCC"


def adt(
    trigger: str,
    *,
    ipp: str = "700123",
    visit: str = "V1",
    movement: str = "",
    at: datetime = NOW,
    place: str = "MED^201^F",
    action: str = "INSERT",
    name: str = "DURAND^Hélène",
    control_id: str = "",
    sender: str = SENDER,
    origin: str = "",
    patient_class: str = "I",
    physician: str = "",
    extra: str = "",
) -> bytes:
    """An ADT message about one movement; ``place`` is unit^room^bed, ``origin`` the event that an update is about,
    ``physician`` who answers for the patient, ``extra`` more segments.
    """
    when = f"{at.astimezone(PARIS):%Y%m%d%H%M%S}"
    number = control_id or f"C{next(numbers)}"
    said = "CANCEL" if trigger in table.CANCELS else "UPDATE" if trigger == "Z99" and action == "INSERT" else action
    segments = [
        rf"MSH|^~\&|{sender}|AMH|CLCC|{when}||ADT^{trigger}|{number}|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8",
        f"EVN||{when}||||{when}",
        f"PID|1||{ipp}^^^CLCC^PI||{name}^^^^^L||19580312|F",
        f"PV1|1|{patient_class}|{place}||||{physician}{'|' * 12}{visit}^^^CLCC^VN",
        f"ZBE|{movement or f'M{next(numbers)}'}^CLCC|{when}||{said}|N|{origin}|^^^^^^^^^MED||HMS",
        *([extra] if extra else []),
    ]
    return "\r".join(segments).encode()
