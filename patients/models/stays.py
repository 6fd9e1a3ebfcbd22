from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from amh.core.states import Transitions
from patients.models.expected_discharges import Certainty
from patients.models.patients import Patient, Protection
from patients.models.practitioners import Practitioner
from wards.models import Unit


class StayKind(models.TextChoices):
    """How the patient is hospitalised (HDJ-1); read from the administrative class, never from a unit's name."""

    INPATIENT = "inpatient", _("Hospitalisation complète")
    DAY_HOSPITAL = "day_hospital", _("Hôpital de jour")
    DAY_SURGERY = "day_surgery", _("Ambulatoire")
    SESSION = "session", _("Séance")
    OUTPATIENT = "outpatient", _("Externe")
    HOME_CARE = "home_care", _("Hospitalisation à domicile")


class StayState(models.TextChoices):
    """Where a stay stands; computed from its movements."""

    EXPECTED = "expected", _("Attendu")
    PRESENT = "present", _("Présent")
    ON_LEAVE = "on_leave", _("En permission")
    LOUNGE = "lounge", _("Au salon de sortie")
    DECEASED = "deceased", _("Décédé, corps présent")
    DISCHARGED = "discharged", _("Sorti")
    CANCELLED = "cancelled", _("Annulé")


S = StayState

HERE = frozenset({S.PRESENT, S.ON_LEAVE, S.LOUNGE, S.DECEASED})
"""States of a stay that has begun and not ended: wherever the patient is, the hospital answers for them."""

STAY_TRANSITIONS = Transitions(
    "stay",
    StayState,
    {
        S.EXPECTED: {*HERE, S.DISCHARGED, S.CANCELLED},
        **{state: {*HERE, S.DISCHARGED, S.EXPECTED, S.CANCELLED} for state in HERE},
        S.DISCHARGED: {*HERE, S.EXPECTED, S.CANCELLED},
        S.CANCELLED: {S.EXPECTED, *HERE, S.DISCHARGED},
    },
)


class ExitMode(models.TextChoices):
    """How a patient leaves for good; each has its code in PV1-36 and ZFM-2 (DR-4, DR-9, DR-10)."""

    HOME = "home", _("domicile")
    TRANSFER = "transfer", _("transfert vers un autre établissement")
    REHABILITATION = "rehabilitation", _("soins médicaux et de réadaptation")
    LONG_TERM_CARE = "long_term_care", _("soins de longue durée")
    NURSING_HOME = "nursing_home", _("établissement médico-social")
    HOME_CARE = "home_care", _("hospitalisation à domicile")
    HOSPITAL_HOTEL = "hospital_hotel", _("hôtel hospitalier")
    AGAINST_ADVICE = "against_advice", _("contre avis médical")
    UNAWARES = "unawares", _("à l’insu du service")
    NOT_RETURNED = "not_returned", _("non rentré de permission")
    DEATH = "death", _("décès")


class TransportMode(models.TextChoices):
    """How a patient came or goes, as the administration says it (table IHE-FR 0430: PV2-38, ZFV-2)."""

    POLICE = "0", _("police")
    MOBILE_UNIT = "1", _("SAMU, SMUR terrestre")
    PUBLIC_AMBULANCE = "2", _("ambulance publique")
    PRIVATE_AMBULANCE = "3", _("ambulance privée")
    TAXI = "4", _("taxi")
    OWN = "5", _("moyens personnels")
    HELICOPTER = "6", _("SAMU, SMUR hélicoptère")
    FIRE_BRIGADE = "7", _("pompiers")
    LIGHT_VEHICLE = "8", _("VSL")
    OTHER = "9", _("autre moyen")
    PLANE = "10", _("avion")
    BOAT = "11", _("bateau")


@tracked()
class Stay(models.Model):
    """One hospitalisation of one patient, from the preadmission to the departure.

    State, admission, leave and departure are the projection of its movements. ``unit`` is the unit responsible for the
    patient, who may be lodged elsewhere. A ``protected`` stay is hidden like a protected person.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="stays", verbose_name=_("patient"))
    visit_domain = models.CharField(_("domaine de la venue"), max_length=120, blank=True)
    visit_number = models.CharField(_("numéro de venue"), max_length=80, blank=True)
    account_domain = models.CharField(_("domaine du dossier administratif"), max_length=120, blank=True)
    account_number = models.CharField(_("numéro de dossier administratif"), max_length=80, blank=True)
    kind = models.CharField(_("type de séjour"), max_length=20, choices=StayKind, default=StayKind.INPATIENT)
    state = models.CharField(_("état"), max_length=10, choices=StayState, default=StayState.EXPECTED)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="stays", verbose_name=_("unité responsable"))
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, null=True, related_name="stays", verbose_name=_("médecin responsable")
    )
    expected_at = models.DateTimeField(_("entrée prévue"), null=True)
    admitted_at = models.DateTimeField(_("entré le"), null=True)
    discharged_at = models.DateTimeField(_("sorti le"), null=True)
    exit_mode = models.CharField(_("mode de sortie"), max_length=20, choices=ExitMode, blank=True, default="")
    on_leave_until = models.DateTimeField(_("retour de permission prévu"), null=True)
    protected = models.BooleanField(_("séjour protégé"), default=False)
    protection = models.CharField(_("motif de protection"), max_length=20, choices=Protection, blank=True, default="")
    arrival_transport = models.CharField(
        _("transport d’arrivée"), max_length=2, choices=TransportMode, blank=True, default=""
    )
    departure_transport = models.CharField(
        _("transport de sortie"), max_length=2, choices=TransportMode, blank=True, default=""
    )
    origin_finess = models.CharField(_("établissement de provenance (FINESS)"), max_length=9, blank=True, default="")
    destination_finess = models.CharField(
        _("établissement de destination (FINESS)"), max_length=9, blank=True, default=""
    )
    single_room = models.BooleanField(_("chambre particulière demandée"), null=True)
    expected_discharge_at = models.DateTimeField(_("sortie prévue"), null=True)
    expected_discharge_certainty = models.CharField(
        _("certitude"), max_length=10, choices=Certainty, default=Certainty.POSSIBLE
    )

    class Meta:
        verbose_name = _("séjour")
        verbose_name_plural = _("séjours")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=StayState.values), name="stay_state_known"),
            models.CheckConstraint(condition=Q(kind__in=StayKind.values), name="stay_kind_known"),
            models.CheckConstraint(
                condition=Q(exit_mode="") | Q(exit_mode__in=ExitMode.values, state=S.DISCHARGED),
                name="stay_exit_mode_known",
            ),
            models.CheckConstraint(condition=Q(on_leave_until=None) | Q(state=S.ON_LEAVE), name="stay_leave_pair"),
            models.CheckConstraint(
                condition=Q(protection="") | Q(protection__in=Protection.values, protected=True),
                name="stay_protection_known",
            ),
            models.CheckConstraint(
                condition=Q(arrival_transport__in=["", *TransportMode.values])
                & Q(departure_transport__in=["", *TransportMode.values]),
                name="stay_transports_known",
            ),
            models.UniqueConstraint(
                fields=["visit_domain", "visit_number"], condition=~Q(visit_number=""), name="stay_visit_once"
            ),
            models.CheckConstraint(
                condition=Q(state=S.DISCHARGED, discharged_at__isnull=False)
                | (~Q(state=S.DISCHARGED) & Q(discharged_at=None)),
                name="stay_discharged_pair",
            ),
            models.CheckConstraint(
                condition=Q(discharged_at=None) | Q(admitted_at=None) | Q(discharged_at__gte=F("admitted_at")),
                name="stay_order",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "expected_at"], name="stay_expected", condition=Q(state=S.EXPECTED)),
            models.Index(fields=["unit"], name="stay_aside", condition=Q(state__in=[S.ON_LEAVE, S.LOUNGE, S.DECEASED])),
            models.Index(fields=["patient", "-admitted_at"], name="stay_patient"),
            models.Index(fields=["account_number"], name="stay_account", condition=~Q(account_number="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.visit_number}".strip()
