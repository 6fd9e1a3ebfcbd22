"""Who may do what, on one screen.

A permission is held for a *scope*: the units of which the person is a member, or the whole hospital. Views, API,
streams and actions all ask ``amh.core.rules``, which reads nothing but this table.
"""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The trades that open the program."""

    AMH = "amh", _("Assistante médicale d’hospitalisation")
    TEAM_LEAD = "team_lead", _("Animatrice d’équipe")
    BED_MANAGER = "bed_manager", _("Gestionnaire des lits")
    PHYSICIAN = "physician", _("Médecin")
    NURSE = "nurse", _("Infirmière")
    DISPATCH_DESK = "dispatch_desk", _("Régulation des transports")
    PHYSICIST = "physicist", _("Physicien médical")
    HOUSEKEEPING = "housekeeping", _("Bionettoyage")
    ON_CALL = "on_call", _("Cadre de garde")
    DPO = "dpo", _("Délégué à la protection des données")
    ADMINISTRATOR = "administrator", _("Administrateur")
    INTERFACE = "interface", _("Interface")


class Permission(StrEnum):
    """Acts that the table below gives or withholds."""

    VIEW_BOARD = "view_board"
    VIEW_PATIENT = "view_patient"
    REGISTER = "register"
    PLACE = "place"
    DISCHARGE = "discharge"
    EXPECT_DISCHARGE = "expect_discharge"
    RESERVE = "reserve"
    CLEAN = "clean"
    CLOSE_BED = "close_bed"
    SET_STRUCTURE = "set_structure"
    SET_ACCOUNTS = "set_accounts"
    VIEW_FEED = "view_feed"
    SEND_MESSAGE = "send_message"


class Scope(StrEnum):
    """Where a permission holds."""

    OWN_UNITS = "own_units"
    HOSPITAL = "hospital"


P, S = Permission, Scope

WARD = {P.VIEW_PATIENT, P.PLACE, P.DISCHARGE, P.EXPECT_DISCHARGE, P.CLEAN}
BEDS = {P.VIEW_PATIENT, P.REGISTER, P.PLACE, P.DISCHARGE, P.EXPECT_DISCHARGE, P.RESERVE, P.CLEAN, P.CLOSE_BED}


def held(scope: Scope, *permissions: Permission) -> dict[Permission, Scope]:
    """Give each of ``permissions`` for ``scope``."""
    return dict.fromkeys(permissions, scope)


ROLES: dict[str, dict[Permission, Scope]] = {
    Role.AMH: held(S.HOSPITAL, P.VIEW_BOARD, P.REGISTER) | held(S.OWN_UNITS, *WARD, P.RESERVE),
    Role.TEAM_LEAD: held(S.HOSPITAL, P.VIEW_BOARD, *BEDS),
    Role.BED_MANAGER: held(S.HOSPITAL, P.VIEW_BOARD, *BEDS, P.VIEW_FEED),
    Role.PHYSICIAN: held(S.HOSPITAL, P.VIEW_BOARD) | held(S.OWN_UNITS, P.VIEW_PATIENT, P.EXPECT_DISCHARGE, P.DISCHARGE),
    Role.NURSE: held(S.HOSPITAL, P.VIEW_BOARD) | held(S.OWN_UNITS, *WARD),
    Role.DISPATCH_DESK: held(S.HOSPITAL, P.VIEW_BOARD, P.VIEW_PATIENT),
    Role.PHYSICIST: held(S.HOSPITAL, P.VIEW_BOARD) | held(S.OWN_UNITS, P.VIEW_PATIENT, P.CLOSE_BED),
    Role.HOUSEKEEPING: held(S.HOSPITAL, P.VIEW_BOARD, P.CLEAN),
    Role.ON_CALL: held(S.HOSPITAL, P.VIEW_BOARD, *BEDS),
    Role.DPO: held(S.HOSPITAL, P.VIEW_BOARD),
    Role.ADMINISTRATOR: held(S.HOSPITAL, P.VIEW_BOARD, P.SET_STRUCTURE, P.SET_ACCOUNTS, P.VIEW_FEED),
    Role.INTERFACE: held(S.HOSPITAL, P.SEND_MESSAGE),
}
