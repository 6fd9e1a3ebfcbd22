"""What a person asks of a trade."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from amh.core import rules
from amh.core.fields import MomentField, MomentForm
from amh.core.models import User
from amh.core.roles import Permission
from patients.rules import tasks
from wards.models import Unit
from wards.models.validity import valid_at


class TaskForm(MomentForm):
    """What is to be done, by whom, where and until when."""

    title = forms.CharField(
        label=_("À faire"), max_length=tasks.LONGEST, help_text=_("En quelques mots, sans nom de patient.")
    )
    role = forms.ChoiceField(label=_("Pour"))
    unit = forms.ModelChoiceField(
        label=_("Unité"), queryset=Unit.objects.none(), required=False, empty_label=_("toutes les unités du métier")
    )
    due_at = MomentField(
        ahead=True,
        label=_("Échéance"),
        required=False,
        help_text=_("Sans échéance : une journée de travail du métier."),
    )

    def __init__(self, *args: Any, by: User, about: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in tasks.workers()]
        cast("forms.ChoiceField", self.fields["role"]).choices = choices
        units = rules.units(by, Permission.WORK_TASKS)
        offered = Unit.objects.filter(valid_at(self.now))
        cast("forms.ModelChoiceField", self.fields["unit"]).queryset = (
            offered if units is None else offered.filter(pk__in=units)
        )
        if about:
            del self.fields["unit"]
