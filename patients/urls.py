from django.urls import path

from patients.views import (
    accesses,
    addresses,
    consents,
    contacts,
    correspondents,
    flags,
    journals,
    organisations,
    patients,
    practitioners,
    protections,
)

app_name = "patients"

RECORD = "patients/<int:pk>"
LIST = "admin/correspondants"
PERSON, STRUCTURE, ADDRESS = f"{LIST}/professionnels", f"{LIST}/structures", f"{LIST}/adresses/<int:pk>"
CONTACT = f"{RECORD}/contacts/<int:contact_pk>"
CORRESPONDENT = f"{RECORD}/correspondants/<int:correspondent_pk>"
FLAG = f"{RECORD}/signalements/<int:flag_pk>"

urlpatterns = [
    path("patients/", patients.search, name="search"),
    path("patients/nouveau/", patients.register, name="register"),
    path(f"{RECORD}/", patients.record, name="record"),
    path(f"{RECORD}/impression/", patients.print_view, name="print"),
    path(f"{RECORD}/identite/", patients.correct, name="correct"),
    path(f"{RECORD}/contacts/nouveau/", contacts.add, name="contacts-add"),
    path(f"{CONTACT}/", contacts.change, name="contacts-change"),
    path(f"{CONTACT}/retirer/", contacts.withdraw, name="contacts-withdraw"),
    path(f"{CONTACT}/retablir/", contacts.restore, name="contacts-restore"),
    path(f"{RECORD}/correspondants/aucun/", correspondents.declare_none, name="correspondents-none"),
    path(f"{RECORD}/correspondants/nouveau/<str:role>/", correspondents.add, name="correspondents-add"),
    path(f"{CORRESPONDENT}/", correspondents.replace, name="correspondents-replace"),
    path(f"{CORRESPONDENT}/retirer/", correspondents.withdraw, name="correspondents-withdraw"),
    path(f"{CORRESPONDENT}/retablir/", correspondents.restore, name="correspondents-restore"),
    path(f"{RECORD}/consentements/<str:subject>/", consents.note, name="consents-note"),
    path(f"{RECORD}/signalements/nouveau/<str:kind>/", flags.add, name="flags-add"),
    path(f"{FLAG}/", flags.change, name="flags-change"),
    path(f"{FLAG}/lever/", flags.lift, name="flags-lift"),
    path(f"{FLAG}/annuler/", flags.withdraw, name="flags-withdraw"),
    path(f"{FLAG}/retablir/", flags.restore, name="flags-restore"),
    path(f"{LIST}/", organisations.listing, name="organisations"),
    path(f"{LIST}/choix/<str:role>/", correspondents.offered, name="correspondents-options"),
    path(f"{PERSON}/nouveau/", practitioners.add, name="practitioners-add"),
    path(f"{PERSON}/<int:pk>/", practitioners.show, name="practitioners-show"),
    path(f"{PERSON}/<int:pk>/corriger/", practitioners.change, name="practitioners-change"),
    path(f"{PERSON}/<int:pk>/fermer/", practitioners.close, name="practitioners-close"),
    path(f"{PERSON}/<int:pk>/rouvrir/", practitioners.reopen, name="practitioners-reopen"),
    path(f"{PERSON}/<int:pk>/adresses/nouvelle/", addresses.add_to_practitioner, name="practitioners-add_address"),
    path(f"{STRUCTURE}/nouvelle/", organisations.add, name="organisations-add"),
    path(f"{STRUCTURE}/<int:pk>/", organisations.show, name="organisations-show"),
    path(f"{STRUCTURE}/<int:pk>/corriger/", organisations.change, name="organisations-change"),
    path(f"{STRUCTURE}/<int:pk>/fermer/", organisations.close, name="organisations-close"),
    path(f"{STRUCTURE}/<int:pk>/rouvrir/", organisations.reopen, name="organisations-reopen"),
    path(f"{STRUCTURE}/<int:pk>/adresses/nouvelle/", addresses.add_to_organisation, name="organisations-add_address"),
    path(f"{ADDRESS}/verifier/", addresses.verify, name="addresses-verify"),
    path(f"{ADDRESS}/retirer/", addresses.withdraw, name="addresses-withdraw"),
    path(f"{ADDRESS}/retablir/", addresses.restore, name="addresses-restore"),
    path("acces-exceptionnel/", accesses.ask_by_number, name="accesses-ask_by_number"),
    path("patients/<int:pk>/acces-exceptionnel/", accesses.ask, name="accesses-ask"),
    path("acces-exceptionnels/<int:pk>/terminer/", accesses.end, name="accesses-end"),
    path("journal/", journals.readings, name="journal"),
    path("journal/actes/", journals.acts, name="journals-acts"),
    path("journal/patients/", journals.find, name="journals-find"),
    path("journal/patients/<int:pk>/releve/", journals.report, name="journals-report"),
    path("journal/acces/", accesses.queue, name="accesses-queue"),
    path("journal/acces/<int:pk>/relire/", accesses.review, name="accesses-review"),
    path("sejours/<int:pk>/proteger/", protections.protect, name="protections-protect"),
    path("sejours/<int:pk>/protection/lever/", protections.unprotect, name="protections-unprotect"),
]
