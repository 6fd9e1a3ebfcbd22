"""What French law forbids an admission message to carry is blanked before anything is stored (PAM-6)."""

import hashlib

from amh.interop.hl7 import frames, movements
from amh.interop.hl7.messages import Segment, chunks, separators_of
from amh.interop.hl7.separators import Separators

# Race, religion, ethnic group, social security number; PV1-40 and ZBE-3 have no use left in the profile.
FORBIDDEN = {"PID": (10, 17, 19, 22), "PV1": (40,), "ZBE": (3,)}


def redact(text: str) -> str:
    """Blank the forbidden fields of a decoded message, keeping every other character.

    ZBE-3 stays when the segment is shifted by one field: what stands there is then something else.
    """
    separators = separators_of(text) or Separators()
    return "".join(_blanked(chunk, separators) for chunk in chunks(text, separators.field))


def fingerprint(raw: bytes) -> str:
    """Return the SHA-256 of the original, line ends apart: what proves, later, which bytes were received."""
    return hashlib.sha256(frames.normalised(raw)).hexdigest()


def forbidden(segment: Segment) -> tuple[int, ...]:
    """Return the numbers of the forbidden fields that the segment fills."""
    if segment.name == "ZBE" and movements.is_shifted(segment):
        return ()
    return tuple(number for number in FORBIDDEN.get(segment.name, ()) if segment.raw(number).strip())


def _blanked(chunk: str, separators: Separators) -> str:
    parts = chunk.split(separators.field)
    for number in forbidden(Segment((parts[0].strip(), *parts[1:]), separators)):
        end = len(parts[number].rstrip())
        parts[number] = parts[number][end:]
    return separators.field.join(parts)
