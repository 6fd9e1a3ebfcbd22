"""Who works in the demonstration hospital: accounts, the units they belong to, their tokens, and the physicians."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from stdnum import luhn

from amh.core import entitlements
from amh.core.actions import tokens, unlocks
from amh.core.models import ApiToken, User
from amh.core.models.tokens import digest
from amh.core.roles import Permission, Role
from patients.actions import practitioners
from patients.models import Practitioner
from wards.actions import memberships
from wards.models import Unit

PASSWORD = "demo"  # noqa: S105
TOKEN = "demo-interface"  # noqa: S105
PIN = "2580"
"""The short code by which ``amh`` opens a locked screen again."""
EVERY_UNIT = ("MED", "HEM", "CUR", "HDJ", "USP", "CHIR", "ACA", "BLOC1")
INTERFACE = "interface"


@dataclass(frozen=True)
class Account:
    """A person with an account, and the codes of the units where they work."""

    username: str
    role: Role
    first_name: str
    last_name: str
    units: tuple[str, ...] = ()


ACCOUNTS = (
    Account("amh", Role.AMH, "Camille", "Lefèvre", ("MED", "HEM")),
    Account("cadre-amh", Role.TEAM_LEAD, "Nathalie", "Roussel", EVERY_UNIT),
    Account("lits", Role.BED_MANAGER, "Stéphane", "Marchand", EVERY_UNIT),
    Account("medecin", Role.PHYSICIAN, "Hélène", "Garnier", ("MED", "CHIR")),
    Account("infirmiere", Role.NURSE, "Aurélie", "Fontaine", ("MED", "CHIR")),
    Account("transport", Role.DISPATCH_DESK, "Karim", "Benali"),
    Account("physicien", Role.PHYSICIST, "Thomas", "Weber", ("CUR",)),
    Account("bionettoyage", Role.HOUSEKEEPING, "Maria", "Ferreira", EVERY_UNIT),
    Account("garde", Role.ON_CALL, "Isabelle", "Colin", EVERY_UNIT),
    Account("admissions", Role.ADMISSIONS_OFFICE, "Corinne", "Didier"),
    Account("sociale", Role.SOCIAL_WORKER, "Valérie", "Simonin", ("MED", "HEM", "USP")),
    Account("dietetique", Role.DIETICIAN, "Lucile", "Antoine", ("MED", "CHIR")),
    Account("brancardier", Role.PORTER, "Mehdi", "Lahlou"),
    Account("dpo", Role.DPO, "Philippe", "Nguyen"),
    Account("admin", Role.ADMINISTRATOR, "Julie", "Perrin"),
    Account("mural", Role.WALL, "", "Écran mural"),
    Account(INTERFACE, Role.INTERFACE, "", "Interface de démonstration"),
    Account("amh1", Role.AMH, "Sandrine", "Haxaire", ("MED",)),
    Account("amh2", Role.AMH, "Émilie", "Schmitt", ("MED",)),
    Account("amh3", Role.AMH, "Nadia", "Bouzid", ("HEM",)),
    Account("amh4", Role.AMH, "Claire", "Thiébaut", ("HEM", "USP")),
    Account("amh5", Role.AMH, "Laëtitia", "Mangin", ("CUR", "USP")),
    Account("amh6", Role.AMH, "Céline", "Wagner", ("HDJ",)),
    Account("amh7", Role.AMH, "Fatou", "Diallo", ("HDJ",)),
    Account("amh8", Role.AMH, "Mathilde", "Grosjean", ("HDJ", "CUR")),
    Account("amh9", Role.AMH, "Virginie", "Da Silva", ("CHIR",)),
    Account("amh10", Role.AMH, "Aurore", "L’Huillier", ("CHIR",)),
    Account("amh11", Role.AMH, "Benoît", "Kieffer", ("CHIR", "BLOC1")),
    Account("amh12", Role.AMH, "Noémie", "Rossi", ("ACA",)),
    Account("amh13", Role.AMH, "Delphine", "Le Gall", ("ACA", "BLOC1")),
)
USERNAMES = frozenset(account.username for account in ACCOUNTS)

PHYSICIANS = (
    ("Garnier", "Hélène", "Oncologie médicale", ("MED", "CHIR")),
    ("Boulanger", "Marc", "Oncologie médicale", ("MED",)),
    ("Haddad", "Samir", "Oncologie médicale", ("MED", "HDJ")),
    ("Zimmermann", "Anne", "Hématologie", ("HEM",)),
    ("Picard", "Étienne", "Hématologie", ("HEM", "HDJ")),
    ("Vautrin", "Pascal", "Radiothérapie", ("CUR",)),
    ("Le Goff", "Maïwenn", "Radiothérapie", ("CUR",)),
    ("Olivier", "Sophie", "Oncologie médicale", ("HDJ",)),
    ("Delacroix", "Béatrice", "Soins palliatifs", ("USP",)),
    ("Ségura", "Laurent", "Chirurgie", ("CHIR", "ACA", "BLOC1")),
    ("Chevallier", "Guillaume", "Chirurgie", ("CHIR", "ACA")),
    ("Nguyen", "Kim", "Anesthésie-réanimation", ("ACA", "CHIR")),
)


@dataclass(frozen=True)
class Staff:
    """Accounts by name, and by unit code its AMH and its physicians."""

    users: dict[str, User]
    amhs: dict[str, User]
    physicians: dict[str, list[Practitioner]]


def build(units: dict[str, Unit], *, at: datetime) -> Staff:
    """Make every account (password ``demo``, the interface by token only), their memberships, and the physicians.

    Accounts are rows made here: no act would take a password that everybody knows.
    """
    password = make_password(PASSWORD)
    users = {account.username: _user(account, password) for account in ACCOUNTS}
    since = at - timedelta(days=365)
    for account in ACCOUNTS:
        if account.units:
            memberships.join(user=users[account.username], codes=account.units, by=None, at=since)
    entitlements.fill(users.values(), at=at)
    _give_keys(users, at=at)
    amhs = {code: users[a.username] for a in reversed(ACCOUNTS) if a.role == Role.AMH for code in a.units}
    return Staff(users, amhs, _physicians(at=since))


def _give_keys(users: dict[str, User], *, at: datetime) -> None:
    """Tokens: the one that everybody may use, one that only reads, one that was revoked; and a code for one person."""
    ApiToken.objects.create(user=users[INTERFACE], label="Démonstration", digest=digest(TOKEN))
    admin, until = users["admin"], at + timedelta(days=90)
    reads = [Permission.VIEW_BOARD]
    tokens.issue(user=users["lits"], label="Tableau du matin", valid_until=until, permissions=reads, by=admin, at=at)
    old = tokens.issue(user=users[INTERFACE], label="Ancien serveur", valid_until=None, by=admin, at=at)
    tokens.revoke(token=old.token, by=admin, at=at)
    unlocks.set_pin(pin=PIN, by=users["amh"], at=at)


def _user(account: Account, password: str) -> User:
    user = User(
        username=account.username, role=account.role, first_name=account.first_name, last_name=account.last_name
    )
    if account.username == INTERFACE:
        user.set_unusable_password()
    else:
        user.password = password
    user.save()
    return user


def _physicians(*, at: datetime) -> dict[str, list[Practitioner]]:
    found: dict[str, list[Practitioner]] = {}
    for rank, (family, given, specialty, codes) in enumerate(PHYSICIANS, start=1):
        number = f"10999{rank:05d}"
        rpps = number + luhn.calc_check_digit(number)
        values = {"rpps": rpps, "family_name": family, "given_name": given, "specialty": specialty}
        practitioner = practitioners.create(values=values, by=None, at=at)
        for code in codes:
            found.setdefault(code, []).append(practitioner)
    return found
