"""Who works in the demonstration hospital: accounts, the units they cover, and the physicians."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from stdnum import luhn

from amh.core.models import ApiToken, User
from amh.core.models.tokens import digest
from amh.core.roles import Role
from patients.models import Practitioner
from wards.models import Membership, Unit

PASSWORD = "demo"  # noqa: S105
TOKEN = "demo-interface"  # noqa: S105
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
    Account("dpo", Role.DPO, "Philippe", "Nguyen"),
    Account("admin", Role.ADMINISTRATOR, "Julie", "Perrin"),
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
    ("Garnier", "Hélène", ("MED", "CHIR")),
    ("Boulanger", "Marc", ("MED",)),
    ("Haddad", "Samir", ("MED", "HDJ")),
    ("Zimmermann", "Anne", ("HEM",)),
    ("Picard", "Étienne", ("HEM", "HDJ")),
    ("Vautrin", "Pascal", ("CUR",)),
    ("Le Goff", "Maïwenn", ("CUR",)),
    ("Olivier", "Sophie", ("HDJ",)),
    ("Delacroix", "Béatrice", ("USP",)),
    ("Ségura", "Laurent", ("CHIR", "ACA", "BLOC1")),
    ("Chevallier", "Guillaume", ("CHIR", "ACA")),
    ("Nguyen", "Kim", ("ACA", "CHIR")),
)


@dataclass(frozen=True)
class Staff:
    """Accounts by name, and by unit code its AMH and its physicians."""

    users: dict[str, User]
    amhs: dict[str, User]
    physicians: dict[str, list[Practitioner]]


def build(units: dict[str, Unit], *, at: datetime) -> Staff:
    """Make every account (password ``demo``, the interface by token only), their memberships, and the physicians."""
    password = make_password(PASSWORD)
    users = {account.username: _user(account, password) for account in ACCOUNTS}
    ApiToken.objects.create(user=users[INTERFACE], label="Démonstration", digest=digest(TOKEN))
    since = at - timedelta(days=365)
    Membership.objects.bulk_create(
        Membership(user=users[account.username], unit=units[code], valid_from=since)
        for account in ACCOUNTS
        for code in account.units
    )
    amhs = {code: users[a.username] for a in reversed(ACCOUNTS) if a.role == Role.AMH for code in a.units}
    return Staff(users, amhs, _physicians())


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


def _physicians() -> dict[str, list[Practitioner]]:
    found: dict[str, list[Practitioner]] = {}
    for rank, (family, given, codes) in enumerate(PHYSICIANS, start=1):
        number = f"10999{rank:05d}"
        rpps = number + luhn.calc_check_digit(number)
        practitioner = Practitioner.objects.create(rpps=rpps, family_name=family, given_name=given)
        for code in codes:
            found.setdefault(code, []).append(practitioner)
    return found
