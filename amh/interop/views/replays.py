"""All that a list shows at once: tried again, set aside, put back. And how far a replay has come."""

from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from amh.core import rules
from amh.core.dialogs import Dialog, Done
from amh.core.doors import door
from amh.core.requests import actor, sent
from amh.core.roles import Permission
from amh.interop.actions import quarantines, replays
from amh.interop.forms.messages import ChosenForm, IgnoreChosenForm, WishForm
from amh.interop.hl7 import faults
from amh.interop.models import IgnoreReason, InboundMessage, MessageState, Replay
from amh.interop.queries import messages


@door(Permission.VIEW_FEED)
def ask(request: HttpRequest) -> HttpResponse:
    """Have all that the list shows tried again."""
    by, chosen = actor(request), _chosen(request, MessageState.QUARANTINED)

    def retry(said: dict[str, Any]) -> Done:
        replay = replays.ask(chosen=chosen.filter(pk__lte=said["newest"]), by=by, at=timezone.now())
        n = replay.total
        sentence = ngettext("%d message va être rejoué.", "%d messages vont être rejoués.", n) % n
        return Done(sentence, reverse("interop:replay_progress", args=[replay.pk]))

    form, words = _form(request, ChosenForm, chosen), (_("Rejouer tous ces messages"), _("Rejouer ces messages"))
    return _dialog(form, *words, "interop/replays/ask.html", chosen).answer(request, retry)


@door(Permission.VIEW_FEED)
def ignore(request: HttpRequest) -> HttpResponse:
    """Set all that the list shows aside, for one reason."""
    by, chosen = actor(request), _chosen(request, MessageState.QUARANTINED)

    def set_aside(said: dict[str, Any]) -> Done:
        reason, meant = IgnoreReason(said["reason"]), chosen.filter(pk__lte=said["newest"])
        n = quarantines.ignore_all(chosen=meant, reason=reason, note=said["note"], by=by, at=timezone.now())
        return Done(ngettext("%d message ignoré.", "%d messages ignorés.", n) % n, reverse("interop:messages"))

    form, words = _form(request, IgnoreChosenForm, chosen), (_("Ignorer tous ces messages"), _("Ignorer ces messages"))
    return _dialog(form, *words, "interop/messages/ignore.html", chosen).answer(request, set_aside)


@door(Permission.VIEW_FEED)
def restore(request: HttpRequest) -> HttpResponse:
    """Put all back that the list shows and that somebody had set aside."""
    by, chosen = actor(request), _chosen(request, MessageState.IGNORED).filter(ignored_by__isnull=False)

    def put_back(said: dict[str, Any]) -> Done:
        n = quarantines.restore_all(chosen=chosen.filter(pk__lte=said["newest"]), by=by, at=timezone.now())
        sentence = ngettext("%d message remis en quarantaine.", "%d messages remis en quarantaine.", n) % n
        return Done(sentence, reverse("interop:messages"))

    form = _form(request, ChosenForm, chosen)
    words = (_("Remettre tous ces messages en quarantaine"), _("Remettre en quarantaine"))
    return _dialog(form, *words, "interop/replays/restore.html", chosen).answer(request, put_back)


def _chosen(request: HttpRequest, state: MessageState) -> QuerySet[InboundMessage]:
    """All that the filters of the address name, in this state. Raises ``Http404`` for filters that say nothing."""
    rules.check(actor(request), Permission.VIEW_FEED)
    form = WishForm(request.GET)
    if not form.is_valid():
        raise Http404
    return messages.found(form.wish()).filter(state=state, replay=None)


def _form(request: HttpRequest, shape: type[Form], chosen: QuerySet[InboundMessage]) -> Form:
    return shape(sent(request), initial={"newest": messages.newest(chosen)})


def _dialog(form: Form, title: str, button: str, template: str, chosen: QuerySet[InboundMessage]) -> Dialog:
    def context() -> dict[str, Any]:
        groups = [(group, faults.of(group.code)) for group in messages.groups(chosen)]
        return {"groups": groups, "count": sum(group.count for group, _fault in groups)}

    return Dialog(form, title, button, template, context)


@require_safe
@door(Permission.VIEW_FEED)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a replay has come, and in the end what became of its messages."""
    rules.check(actor(request), Permission.VIEW_FEED)
    replay = get_object_or_404(Replay.objects.select_related("asked_by"), pk=pk)
    facts = {"title": _("Messages rejoués"), "replay": replay, "rendered_at": timezone.now()}
    part = "#progress" if request.headers.get("HX-Request") else ""
    return render(request, f"interop/replays/show.html{part}", facts)
