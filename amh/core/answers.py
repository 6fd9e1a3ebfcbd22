"""Files on their way to a browser or a program."""

from django.http import HttpResponse

LOCKED_DOWN = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What keeps a file from being kept, guessed at or run by the browser."""


def pdf(content: bytes, *, name: str) -> HttpResponse:
    """A PDF that is shown where it is opened; ``name`` is that of the file, and says nothing of whom it is about."""
    headers = LOCKED_DOWN | {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
