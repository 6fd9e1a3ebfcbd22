from django.db import models


class CurrentTransaction(models.Func):
    """The 64-bit id of the running transaction, which never wraps around."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()
    arity = 0


class Change(models.Model):
    """One thing that an action touched, written in the action's own transaction: the feed of every live page.

    ``transaction`` orders the feed. A reader that has seen every row below the oldest running transaction has missed
    nothing, however late a slower transaction commits.
    """

    transaction = models.BigIntegerField(db_default=CurrentTransaction())
    topic = models.CharField(max_length=40)
    ref = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["transaction"], name="change_transaction")]
