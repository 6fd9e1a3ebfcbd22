"""What a person types into the dialog of a bed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amh.board.drops import Choice, Drop
from amh.core.errors import Conflict
from amh.core.fields import Choices, MomentField, MomentForm, OfferedField
from patients.models import Certainty, ExitMode
from patients.rules import advice
from patients.rules.reconciliations import Answer
from wards.models import ClosureKind, ClosureReason

ONLY_AWAY = (ExitMode.NOT_RETURNED, ExitMode.DEATH)
"""Ways of leaving of who was on leave; anybody else dies here first, and is back."""


class ActForm(MomentForm):
    """An act at a moment: ``now`` is also what a time left as it was proposed means."""

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, now=now, **kwargs)
        if "effective_at" in self.fields:
            self.fields["effective_at"].initial = timezone.localtime(now)

    def offer(self, name: str, choices: Callable[[], Choices]) -> None:
        """Give the field ``name`` what it offers."""
        cast("OfferedField", self.fields[name]).offer(choices, self.data.get(name))

    def clean_effective_at(self) -> datetime:
        """The minute of now is now: acts of one minute keep their order."""
        at: datetime = self.cleaned_data["effective_at"]
        return self.now if at == self.now.replace(second=0, microsecond=0) else at


def _wall(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


class AdvisedForm(ActForm):
    """An act that may be unwise: what speaks against it is said first, and was read when it is sent again."""

    read = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    def heed(self, drop: Drop) -> None:
        """Raise what stands in the way of giving the bed, else ``Conflict`` with what speaks against it, unread."""
        drop.check_place()
        found = drop.warnings(Choice.PLACE)
        unread = advice.unread(found, read=cast("QueryDict", self.data).getlist("read"))
        if unread:
            self.data = cast("QueryDict", self.data).copy()
            self.data.setlist("read", [reason.key for reason in found])
            words = [*(reason.sentence for reason in unread), _("Appuyer de nouveau pour installer quand même.")]
            raise Conflict(" ".join(map(str, words)), code=advice.ADVISED_AGAINST, field="bed")


class PlaceForm(AdvisedForm):
    """Who gets this bed."""

    stay = OfferedField(label=_("Patient"))
    effective_at = MomentField(label=_("Heure effective"))

    def __init__(self, *args: Any, stays: Callable[[], Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("stay", stays)


class MoveForm(AdvisedForm):
    """Which bed the patient gets."""

    bed = OfferedField(label=_("Vers le lit"))
    effective_at = MomentField(label=_("Heure effective"))

    def __init__(self, *args: Any, beds: Callable[[], Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("bed", beds)


class SwapForm(ActForm):
    """With whom the patient exchanges beds."""

    other = OfferedField(label=_("Avec le patient du lit"))
    effective_at = MomentField(label=_("Heure effective"))

    def __init__(self, *args: Any, others: Callable[[], Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("other", others)


class HomeCareForm(ActForm):
    """Which unit of home care takes the patient over."""

    unit = OfferedField(label=_("Unité d’HAD"))
    effective_at = MomentField(label=_("Heure effective du départ"))

    def __init__(self, *args: Any, units: Callable[[], Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("unit", units)


class WithoutBedForm(ActForm):
    """In which unit the patient is without a bed."""

    unit = OfferedField(label=_("Unité"))
    effective_at = MomentField(label=_("Heure effective"))
    reason = forms.CharField(label=_("Précision"), required=False, max_length=200, help_text=_("Rien de médical."))
    expected_at = MomentField(
        ahead=True,
        required=False,
        label=_("Garder son lit jusqu’au retour prévu à"),
        help_text=_("Au bloc, en réanimation : le lit reste le sien. Vide : le lit est libéré."),
    )

    def __init__(self, *args: Any, units: Callable[[], Choices], keeps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("unit", units)
        if not keeps:
            del self.fields["expected_at"]


class DropForm(forms.Form):
    """Who was dropped on a bed, from which bed (none from a list), and what is to be done when that is not plain."""

    stay = forms.IntegerField()
    origin = forms.IntegerField(required=False)
    other = forms.IntegerField(required=False)
    choice = forms.ChoiceField(choices=[(choice.value, choice.value) for choice in Choice], required=False)


class StepForm(ActForm):
    """When it happened."""

    effective_at = MomentField(label=_("Heure effective"))


class RetimeForm(StepForm):
    """When it happened, after all."""

    def __init__(self, *args: Any, was: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was = was
        self.fields["effective_at"].initial = timezone.localtime(was)

    def clean_effective_at(self) -> datetime:
        """Another minute of the ward's clock than the one that is written."""
        at = super().clean_effective_at()
        if _wall(at) == _wall(self.was):
            raise forms.ValidationError(_("C’est l’heure qui est déjà enregistrée."), code="unchanged")
        return at


class LeaveForm(ActForm):
    """When the patient went on leave, and comes back."""

    effective_at = MomentField(label=_("Heure effective du départ"))
    until = MomentField(ahead=True, label=_("Retour prévu"), help_text=_("Deux jours au plus."))


def exit_modes(*, away: bool) -> list[tuple[str, Any]]:
    """The ways of leaving, after an empty one; some only of who is ``away`` on leave."""
    modes = [mode for mode in ExitMode if away or mode not in ONLY_AWAY]
    return [("", _("Non précisé")), *((mode.value, mode.label) for mode in modes)]


class DischargeForm(ActForm):
    """When the patient left, where to, and why when that is not plain."""

    mode = forms.ChoiceField(label=_("Vers"), required=False)
    effective_at = MomentField(label=_("Heure effective du départ"))
    reason = forms.CharField(label=_("Précision"), required=False, max_length=200, help_text=_("Rien de médical."))

    def __init__(self, *args: Any, away: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["mode"]).choices = exit_modes(away=away)


class SettleForm(ActForm):
    """Who is in the bed that two are said to be in; the rest is only for what the answer leaves open."""

    answer = forms.ChoiceField(
        choices=Answer.choices, error_messages={"required": _("Choisir l’une des réponses ci-dessous.")}
    )
    mode = forms.ChoiceField(label=_("Si l’autre est parti : vers"), required=False)
    bed = OfferedField(label=_("Si ce n’est pas le lit proposé : où est le patient"), required=False, empty_value=None)
    effective_at = MomentField(
        label=_("Heure effective"), required=False, help_text=_("Vide : quand le lit a été dit pour deux.")
    )

    def __init__(self, *args: Any, beds: Callable[[], Choices], away: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_at"].initial = None
        cast("forms.ChoiceField", self.fields["mode"]).choices = exit_modes(away=away)
        self.offer("bed", beds)


class ExpectForm(ActForm):
    """When the patient should leave, and how sure that is."""

    expected_at = MomentField(ahead=True, label=_("Sortie prévue"), required=False, help_text=_("Vide : à fixer."))
    certainty = forms.ChoiceField(label=_("Certitude"), choices=Certainty.choices, widget=forms.RadioSelect)


class ReserveForm(ActForm):
    """For whom the bed is kept, until when."""

    stay = OfferedField(label=_("Patient"))
    expected_at = MomentField(ahead=True, label=_("Arrivée prévue"))

    def __init__(self, *args: Any, stays: Callable[[], Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("stay", stays)


class CloseForm(ActForm):
    """What takes nobody, why, from when to when."""

    what = forms.ChoiceField(label=_("Quoi"), widget=forms.RadioSelect, initial="bed")
    kind = forms.ChoiceField(label=_("Comment"), choices=[], widget=forms.RadioSelect, initial=ClosureKind.CLOSED)
    reason = forms.ChoiceField(label=_("Motif"), choices=[("", _("Choisir…")), *ClosureReason.choices])
    starts_at = MomentField(ahead=True, label=_("À partir du"), required=False, help_text=_("Vide : tout de suite."))
    until = MomentField(ahead=True, label=_("Jusqu’au"), required=False, help_text=_("Vide : jusqu’à réouverture."))

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["what"]).choices = places
        cast("forms.ChoiceField", self.fields["kind"]).choices = [
            (ClosureKind.CLOSED, _("Fermé : ni personnel ni patient")),
            (ClosureKind.BLOCKED, _("Neutralisé : à rendre par quelqu’un")),
        ]


class EndForm(ActForm):
    """When a closure ends: it alone, or all that were closed with it."""

    until = MomentField(ahead=True, label=_("Jusqu’au"), required=False, help_text=_("Vide : jusqu’à réouverture."))
    together = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if number == 1:
            del self.fields["together"]
        else:
            self.fields["together"].label = _("Les %d lits fermés ensemble") % number


class SavedViewForm(forms.Form):
    """What a view of the board is called, and whether the board opens with it."""

    name = forms.CharField(
        label=_("Nom de la vue"),
        max_length=60,
        help_text=_("Court, par exemple « Médecine, sortants ». Aucun nom de patient."),
    )
    is_first = forms.BooleanField(
        label=_("S’ouvre en premier"), required=False, help_text=_("Le plan des lits s’ouvre ainsi depuis le menu.")
    )
