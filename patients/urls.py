from django.urls import path

from patients.views import patients

app_name = "patients"

urlpatterns = [
    path("patients/<int:pk>/", patients.record, name="record"),
    path("patients/<int:pk>/impression/", patients.print_view, name="print"),
]
