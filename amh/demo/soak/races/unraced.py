"""Acts that have no race of their own, and why."""

from amh.core.actions import accounts as core_accounts
from amh.core.actions import saved_views, sessions
from amh.demo.soak.rounds import Verb
from amh.interop.actions import receivers
from patients.actions import (
    addresses,
    closures,
    correspondents,
    documents,
    entourages,
    flags,
    notices,
    organisations,
    patients,
    practitioners,
    reservations,
    tasks,
)
from wards.actions import accounts

UNRACED: dict[str, tuple[Verb, ...]] = {
    "Behind the lock of the account, like `core.accounts.close` and `core.accounts.change`.": (
        core_accounts.set_password,
        core_accounts.change_password,
    ),
    "Behind the lock of the person, on rows that are theirs alone; their two constraints are tried bare.": (
        saved_views.save,
        saved_views.change,
        saved_views.remove,
    ),
    "Behind the locks of the stay and the bed, like `patients.reservations.release`.": (reservations.take_back,),
    "One update of one row, which counts once whoever comes first.": (sessions.lock,),
    "Behind the lock of the session, like `core.sessions.unlock`.": (sessions.confirm,),
    "`core.accounts.create`, then `wards.memberships.join`.": (accounts.create,),
    "Behind the lock of the entry, like `patients.addresses.add` and `patients.practitioners.change`.": (
        addresses.restore,
        organisations.change,
        organisations.close,
        organisations.reopen,
        practitioners.reopen,
    ),
    "Behind the lock of the patient, like `patients.correspondents.replace` and `patients.flags.lift`.": (
        correspondents.withdraw,
        flags.withdraw,
    ),
    "Behind the lock of the patient, then `patients.patients.correct`.": (patients.unprotect,),
    "`patients.closures.set_end` for each bed, ids ascending, like `patients.closures.end`.": (closures.set_ends,),
    "Behind the lock of the stay, like `patients.notices.follow`, and moves nobody.": (notices.complete,),
    "Behind the lock of the patient, then `patients.contacts.add`, `patients.correspondents.add` and "
    "`patients.consents.note`.": (entourages.hear,),
    "`patients.tasks.ask`.": (tasks.ask_about_delivery,),
    "One row under its lock, last word wins; its constraint is tried bare.": (receivers.create, receivers.change),
    "Deletes files an hour old that no row names: their documents were refused long before.": (documents.sweep,),
}
