"""Everything a site may set comes from the environment; a secret may come from the file named by ``NAME_FILE``."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

from amh.core import environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.ENVIRON = environment.read()
environment.check(env.ENVIRON)

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = environment.secret_key(env.ENVIRON)
LOOPBACK_ONLY = DEBUG or DEMO
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_FAILURE_VIEW = "amh.core.views.errors.forged"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "drf_spectacular",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "template_partials",
    "amh.core",
    "wards",
    "patients",
    "transports",
    "amh.interop",
    "amh.board",
    "amh.desk",
    "amh.demo",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "amh.core.identities.Identity",
    "amh.core.request_logs.Requests",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "amh.core.middleware.LoginRequired",
    "amh.core.middleware.Locks",
    "amh.core.middleware.Refusals",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "amh.urls"
WSGI_APPLICATION = "amh.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "amh.core.context_processors.rights",
                "amh.core.context_processors.lock",
                "amh.core.context_processors.way_back",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql:///amh")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
    "CONN_HEALTH_CHECKS": True,
    "TEST": {"NAME": env.str("TEST_DATABASE_NAME", default=None)},
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"] |= {
    "application_name": "amh",
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "tcp_user_timeout": 10_000,
}
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "core:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "core:login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_LOCKOUT_TEMPLATE = "core/sessions/locked.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_ENGINE = "amh.core.models.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOOPBACK_ONLY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if LOOPBACK_ONLY else 31_536_000
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb")
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Paris")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default="")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not STATIC_ROOT
WHITENOISE_AUTOREFRESH = DEBUG
VAR_DIR = Path(env.str("VAR_DIR", default="") or BASE_DIR / "var")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {
        "BACKEND": "amh.core.storages.Folder",
        "OPTIONS": {
            "location": env.str("DOCUMENTS_DIR", default=str(VAR_DIR / "documents")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
CLAMD_URL = env.str("CLAMD_URL", default="")
FILE_UPLOAD_HANDLERS = [
    "amh.core.uploads.Quota",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_FROM", default="amh@localhost")

CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = TIME_ZONE
HL7_PROCESSING_IDS = env.list("HL7_PROCESSING_IDS", default=["P", "T", "D"])
LIVE_RECHECK_SECONDS = env.float("LIVE_RECHECK_SECONDS", default=60)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "amh.core.api.authentication.BearerAuthentication",
        "amh.core.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "amh.core.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "amh.core.api.schema.Schema",
    "EXCEPTION_HANDLER": "amh.core.api.problems.handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "AMH",
    "DESCRIPTION": "Beds, stays and movements of a hospital.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "ENFORCE_NON_BLANK_FIELDS": True,
    "ENUM_NAME_OVERRIDES": {
        "UnitKind": "wards.models.UnitKind",
        "BedKind": "wards.models.BedKind",
        "BedState": "wards.models.BedState",
        "ClosureKind": "wards.models.ClosureKind",
        "StayKind": "patients.models.StayKind",
        "StayState": "patients.models.StayState",
        "MovementKind": "patients.models.MovementKind",
        "MovementSource": "patients.models.MovementSource",
        "ClosureReason": "wards.models.ClosureReason",
        "Certainty": "patients.models.Certainty",
        "ExitMode": "patients.models.ExitMode",
        "TransportMode": "patients.models.TransportMode",
        "NoArrival": "patients.models.NoArrival",
        "IgnoreReason": "amh.interop.models.IgnoreReason",
        "MessageState": "amh.interop.models.MessageState",
        "DeliveryState": "amh.core.models.DeliveryState",
        "MessageCharset": "amh.interop.hl7.writers.Charset",
        "Profession": "patients.models.Profession",
        "ReconciliationAnswer": "patients.rules.reconciliations.Answer",
        "ReservationOutcome": "patients.queries.reservations.Outcome",
        "IdentityStatus": "patients.models.IdentityStatus",
        "IdentifierType": "patients.models.IdentifierType",
        "GivenIdentifierType": "patients.rules.identities.GIVEN_TYPES",
        "IdentityAnomaly": "patients.rules.identities.Anomaly",
        "IdentityDocument": "patients.models.IdentityDocument",
        "HomonymReason": "patients.rules.homonyms.Reason",
        "Protection": "patients.models.Protection",
        "Sex": "patients.models.Sex",
        "FactSource": "patients.api.facts.BY_HAND",
        "TaskState": "patients.models.TaskState",
        "ScanOutcome": "patients.models.ScanOutcome",
        "DocumentKind": "patients.models.DocumentKind",
        "ContactRole": "patients.models.ContactRole",
        "CorrespondentRole": "patients.models.CorrespondentRole",
        "ConsentSubject": "patients.models.ConsentSubject",
        "ConsentAnswer": "patients.models.ConsentAnswer",
        "Source": "patients.models.Source",
        "FlagKind": "patients.models.FlagKind",
        "AddressKind": "patients.models.AddressKind",
        "OrganisationKind": "patients.models.OrganisationKind",
        "Role": "amh.core.roles.Role",
        "DutyKind": "wards.models.DutyKind",
        "Commitments": "wards.rules.absences.Fate",
        "AccessGround": "patients.vocabularies.Ground",
        "AccessKind": "amh.core.models.AccessKind",
        "AccessReason": "patients.models.AccessReason",
        "ReviewOutcome": "patients.models.ReviewOutcome",
        "ParameterKind": "amh.core.parameters.Kind",
        "ParameterGroup": "amh.core.parameters.Group",
    },
}

LOGGING = logs.configured(level=env.str("LOG_LEVEL", default="INFO"), for_people=LOOPBACK_ONLY)
SILENCED_SYSTEM_CHECKS: list[str] = []
