"""``/api/v1/``: every resource of the REST interface, on one screen."""

from django.urls import include, path, re_path
from rest_framework.routers import DefaultRouter

from amh.core.api import docs
from amh.core.api.accounts import Accounts
from amh.core.api.parameters import Parameters
from amh.core.api.resources import Missing
from amh.core.api.schema import Description
from amh.core.api.tokens import Tokens
from patients.api.addresses import Addresses
from patients.api.consents import Consents
from patients.api.contacts import Contacts
from patients.api.correspondents import Correspondents
from patients.api.flags import Flags
from patients.api.identifiers import Identifiers
from patients.api.merges import Merges
from patients.api.movements import Movements
from patients.api.organisations import Organisations
from patients.api.patients import Patients
from patients.api.placements import Placements
from patients.api.practitioners import Practitioners
from patients.api.reservations import Reservations
from patients.api.stays import Stays
from patients.api.structures import Beds, Rooms, Units

app_name = "api"

router = DefaultRouter(use_regex_path=False)
router.include_format_suffixes = False
router.register("units", Units, basename="units")
router.register("rooms", Rooms, basename="rooms")
router.register("beds", Beds, basename="beds")
router.register("patients", Patients, basename="patients")
router.register("identifiers", Identifiers, basename="identifiers")
router.register("merges", Merges, basename="merges")
router.register("stays", Stays, basename="stays")
router.register("movements", Movements, basename="movements")
router.register("placements", Placements, basename="placements")
router.register("reservations", Reservations, basename="reservations")
router.register("contacts", Contacts, basename="contacts")
router.register("correspondents", Correspondents, basename="correspondents")
router.register("consents", Consents, basename="consents")
router.register("flags", Flags, basename="flags")
router.register("practitioners", Practitioners, basename="practitioners")
router.register("organisations", Organisations, basename="organisations")
router.register("addresses", Addresses, basename="addresses")
router.register("accounts", Accounts, basename="accounts")
router.register("parameters", Parameters, basename="parameters")
router.register("tokens", Tokens, basename="tokens")

urlpatterns = [
    path("schema/", Description.as_view(), name="schema"),
    path("docs/", docs.page, name="docs"),
    path("", include(router.urls)),
    re_path("", Missing.as_view(), name="missing"),
]
