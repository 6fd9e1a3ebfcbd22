"""What the program says of itself: lines for people on one machine, JSON in production, never a name."""

from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]

# Where rich is installed, the renderer would show what each variable held, hence names.
PLAIN = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def configured(*, level: str, for_people: bool) -> dict[str, Any]:
    """Set structlog up and return Django's ``LOGGING``."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    line: Any = PLAIN if for_people else structlog.processors.JSONRenderer()
    processors: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not for_people:
        processors.append(structlog.processors.format_exc_info)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [*processors, line],
                "foreign_pre_chain": SHARED,
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "axes": {"level": "ERROR"},
            "celery": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "django_structlog": {"level": "WARNING"},
        },
    }
