"""Rows that a body names by their id."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import PrimaryKeyRelatedField

from amh.core.errors import Invalid

M = TypeVar("M", bound=Model)


class Reference(PrimaryKeyRelatedField[M]):
    """The row with this id. A well-formed id that names nothing is no error of shape: it raises ``Invalid`` (422)."""

    def to_internal_value(self, data: Any) -> M:
        """Find the row among those that the field allows."""
        try:
            return super().to_internal_value(data)
        except ValidationError as error:
            if error.get_codes() != ["does_not_exist"]:
                raise
            sentence = _("Le numéro %s ne correspond à rien.") % data
            raise Invalid(sentence, code="unknown_reference", field=self.field_name) from error


class Scoped(Reference[M]):
    """The row with this id among those that whoever asks may see: what the context holds by the name of ``among``."""

    def __init__(self, model: type[M], *, among: str, **options: Any) -> None:
        super().__init__(queryset=QuerySet(model).none(), **options)
        self.among = among

    def get_queryset(self) -> QuerySet[M]:
        """What the reader may see; nothing where nobody asks, as when the schema is written."""
        rows: QuerySet[M] = self.context.get(self.among, super().get_queryset())
        return rows
