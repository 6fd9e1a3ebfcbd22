from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from amh.core.doors import door
from amh.core.forms import LogIn
from amh.core.sessions import open_when_locked
from amh.core.views import accounts, parameters, sessions

app_name = "core"

PARAMETER = "admin/parametres/<slug:key>"

urlpatterns = [
    path(
        "connexion/",
        login_not_required(
            LoginView.as_view(
                template_name="core/sessions/login.html", authentication_form=LogIn, redirect_authenticated_user=True
            )
        ),
        name="login",
    ),
    path("deconnexion/", door()(open_when_locked(LogoutView.as_view())), name="logout"),
    path("verrou/", sessions.unlock, name="unlock"),
    path("verrou/fermer/", sessions.lock, name="lock"),
    path("verrou/etat/", sessions.state, name="lock-state"),
    path("compte/code/", accounts.set_pin, name="set-pin"),
    path("compte/badge/", accounts.set_badge, name="set-badge"),
    path("compte/mot-de-passe/", accounts.change_password, name="change-password"),
    path("compte/<str:kind>/supprimer/", accounts.remove, name="remove-key"),
    path("admin/parametres/", parameters.listing, name="parameters"),
    path("admin/modeles/", parameters.templates, name="templates"),
    path(f"{PARAMETER}/", parameters.show, name="parameter"),
    path(f"{PARAMETER}/regler/", parameters.change, name="parameter-change"),
    path(f"{PARAMETER}/rendre/", parameters.give_back, name="parameter-give-back"),
    path(f"{PARAMETER}/apercu/", parameters.preview, name="parameter-preview"),
]
