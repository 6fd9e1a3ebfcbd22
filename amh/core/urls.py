from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from amh.core.forms import LogIn

app_name = "core"

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
    path("deconnexion/", LogoutView.as_view(), name="logout"),
]
