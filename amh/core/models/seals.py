from django.db import models

from amh.core.models.audits import InsertOnly


class TraceSeal(InsertOnly):
    """The digest of all read traces up to ``last_trace_id``, chained to the seal before it: a trace changed or taken
    away behind the program's back no longer agrees with its seal (SEC-4).
    """

    first_trace_id = models.BigIntegerField()
    last_trace_id = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.first_trace_id}–{self.last_trace_id}"
