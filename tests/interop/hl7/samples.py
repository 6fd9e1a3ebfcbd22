"""Messages for the tests: our own files, and single segments put into a plain admission."""

import os
from datetime import UTC, datetime
from pathlib import Path

from amh.interop.hl7 import frames, messages, pam
from amh.interop.hl7.messages import Message
from amh.interop.hl7.readings import Reading

FIXTURES = Path(__file__).parent / "fixtures"
RECEIVED = datetime(2026, 3, 5, 9, tzinfo=UTC)


def raw(name: str) -> bytes:
    """Return the bytes of one of our own files."""
    return (FIXTURES / f"{name}.hl7").read_bytes()


def reading(name: str) -> Reading:
    """Read the only message of one of our own files."""
    (piece,) = frames.split(raw(name))
    return pam.read(parsed(piece))


def parsed(piece: bytes) -> Message:
    """Read the envelope of one message."""
    return messages.parse(piece, received_at=RECEIVED)


def all_files() -> list[Path]:
    """Return our own files, and those of the folder named by HL7_SAMPLES when it is set."""
    elsewhere = os.environ.get("HL7_SAMPLES")
    folders = [FIXTURES, *([Path(elsewhere)] if elsewhere else [])]
    return [path for folder in folders for path in sorted(folder.rglob("*.hl7"))]


def message(*segments: str, trigger: str = "A01", header: str = "") -> Message:
    """Build a message of those segments after a plain header."""
    first = header or rf"MSH|^~\&|GAM|CLCC|AMH|CLCC|20260305091500||ADT^{trigger}|1|P|2.5"
    return parsed("\r".join([first, *segments]).encode())


def read(*segments: str, trigger: str = "A01") -> Reading:
    """Read a message of those segments."""
    return pam.read(message(*segments, trigger=trigger))


def codes(found: Reading) -> set[tuple[str, str]]:
    """Return what was odd, and where."""
    return {(str(deviation.code), deviation.where) for deviation in found.deviations}


def zbe(*, at: str = "20260305", action: str = "INSERT", origin: str = "", units: str = "^^^^^^^^^4410") -> str:
    """Build a ZBE segment as the profile wants it."""
    return f"ZBE|M1^CLCC^9900|{at}||{action}|N|{origin}|{units}||HMS"
