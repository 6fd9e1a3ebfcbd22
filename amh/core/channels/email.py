"""E-mail, as plain text, through the site's own mail server."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from email.utils import parseaddr
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from amh.core.deliveries.failures import Failure, Permanent, Temporary, Unreachable

PATIENCE = 10
"""Seconds that each answer of the mail server may take."""

ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)")
"""Status code of RFC 3463, the only part of a server's answer that cannot name anybody."""

OUTSIDE = (SMTPAuthenticationError, SMTPConnectError, SMTPHeloError)
"""Answers that concern us and not the message, whatever their code."""


def send(*, to: Sequence[str], subject: str, text: str, key: str) -> str:
    """Hand one message to the mail server and return its Message-ID, the same for the same ``key`` at every attempt.

    Raises ``Permanent`` when the server refuses it for good (5xx) or an address cannot be written, ``Temporary`` when
    it asks to come back (4xx), ``Unreachable`` when the server itself does not answer or lets nobody in.
    """
    message_id = identify(key)
    with _failures(), closing(get_connection(timeout=PATIENCE)) as connection:
        EmailMessage(
            subject=" ".join(subject.split()),
            body=text,
            to=list(to),
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
            connection=connection,
        ).send()
    return message_id


def identify(key: str) -> str:
    """The Message-ID of ``key``: a hash, because keys are ours, at the domain that the site sends from (RFC 5322)."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except SMTPRecipientsRefused as error:
        # One who may accept it later is worth another attempt, so the mildest answer counts.
        raise _refusal(*min(error.recipients.values())) from None
    except OUTSIDE as error:
        raise _refusal(error.smtp_code, error.smtp_error, kind=Unreachable) from None
    except SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from None
    except OSError as error:
        # Every other trouble of smtplib is one too.
        raise Unreachable(_("Serveur de messagerie injoignable (%s).") % type(error).__name__) from None
    except ValueError:
        raise Permanent(_("Adresse ou objet impossible à écrire dans un courriel.")) from None


def _refusal(code: int, answer: bytes | str, kind: type[Failure] | None = None) -> Failure:
    words = answer.decode("ascii", "replace") if isinstance(answer, bytes) else answer
    enhanced = ENHANCED.match(words)
    kind = kind or (Permanent if code >= 500 else Temporary)
    return kind(_("Refusé par le serveur de messagerie (%s).") % (enhanced[0] if enhanced else code))
