"""Filters of lists. What cannot be understood is refused, never passed over: a list that is too long may look right."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django_filters.rest_framework import BooleanFilter, FilterSet, NumberFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from amh.core import dates

PAGING = {"page", "page_size"}


class TrueOrFalse(forms.CharField):
    """``true`` or ``false``, nothing else."""

    def to_python(self, value: Any) -> Any:
        """The truth value; ``None`` when nothing is asked."""
        if value in self.empty_values:
            return None
        if value not in ("true", "false"):
            raise ValidationError(_("« true » ou « false » est attendu."))
        return value == "true"


class YesNoFilter(BooleanFilter):
    """Rows for which something is so, or is not."""

    field_class = TrueOrFalse

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"widget": forms.TextInput} | kwargs)


@extend_schema_field(OpenApiTypes.INT)
class IdFilter(NumberFilter):
    """Rows that point to this id. One that names nothing gives an empty list: it does not tell what exists."""

    field_class = forms.IntegerField


class Filters(FilterSet):
    """The filters of one list."""

    FILTER_DEFAULTS = {**FilterSet.FILTER_DEFAULTS, models.BooleanField: {"filter_class": YesNoFilter}}

    def is_valid(self) -> bool:
        """Tell whether every name and value is one that the list knows; ``errors`` holds those that are not."""
        for name in set(self.data) - PAGING:
            if name not in self.filters:
                self.form.errors.setdefault(name, self.form.error_class([_("Ce filtre n’existe pas ici.")]))
            elif not self.data[name]:
                self.form.errors.setdefault(name, self.form.error_class([_("Une valeur est attendue.")]))
        if not super().is_valid():
            return False
        for name, value in list(self.form.cleaned_data.items()):
            if isinstance(value, datetime) and not dates.plausible(value):
                self.form.add_error(name, dates.IMPLAUSIBLE)
        return not self.form.errors
