"""The one way in which a form in a dialog goes to an answer, on every page but the board, which stays where it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from amh.core.errors import Denied, Refusal

UNPROCESSABLE = 422


@dataclass(frozen=True)
class Done:
    """What was done, in a sentence, and the page to show next; where it can be taken back at once, if anywhere."""

    sentence: str
    back: str
    undo_url: str = ""


@dataclass(frozen=True)
class Dialog:
    """A form that opens in the dialog of a page, or as a page of its own without scripts.

    ``context`` is read only when the form is shown: what a template other than the plain one needs.
    """

    form: Form
    title: str
    submit_label: str
    template: str = "core/forms/dialog.html"
    context: Callable[[], Mapping[str, Any]] = dict

    def show(self, request: HttpRequest, *, status: int = 200) -> HttpResponse:
        """The dialog as it stands, with what was typed and what was wrong with it."""
        facts = {"form": self.form, "title": self.title, "submit_label": self.submit_label}
        return render(
            request,
            self.template,
            facts | {"action_url": request.get_full_path()} | dict(self.context()),
            status=status,
        )

    def answer(self, request: HttpRequest, act: Callable[[dict[str, Any]], Done | HttpResponse]) -> HttpResponse:
        """Show the form, or do the act; a refusal is said beside the field that it concerns, and nothing is lost.

        An act may answer by itself, when what it gives is to be seen at once and never again.
        """
        if request.method != "POST":
            return self.show(request)
        if not self.form.is_valid():
            return self.show(request, status=UNPROCESSABLE)
        try:
            done = act(self.form.cleaned_data)
        except Denied:
            raise
        except Refusal as refusal:
            beside = refusal.field if refusal.field in self.form.fields else None
            self.form.add_error(beside, refusal.sentence)
            return self.show(request, status=refusal.status)
        return done if isinstance(done, HttpResponse) else finished(request, done)


def finished(request: HttpRequest, done: Done) -> HttpResponse:
    """Say what was done and show the next page; from inside a dialog the browser is sent there."""
    messages.success(request, done.sentence, extra_tags=done.undo_url)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": done.back})
    return redirect(done.back)
