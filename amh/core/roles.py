"""Who may do what, on one screen.

A permission is held for a *scope*: the units where the person works, or the whole hospital. Views, API, streams and
actions all ask ``amh.core.rules``, which reads nothing but this table. ``docs/permissions.md`` is written from it.
"""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The trades that open the program, and what else shows itself by an account: a wall screen, another system."""

    AMH = "amh", _("Assistante médicale d’hospitalisation")
    TEAM_LEAD = "team_lead", _("Animatrice d’équipe")
    BED_MANAGER = "bed_manager", _("Gestionnaire des lits")
    PHYSICIAN = "physician", _("Médecin")
    NURSE = "nurse", _("Infirmière")
    DISPATCH_DESK = "dispatch_desk", _("Régulation des transports")
    PHYSICIST = "physicist", _("Physicien médical")
    SOCIAL_WORKER = "social_worker", _("Assistante sociale")
    DIETICIAN = "dietician", _("Diététicienne")
    HOUSEKEEPING = "housekeeping", _("Bionettoyage")
    PORTER = "porter", _("Brancardier")
    ADMISSIONS_OFFICE = "admissions_office", _("Bureau des entrées")
    ON_CALL = "on_call", _("Cadre de garde")
    DPO = "dpo", _("Délégué à la protection des données")
    ADMINISTRATOR = "administrator", _("Administrateur")
    WALL = "wall", _("Écran mural")
    INTERFACE = "interface", _("Interface")


class Permission(StrEnum):
    """Acts that the table below gives or withholds."""

    VIEW_BOARD = "view_board"
    VIEW_WALL = "view_wall"
    VIEW_PATIENT = "view_patient"
    REGISTER = "register"
    COMPLETE_RECORD = "complete_record"
    MERGE_PATIENTS = "merge_patients"
    PLACE = "place"
    DISCHARGE = "discharge"
    EXPECT_DISCHARGE = "expect_discharge"
    RESERVE = "reserve"
    CLEAN = "clean"
    CLOSE_BED = "close_bed"
    CONFIRM_BOARD = "confirm_board"
    STATE_FACT = "state_fact"
    WORK_TASKS = "work_tasks"
    VIEW_DOCUMENT = "view_document"
    ADD_DOCUMENT = "add_document"
    OPEN_EXCEPTIONALLY = "open_exceptionally"
    VIEW_JOURNAL = "view_journal"
    VIEW_STAFF = "view_staff"
    TAKE_COVER = "take_cover"
    SET_STAFF = "set_staff"
    SET_STRUCTURE = "set_structure"
    SET_PARAMETERS = "set_parameters"
    SET_ACCOUNTS = "set_accounts"
    VIEW_FEED = "view_feed"
    SEND_MESSAGE = "send_message"


LABELS = {
    Permission.VIEW_BOARD: _("voir le plan des lits"),
    Permission.VIEW_WALL: _("afficher l’écran mural, sans noms"),
    Permission.VIEW_PATIENT: _("voir les patients par leur nom et ouvrir leur dossier"),
    Permission.REGISTER: _("enregistrer un patient, corriger son identité, le préadmettre"),
    Permission.COMPLETE_RECORD: _("compléter le dossier : contacts, correspondants, consentements, signalements"),
    Permission.MERGE_PATIENTS: _("fusionner deux dossiers d’un même patient"),
    Permission.PLACE: _("installer, muter, échanger, enregistrer une permission et son retour"),
    Permission.DISCHARGE: _("enregistrer une sortie, un départ, un décès"),
    Permission.EXPECT_DISCHARGE: _("prévoir une sortie"),
    Permission.RESERVE: _("réserver un lit"),
    Permission.CLEAN: _("noter qu’un lit est propre"),
    Permission.CLOSE_BED: _("fermer et rouvrir un lit"),
    Permission.CONFIRM_BOARD: _("confirmer le plan d’une unité"),
    Permission.STATE_FACT: _("noter un fait vu ou dit"),
    Permission.WORK_TASKS: _("voir les tâches, les prendre, les terminer"),
    Permission.VIEW_DOCUMENT: _("ouvrir un document du patient"),
    Permission.ADD_DOCUMENT: _("déposer un document"),
    Permission.OPEN_EXCEPTIONALLY: _("demander un accès exceptionnel motivé"),
    Permission.VIEW_JOURNAL: _("lire le journal des accès et relire les accès exceptionnels"),
    Permission.VIEW_STAFF: _("voir qui travaille où"),
    Permission.TAKE_COVER: _("reprendre une unité"),
    Permission.SET_STAFF: _("organiser relais, absences et gardes"),
    Permission.SET_STRUCTURE: _("décrire unités, chambres, lits et calendriers"),
    Permission.SET_PARAMETERS: _("régler les paramètres et les modèles de texte"),
    Permission.SET_ACCOUNTS: _("gérer les comptes, les affectations et les jetons"),
    Permission.VIEW_FEED: _("voir les messages reçus des autres logiciels"),
    Permission.SEND_MESSAGE: _("envoyer des messages, pour un autre logiciel"),
}


class Scope(StrEnum):
    """Where a permission holds."""

    OWN_UNITS = "own_units"
    HOSPITAL = "hospital"


P, S = Permission, Scope

SEEN_BY_STAFF = {P.VIEW_BOARD, P.VIEW_STAFF}
RECORD = {P.VIEW_PATIENT, P.COMPLETE_RECORD, P.STATE_FACT, P.WORK_TASKS, P.VIEW_DOCUMENT, P.ADD_DOCUMENT}
STAY = {P.PLACE, P.DISCHARGE, P.EXPECT_DISCHARGE, P.CLEAN, P.CONFIRM_BOARD}
BEDS = {*STAY, P.REGISTER, P.RESERVE, P.CLOSE_BED}


def held(scope: Scope, *permissions: Permission) -> dict[Permission, Scope]:
    """Give each of ``permissions`` for ``scope``."""
    return dict.fromkeys(permissions, scope)


ROLES: dict[str, dict[Permission, Scope]] = {
    Role.AMH: held(S.HOSPITAL, *SEEN_BY_STAFF, P.REGISTER, P.OPEN_EXCEPTIONALLY, P.TAKE_COVER)
    | held(S.OWN_UNITS, *RECORD, *STAY, P.RESERVE),
    Role.TEAM_LEAD: held(S.HOSPITAL, *SEEN_BY_STAFF, *RECORD, *BEDS, P.OPEN_EXCEPTIONALLY, P.TAKE_COVER, P.SET_STAFF),
    Role.BED_MANAGER: held(
        S.HOSPITAL, *SEEN_BY_STAFF, *BEDS, P.VIEW_PATIENT, P.WORK_TASKS, P.OPEN_EXCEPTIONALLY, P.VIEW_FEED
    ),
    Role.PHYSICIAN: held(S.HOSPITAL, *SEEN_BY_STAFF, P.OPEN_EXCEPTIONALLY)
    | held(S.OWN_UNITS, *RECORD, P.EXPECT_DISCHARGE, P.DISCHARGE),
    Role.NURSE: held(S.HOSPITAL, *SEEN_BY_STAFF, P.OPEN_EXCEPTIONALLY) | held(S.OWN_UNITS, *RECORD, *STAY),
    Role.DISPATCH_DESK: held(S.HOSPITAL, *SEEN_BY_STAFF, P.VIEW_PATIENT, P.WORK_TASKS),
    Role.PHYSICIST: held(S.HOSPITAL, *SEEN_BY_STAFF, P.OPEN_EXCEPTIONALLY)
    | held(S.OWN_UNITS, P.VIEW_PATIENT, P.CLOSE_BED, P.STATE_FACT, P.WORK_TASKS, P.VIEW_DOCUMENT),
    Role.SOCIAL_WORKER: held(S.HOSPITAL, *SEEN_BY_STAFF, P.OPEN_EXCEPTIONALLY) | held(S.OWN_UNITS, *RECORD),
    Role.DIETICIAN: held(S.HOSPITAL, *SEEN_BY_STAFF, P.OPEN_EXCEPTIONALLY)
    | held(S.OWN_UNITS, P.VIEW_PATIENT, P.STATE_FACT, P.WORK_TASKS),
    Role.HOUSEKEEPING: held(S.HOSPITAL, *SEEN_BY_STAFF, P.CLEAN),
    Role.PORTER: held(S.HOSPITAL, *SEEN_BY_STAFF, P.WORK_TASKS),
    Role.ADMISSIONS_OFFICE: held(
        S.HOSPITAL,
        *SEEN_BY_STAFF,
        P.VIEW_PATIENT,
        P.REGISTER,
        P.COMPLETE_RECORD,
        P.MERGE_PATIENTS,
        P.WORK_TASKS,
        P.OPEN_EXCEPTIONALLY,
    ),
    Role.ON_CALL: held(S.HOSPITAL, *SEEN_BY_STAFF, *RECORD, *BEDS, P.OPEN_EXCEPTIONALLY, P.SET_STAFF),
    Role.DPO: held(S.HOSPITAL, *SEEN_BY_STAFF, P.VIEW_JOURNAL),
    Role.ADMINISTRATOR: held(
        S.HOSPITAL,
        *SEEN_BY_STAFF,
        P.WORK_TASKS,
        P.SET_STAFF,
        P.SET_STRUCTURE,
        P.SET_PARAMETERS,
        P.SET_ACCOUNTS,
        P.VIEW_FEED,
    ),
    Role.WALL: held(S.HOSPITAL, P.VIEW_WALL),
    Role.INTERFACE: held(S.HOSPITAL, P.SEND_MESSAGE),
}
