from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amh.core.doors import door


@require_safe
@door()
def index(request: HttpRequest) -> HttpResponse:
    """The settings, each with what it is for: those that the person may open."""
    return render(request, "desk/settings/index.html", {"title": _("Que peut-on régler ?")})
