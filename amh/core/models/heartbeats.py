from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of a process or job, by name (``beat``, ``worker`` …)."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
