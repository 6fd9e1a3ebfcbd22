from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.references import Reference
from amh.core.api.resources import creation, verb
from amh.core.roles import Permission
from patients.actions import contacts
from patients.api.parts import PATIENTS, Parts
from patients.models import Contact, ContactRole, Stay
from patients.rules.contacts import warnings


class ContactRow(serializers.ModelSerializer[Contact]):
    """Telephone numbers are in E.164; ``warnings`` are sentences about what is to be looked at twice."""

    warnings = serializers.SerializerMethodField()

    class Meta:
        model = Contact
        fields = [
            "id", "patient", "stay", "role", "name", "relationship", "phone", "other_phone", "email", "note",
            "entered_at", "withdrawn_at", "warnings",
        ]  # fmt: skip
        read_only_fields = fields

    def get_warnings(self, contact: Contact) -> list[str]:
        """What is to be looked at twice."""
        return warnings(contact)


class ContactChange(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    role = serializers.ChoiceField(choices=ContactRole.choices, required=False)
    name = serializers.CharField(max_length=160, required=False)
    stay = Reference(queryset=Stay.objects.all(), required=False, allow_null=True)
    relationship = serializers.CharField(max_length=60, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    other_phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class NewContact(ContactChange):
    patient = Reference(queryset=PATIENTS)
    role = serializers.ChoiceField(choices=ContactRole.choices)
    name = serializers.CharField(max_length=160)


class ContactFilters(Filters):
    patient = IdFilter(field_name="patient")
    stay = IdFilter(field_name="stay")
    withdrawn = YesNoFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Contact
        fields = ["role"]


class Contacts(Parts[Contact]):
    """The people around patients: whom to tell, whom not to tell, who is trusted for a stay."""

    queryset = Contact.objects.all()
    serializer_class = ContactRow
    filterset_class = ContactFilters
    summaries = {
        "list": _("Les contacts des patients dont le dossier vous est ouvert"),
        "retrieve": _("Un contact"),
        "create": _("Noter un contact"),
        "change": _("Corriger un contact"),
        "withdraw": _("Retirer un contact"),
        "restore": _("Rétablir un contact retiré"),
    }

    @creation(Permission.COMPLETE_RECORD, body=NewContact, answer=ContactRow)
    def create(self, request: Request) -> Response:
        """Note somebody."""
        values = self.body(NewContact)
        contact = contacts.add(patient=values.pop("patient"), values=values, by=self.by, at=self.at)
        return Response(ContactRow(contact).data, status=201)

    @verb(Permission.COMPLETE_RECORD, body=ContactChange, answer=ContactRow)
    def change(self, request: Request, pk: int) -> Response:
        """Correct what is noted."""
        contact = self.get_object()
        contacts.change(contact=contact, values=self.body(ContactChange), by=self.by, at=self.at)
        return self._answer(contact)

    @verb(Permission.COMPLETE_RECORD, answer=ContactRow)
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take somebody off the record."""
        contact = self.get_object()
        contacts.withdraw(contact=contact, by=self.by, at=self.at)
        return self._answer(contact)

    @verb(Permission.COMPLETE_RECORD, answer=ContactRow)
    def restore(self, request: Request, pk: int) -> Response:
        """Undo a withdrawal."""
        contact = self.get_object()
        contacts.restore(contact=contact, by=self.by, at=self.at)
        return self._answer(contact)

    def _answer(self, contact: Contact) -> Response:
        contact.refresh_from_db()
        return Response(ContactRow(contact).data)
