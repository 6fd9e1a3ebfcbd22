from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class Requests(RequestMiddleware):
    """Names each request in the log by method and path: what people search for stands behind the ``?``."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
