"""Messages that were received, or sent, forget an INS that is to be forgotten (ID-11)."""

import re
from datetime import datetime

from django.db.models import F, Func, TextField, Value

from amh.core.models import DeliveryState
from amh.interop.models import InboundMessage, OutboundMessage
from patients import purges

READABLE = Func(F("raw"), Value("escape"), function="encode", output_field=TextField())
"""The bytes of a message as PostgreSQL can search them, whatever they are; figures and letters stand as they are."""
BLANK = b"X"


def redact(value: str, *, at: datetime) -> int:
    """Blank the number, with or without its key or spaces, in the messages that hold it; tell how many they were."""
    number = _written(value)
    holding = InboundMessage.objects.annotate(text=READABLE).filter(text__regex=number)
    rows = list(holding.select_for_update().order_by("pk"))
    for row in rows:
        row.raw = re.sub(number.encode(), _blank, bytes(row.raw))
        row.save(update_fields=["raw"])
    return len(rows)


def redact_sent(value: str, *, at: datetime) -> int:
    """Blank the number in what was sent; what has not left is written anew when it does. Tells how many they were."""
    number = _written(value)
    holding = OutboundMessage.objects.annotate(text=READABLE).filter(text__regex=number)
    rows = list(holding.select_for_update().order_by("pk"))
    for row in rows:
        row.raw = re.sub(number.encode(), _blank, bytes(row.raw)) if row.state == DeliveryState.SENT else b""
        row.save(update_fields=["raw"])
    return len(rows)


def _written(value: str) -> str:
    """A pattern for the number however it is spaced; the two digits of its key may be missing."""
    signs = [re.escape(sign) for sign in value if not sign.isspace()]
    return " ?".join(signs[:13]) + "".join(f"( ?{sign})?" for sign in signs[13:])


def _blank(found: re.Match[bytes]) -> bytes:
    return BLANK * len(found[0])


purges.register("inbound messages", redact)
purges.register("outbound messages", redact_sent)
