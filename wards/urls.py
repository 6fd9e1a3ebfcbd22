from django.urls import path

from wards.views import accounts, calendars, tokens

app_name = "wards"

ACCOUNT, TOKEN = "comptes/<int:pk>", "comptes/jetons/<int:pk>"
CALENDAR = "calendriers/<int:pk>"

urlpatterns = [
    path("calendriers/", calendars.listing, name="calendars"),
    path("calendriers/creer/", calendars.create, name="calendar-create"),
    path("calendriers/temps-de-travail/", calendars.set_working_time, name="working-time"),
    path(f"{CALENDAR}/", calendars.show, name="calendar"),
    path(f"{CALENDAR}/modifier/", calendars.change, name="calendar-change"),
    path(f"{CALENDAR}/horaires/", calendars.set_hours, name="calendar-hours"),
    path(f"{CALENDAR}/exceptions/", calendars.set_apart, name="calendar-set-apart"),
    path(f"{CALENDAR}/supprimer/", calendars.remove, name="calendar-remove"),
    path("calendriers/exceptions/<int:pk>/retirer/", calendars.give_back, name="calendar-give-back"),
    path("comptes/", accounts.listing, name="accounts"),
    path("comptes/creer/", accounts.create, name="account-create"),
    path(f"{ACCOUNT}/", accounts.show, name="account"),
    path(f"{ACCOUNT}/modifier/", accounts.change, name="account-change"),
    path(f"{ACCOUNT}/mot-de-passe/", accounts.set_password, name="account-password"),
    path(f"{ACCOUNT}/fermer/", accounts.close, name="account-close"),
    path(f"{ACCOUNT}/rouvrir/", accounts.reopen, name="account-reopen"),
    path(f"{ACCOUNT}/unites/", accounts.join, name="account-join"),
    path("comptes/unites/<int:pk>/quitter/", accounts.leave, name="account-leave"),
    path(f"{ACCOUNT}/jetons/", tokens.issue, name="token-issue"),
    path(f"{TOKEN}/remplacer/", tokens.rotate, name="token-rotate"),
    path(f"{TOKEN}/revoquer/", tokens.revoke, name="token-revoke"),
]
