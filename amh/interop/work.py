"""What the exchanges ask people to do."""

from django.utils.translation import gettext_lazy as _

from amh.core.roles import Role
from patients.work import Work, declare

declare(
    Work(
        "receiver_away",
        Role.ADMINISTRATOR,
        60,
        _("Un logiciel ne répond plus (destinataire n° %(receiver)s) : voir les envois"),
    )
)
