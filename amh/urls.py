from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from amh.core import health
from amh.core.doors import door
from wards.views import accounts

handler403 = "amh.core.views.errors.forbidden"
handler404 = "amh.core.views.errors.not_found"
handler500 = "amh.core.views.errors.server_error"

urlpatterns = [
    path("", door()(RedirectView.as_view(pattern_name="board:home"))),
    path("", include("amh.core.urls")),
    path("", include("amh.board.urls")),
    path("", include("amh.desk.urls")),
    path("", include("patients.urls")),
    path("admin/", include("wards.urls")),
    path("compte/", accounts.mine, name="account"),
    path("interop/", include("amh.interop.urls")),
    path("api/v1/", include("amh.api_urls")),
    path("i18n/langue/", login_not_required(set_language), name="set_language"),
    path("readyz", health.ready),
    path("metrics", health.metrics),
    path(
        "favicon.ico",
        login_not_required(RedirectView.as_view(url=staticfiles_storage.url("icons/favicon.svg"), permanent=True)),
    ),
]
