"""``Idempotency-Key``: a write that is sent twice, because the first answer was lost, is done once."""

import functools
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from amh.core.errors import Conflict, Invalid
from amh.core.models import IdempotencyKey, User
from amh.core.transactions import act

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
SHAPE = re.compile(r"[\x21-\x7e]{1,200}")

Write = Callable[..., Response]


class BodyEncoder(JSONEncoder):
    """A body as text: a file that is sent with it by what it holds."""

    def default(self, obj: Any) -> Any:
        """The digest of a file, left to be read from its beginning."""
        if not isinstance(obj, UploadedFile):
            return super().default(obj)
        obj.seek(0)
        digest = hashlib.file_digest(obj, "sha256").hexdigest()
        obj.seek(0)
        return digest


def once(write: Write) -> Write:
    """Let a writing method of a view be sent again under the same key.

    The act, its key and its answer are one transaction: a process that dies in between leaves none of them. A request
    under way holds an advisory lock on (account, key) until it commits, so that another one at the same moment is
    refused (409) and a later one finds the answer. A refused request has changed nothing and leaves its key free.
    """

    @functools.wraps(write)
    def run(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return write(view, request, *args, **kwargs)
        if not SHAPE.fullmatch(key):
            raise ValidationError({HEADER: [_("De 1 à 200 caractères ASCII visibles sont attendus.")]})
        row = IdempotencyKey(
            user=cast("User", request.user),
            key=key,
            method=str(request.method),
            path=request.path[:500],
            body_digest=_digest(request.data),
        )
        return _answered(row, lambda: write(view, request, *args, **kwargs))

    return run


@act
def _answered(row: IdempotencyKey, write: Callable[[], Response]) -> Response:
    _claim(row)
    known = IdempotencyKey.objects.filter(user_id=row.user_id, key=row.key).first()
    if known is not None:
        return _replayed(known, row)
    answer = write()
    row.status, row.response = answer.status_code, answer.data
    row.save(force_insert=True)
    return answer


def _claim(row: IdempotencyKey) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{row.user_id}:{row.key}"])
        if not cursor.fetchone()[0]:
            raise Conflict(
                _("Cette même demande est en cours. Recommencer dans un instant pour en avoir la réponse."),
                code="idempotency_key_in_use",
            )


def _replayed(known: IdempotencyKey, row: IdempotencyKey) -> Response:
    if any(getattr(known, name) != getattr(row, name) for name in ("method", "path", "body_digest")):
        raise Invalid(_("Cette clé a déjà servi pour une autre demande."), code="idempotency_key_reused")
    return Response(known.response, status=known.status, headers={REPLAYED: "true"})


def _digest(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, cls=BodyEncoder).encode()).hexdigest()


def prune(*, before: datetime) -> int:
    """Forget the keys of before that moment; return how many."""
    return IdempotencyKey.objects.filter(created_at__lt=before).delete()[0]
