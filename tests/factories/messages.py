"""Messages as an admission system writes them, to the French profile."""

from datetime import datetime
from itertools import count

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
    extra: str = "",
) -> bytes:
    """An ADT message about one movement; ``place`` is unit^room^bed, ``extra`` more segments."""
    when = f"{at.astimezone(PARIS):%Y%m%d%H%M%S}"
    number = control_id or f"C{next(numbers)}"
    cancels = trigger in ("A11", "A12", "A13", "A52", "A53")
    segments = [
        rf"MSH|^~\&|{sender}|AMH|CLCC|{when}||ADT^{trigger}|{number}|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8",
        f"EVN||{when}||||{when}",
        f"PID|1||{ipp}^^^CLCC^PI||{name}^^^^^L||19580312|F",
        f"PV1|1|I|{place}{'|' * 16}{visit}^^^CLCC^VN",
        f"ZBE|{movement or f'M{next(numbers)}'}^CLCC|{when}||{'CANCEL' if cancels else action}|N||^^^^^^^^^MED||HMS",
        *([extra] if extra else []),
    ]
    return "\r".join(segments).encode()
