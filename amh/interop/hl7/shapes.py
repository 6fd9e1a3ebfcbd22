"""What a value looks like, without the value: ``AAAA-99``. Enough to see what is wrong, too little to know it."""

import re
from datetime import datetime

from amh.interop.hl7 import messages
from amh.interop.hl7.messages import Segment, Unreadable

LONGEST = 40
_PLACE = re.compile(r"([A-Z][A-Z0-9]{1,3})-(\d+)(?:\.(\d+))?")
_LETTER, _FIGURE = re.compile(r"[^\W\d_]"), re.compile(r"\d")
_RUN = re.compile(r"(A{6})A+|(9{6})9+")
"""How long a name is tells something about it: no more than six signs of one kind are shown in a row."""


def shape(text: str) -> str:
    """A text with ``A`` for every letter and ``9`` for every figure; what is long is cut short."""
    text = _FIGURE.sub("9", _LETTER.sub("A", text))
    text = _RUN.sub(lambda run: f"{run[1] or run[2]}…", text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def at(raw: bytes, where: str, *, received_at: datetime) -> str:
    """The shape of what stands at ``where`` (``ZBE-9``, ``PV1-3.5``) in a stored message; ``""`` when nothing does."""
    found = _PLACE.fullmatch(where)
    if found is None:
        return ""
    try:
        message = messages.parse(raw, received_at=received_at)
    except Unreadable:
        return ""
    return shape(_text(message.segment(found[1]), int(found[2]), int(found[3] or 0)))


def _text(segment: Segment, number: int, component: int) -> str:
    if not component:
        return segment.raw(number).strip()
    return segment.separators.repetition.join(one.component(component) for one in segment.repetitions(number))
