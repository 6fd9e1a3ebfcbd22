"""What may be said of a receiver."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core.errors import Conflict, Invalid
from amh.core.transactions import VIOLATIONS
from amh.interop.hl7 import sent
from amh.interop.hl7.writers import Charset
from amh.interop.models import Receiver
from wards.rules.names import check_choice, check_name

SAID = (
    "name",
    "application",
    "facility",
    "host",
    "port",
    "tls",
    "charset",
    "domain",
    "events",
    "bed_states",
    "enabled",
)
"""What an administrator says of it."""

HOST = re.compile(r"[A-Za-z0-9_.:\-]+")
TAKEN = gettext_lazy("Un autre destinataire porte déjà ce nom.")
VIOLATIONS["receiver_name_once"] = TAKEN


def check_described(receiver: Receiver) -> None:
    """Raise ``Invalid`` beside the field, or ``Conflict`` for the name of another, unless all is in order."""
    for name in ("name", "application", "facility", "host", "domain"):
        check_name(Receiver, name, getattr(receiver, name), required=name != "facility")
    check_choice(Charset, receiver.charset, field="charset")
    if not HOST.fullmatch(receiver.host):
        raise Invalid(_("Un nom de machine ou une adresse IP est attendu."), code="bad_host", field="host")
    if not receiver.port or not 1 <= receiver.port <= 65535:
        raise Invalid(_("Un nombre de 1 à 65535 est attendu."), code="bad_port", field="port")
    if not set(receiver.events) <= set(sent.CHOSEN):
        raise Invalid(_("Événement inconnu."), code="unknown_event", field="events")
    if Receiver.objects.filter(name=receiver.name).exclude(pk=receiver.pk).exists():
        raise Conflict(str(TAKEN), code="name_taken", field="name")
