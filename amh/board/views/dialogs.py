"""The one way in which every act of the board goes from a form to an answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from amh.board.cards import BedCard
from amh.core.errors import Denied, Refusal

UNPROCESSABLE = 422


@dataclass(frozen=True)
class Done:
    """What was done, in a sentence, and where it can be undone."""

    sentence: str
    undo_url: str | None = None


@dataclass(frozen=True)
class Dialog:
    """A form in the dialog of a bed or a stay. ``card`` is read, and its reading traced, only when it is shown."""

    form: Form
    template: str
    title: str
    submit_label: str
    card: Callable[[], BedCard | None] = lambda: None
    context: dict[str, Any] = field(default_factory=dict)

    def show(self, request: HttpRequest, *, status: int = 200) -> HttpResponse:
        """The dialog as it stands, with what was typed and what was wrong with it."""
        facts = {"form": self.form, "title": self.title, "submit_label": self.submit_label, "card": self.card()}
        return render(request, self.template, facts | {"action_url": request.path} | self.context, status=status)

    def answer(self, request: HttpRequest, act: Callable[[dict[str, Any]], Done]) -> HttpResponse:
        """Show the form, or do the act; a refusal is said beside the field that it concerns, and nothing is lost."""
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
        return finished(request, done)


def finished(request: HttpRequest, done: Done) -> HttpResponse:
    """Say what was done, with its undo, and go back to the board; in place when the board is already there."""
    if request.headers.get("HX-Request"):
        return render(request, "board/beds/done.html", {"sentence": done.sentence, "undo_url": done.undo_url})
    messages.success(request, done.sentence)
    return redirect(reverse("board:list"))
