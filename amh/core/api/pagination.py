"""Lists come in pages: ``?page=2&page_size=50``."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pages(PageNumberPagination):
    """A hundred rows a page, five hundred at most: the beds of a hospital in one answer."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Both parameters count from 1."""
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            parameter["schema"]["minimum"] = 1
        return parameters

    def get_page_size(self, request: Request) -> int | None:
        """How many rows are asked for. Raises ``ValidationError`` (400) for what is no such number."""
        asked = request.query_params.get(self.page_size_query_param, "1")
        if not asked.isascii() or not asked.isdigit() or not asked.strip("0"):
            raise ValidationError({self.page_size_query_param: [_("Un nombre de lignes est attendu.")]})
        return super().get_page_size(request)
