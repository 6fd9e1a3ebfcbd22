"""``/api/v1/``: every resource of the REST interface, on one screen."""

from django.urls import include, path, re_path
from rest_framework.routers import DefaultRouter

from amh.core.api import docs
from amh.core.api.accounts import Accounts
from amh.core.api.parameters import Parameters
from amh.core.api.resources import Missing
from amh.core.api.saved_views import SavedViews
from amh.core.api.schema import Description
from amh.core.api.tokens import Tokens
from amh.interop.api.messages import InboundMessages
from amh.interop.api.receivers import OutboundMessages, Receivers
from amh.interop.api.senders import Senders
from patients.api.accesses import ExceptionalAccesses
from patients.api.addresses import Addresses
from patients.api.audits import Audits
from patients.api.closures import Closures
from patients.api.consents import Consents
from patients.api.contacts import Contacts
from patients.api.correspondents import Correspondents
from patients.api.documents import Documents
from patients.api.facts import Facts
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
from patients.api.tasks import Tasks
from patients.api.traces import Traces
from wards.api.absences import Absences
from wards.api.calendars import Calendars, WorkingTimes
from wards.api.confirmations import Confirmations
from wards.api.covers import Covers
from wards.api.duties import Duties
from wards.api.memberships import Memberships
from wards.api.screens import Screens

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
router.register("closures", Closures, basename="closures")
router.register("senders", Senders, basename="senders")
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
router.register("saved-views", SavedViews, basename="saved-views")
router.register("facts", Facts, basename="facts")
router.register("tasks", Tasks, basename="tasks")
router.register("documents", Documents, basename="documents")
router.register("audit", Audits, basename="audit")
router.register("traces", Traces, basename="traces")
router.register("exceptional-accesses", ExceptionalAccesses, basename="exceptional-accesses")
router.register("messages", InboundMessages, basename="messages")
router.register("receivers", Receivers, basename="receivers")
router.register("outbound-messages", OutboundMessages, basename="outbound-messages")
router.register("memberships", Memberships, basename="memberships")
router.register("covers", Covers, basename="covers")
router.register("absences", Absences, basename="absences")
router.register("duties", Duties, basename="duties")
router.register("calendars", Calendars, basename="calendars")
router.register("confirmations", Confirmations, basename="confirmations")
router.register("screens", Screens, basename="screens")
router.register("working-times", WorkingTimes, basename="working-times")

urlpatterns = [
    path("schema/", Description.as_view(), name="schema"),
    path("docs/", docs.page, name="docs"),
    path("", include(router.urls)),
    re_path("", Missing.as_view(), name="missing"),
]
