from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import IsoDateTimeFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core import audit, requests
from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, creation, verb
from amh.core.roles import Permission
from patients import work
from patients.actions import tasks
from patients.models import Patient, Stay, Task
from patients.queries import accesses
from patients.queries import tasks as queries
from patients.rules.tasks import LONGEST, workers
from wards.models import Unit


class TaskRow(serializers.ModelSerializer[Task]):
    """Work of a trade; ``words`` say what is to be done, and name nobody."""

    words = serializers.SerializerMethodField()

    class Meta:
        model = Task
        fields = [
            "id", "state", "role", "unit", "stay", "patient", "kind", "words", "due_at", "claimed_at", "claimed_by",
            "closed_at", "closed_by", "outcome", "entered_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_words(self, task: Task) -> str:
        """What is to be done."""
        return work.words(task)


class NewTask(serializers.Serializer[Any]):
    """Due at ``due_at``, or ``minutes`` of the trade’s working time from now."""

    title = serializers.CharField(max_length=LONGEST)
    role = serializers.ChoiceField(choices=[(role.value, role.label) for role in workers()])
    unit = Reference(queryset=Unit.objects.all(), required=False, allow_null=True, default=None)
    stay = Reference(queryset=Stay.objects.all(), required=False, allow_null=True, default=None)
    patient = Reference(
        queryset=Patient.objects.filter(cancelled_at=None), required=False, allow_null=True, default=None
    )
    minutes = serializers.IntegerField(min_value=0, max_value=500_000, required=False, allow_null=True, default=None)
    due_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class Ending(serializers.Serializer[Any]):
    outcome = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="")


class Cancelling(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="")


class TaskFilters(Filters):
    patient = IdFilter(field_name="patient")
    stay = IdFilter(field_name="stay")
    unit = IdFilter(field_name="unit")
    claimed_by = IdFilter(field_name="claimed_by")
    due_before = IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")
    closed = YesNoFilter(field_name="closed_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Task
        fields = ["state", "role"]


class Tasks(Resource[Task]):
    """The tasks on which the reader may work, the most urgent first."""

    permission = Permission.WORK_TASKS
    queryset = Task.objects.all()
    serializer_class = TaskRow
    filterset_class = TaskFilters
    summaries = {
        "list": _("Les tâches de votre métier dans vos unités"),
        "retrieve": _("Une tâche"),
        "create": _("Demander une tâche à un métier"),
        "claim": _("Prendre une tâche"),
        "release": _("Rendre une tâche à son métier"),
        "finish": _("Terminer une tâche"),
        "cancel": _("Dire qu’une tâche est sans objet"),
        "reopen": _("Rouvrir une tâche close"),
    }

    def get_queryset(self) -> QuerySet[Task]:
        """Tasks of the trade and the units of the reader."""
        return queries.visible(to=self.by).order_by("due_at", "pk")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page, traced as a list: its rows point to patients."""
        answer = super().list(request, *args, **kwargs)
        filters = sorted(set(request.query_params) & set(self.filterset_class.base_filters))
        self._trace("api.tasks.list", count=len(answer.data["results"]), filters=filters)
        return answer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One task, traced with the patient to whom it points."""
        answer = super().retrieve(request, *args, **kwargs)
        patient_id = answer.data["patient"]
        right = accesses.grounds(patient_id, by=self.by, at=self.at) if patient_id else {}
        self._trace("api.tasks.retrieve", count=1, patient_id=patient_id, stay_id=answer.data["stay"], **right)
        return answer

    def _trace(self, page: str, **facts: Any) -> None:
        audit.trace(page, by=self.by, at=self.at, ip=requests.ip(self.request), **facts)

    @creation(Permission.WORK_TASKS, body=NewTask, answer=TaskRow)
    def create(self, request: Request) -> Response:
        """Ask for a task."""
        task = tasks.ask(**self.body(NewTask), by=self.by, at=self.at)
        return Response(TaskRow(task).data, status=201)

    @verb(Permission.WORK_TASKS, answer=TaskRow)
    def claim(self, request: Request, pk: int) -> Response:
        """Take it."""
        return self._done(tasks.claim)

    @verb(Permission.WORK_TASKS, answer=TaskRow)
    def release(self, request: Request, pk: int) -> Response:
        """Give it back."""
        return self._done(tasks.release)

    @verb(Permission.WORK_TASKS, body=Ending, answer=TaskRow)
    def finish(self, request: Request, pk: int) -> Response:
        """Finish it."""
        return self._done(tasks.finish, **self.body(Ending))

    @verb(Permission.WORK_TASKS, body=Cancelling, answer=TaskRow)
    def cancel(self, request: Request, pk: int) -> Response:
        """Say that it has no object."""
        return self._done(tasks.cancel, **self.body(Cancelling))

    @verb(Permission.WORK_TASKS, answer=TaskRow)
    def reopen(self, request: Request, pk: int) -> Response:
        """Undo its closing."""
        return self._done(tasks.reopen)

    def _done(self, act: Callable[..., Task], **said: Any) -> Response:
        return Response(TaskRow(act(task=self.get_object(), **said, by=self.by, at=self.at)).data)
