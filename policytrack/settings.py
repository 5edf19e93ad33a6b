"""Settings: everything that differs between machines comes from the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env, validate
from kombu import Queue

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

SECRET_KEY = env.str("SECRET_KEY")
# Former keys: what they signed and encrypted can still be read.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
DEBUG = env.bool("DEBUG", False)
PLAIN_HTTP = env.bool("PLAIN_HTTP", False)
# How many of our own proxies a request passes; each adds the address it was called from.
REVERSE_PROXIES = env.int("REVERSE_PROXIES", 0)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "apps.core.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "pgtrigger",
    "pghistory",
    "apps.core.apps.CoreConfig",
    "apps.audit",
    "apps.workdays",
    "apps.agencies",
    "apps.accounts",
    "apps.policies",
    "apps.measures",
    "apps.kpis",
    "apps.dashboards",
    "apps.reminders",
    "apps.web",
    "apps.api",
    "apps.console",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "apps.web.middleware.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.audit.middleware.OriginMiddleware",
    "apps.api.middleware.ApiMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.IdleTimeoutMiddleware",
    "apps.accounts.middleware.StandingMiddleware",
    "apps.accounts.middleware.OwnPasswordMiddleware",
    "apps.accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "policytrack.urls"
WSGI_APPLICATION = "policytrack.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "apps.web.context_processors.surroundings",
            ],
        },
    }
]

# --- Data -------------------------------------------------------------------------------
# The pool belongs to a process: with one, CONN_MAX_AGE must be 0, and the web server must
# not fork after it was opened (no --preload).
DATABASES: dict[str, dict[str, Any]] = {"default": env.dj_db_url("DATABASE_URL")}
# A connection that died with the server is replaced before it is used, not after it failed.
DATABASES["default"].update(CONN_MAX_AGE=0, CONN_HEALTH_CHECKS=True)
DATABASES["default"].setdefault("OPTIONS", {})
if env.bool("DATABASE_POOL", True):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.str("CACHE_URL"),
        # A cache that hangs is as good as none: sessions are in the database as well.
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

MEDIA_ROOT = env.str("EVIDENCE_DIR", str(BASE_DIR / "var" / "evidence"))
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_MB", 50) * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["apps.web.uploads.BoundedUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FILES = 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # the parts of a long policy, a few fields each

# --- Languages and time -----------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["policytrack.formats"]

# --- Static files -----------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "var" / "assets"] if (BASE_DIR / "var" / "assets").exists() else []
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Compressed by nature: squeezing them again would cost minutes of set-up and gain nothing.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["png", "jpg", "webp", "woff", "woff2", "bcmap", "pfb"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Signing in -------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = False
# A whole office may come from one address and signs in at half past eight.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip"}
MFA_ADAPTER = "apps.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "policytrack"
SECOND_FACTOR_ROLES = env.list("SECOND_FACTOR_ROLES", ["ADMINISTRATOR", "DIRECTOR"])
IDLE_TIMEOUT = timedelta(minutes=env.int("IDLE_TIMEOUT_MINUTES", 30))

# Passwords are guarded by axes, by name and address together; allauth limits the second factor.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "apps.accounts.adapters.name_tried"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_IPWARE_PROXY_COUNT = 0

# --- What the browser may do ------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_SECURE = not PLAIN_HTTP
LANGUAGE_COOKIE_SECURE = not PLAIN_HTTP
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# Without a proxy before it, anybody could claim an encrypted line.
SECURE_PROXY_SSL_HEADER = None if PLAIN_HTTP else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN_HTTP
SECURE_HSTS_PRELOAD = not PLAIN_HTTP

# --- The interface for programs -----------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.api.authentication.TokenAuthentication",
        "apps.api.authentication.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.api.permissions.LetIn"],
    "DEFAULT_THROTTLE_CLASSES": ["apps.api.throttles.ByCaller"],
    "DEFAULT_RENDERER_CLASSES": [
        "apps.api.renderers.JSON",
        "apps.api.renderers.CSV",
        "apps.api.renderers.XLSX",
    ],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "apps.api.openapi.Description",
    "EXCEPTION_HANDLER": "apps.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "policytrack",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "MeasureBasis": "apps.measures.models.states.Basis",
        "KpiBasis": "apps.kpis.models.choices.Basis",
        "TypeEnum": "apps.api.webhooks.views.KIND_NAMES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.api.openapi.finish",
    ],
}

# How long the feed of changes can be gone on from; a program that was away longer begins anew.
FEED_RETENTION_DAYS = env.int("FEED_RETENTION_DAYS", 90)
# Six months at least (GB/T 22239-2019): who signed in from where, and what lies in mail folders.
LOG_RETENTION_DAYS = env.int("LOG_RETENTION_DAYS", 190, validate=validate.Range(min=184))

# --- What leaves the product ------------------------------------------------------------
# Where people reach it: the links in mails and group messages begin with it.
SITE_URL = env.str(
    "SITE_URL", f"{'http' if PLAIN_HTTP else 'https'}://{[*ALLOWED_HOSTS, 'localhost'][0]}"
).rstrip("/")
# Without a mail server, mails are put into a folder that administrators look into.
MAIL_OUTBOX_DIR = env.str("MAIL_OUTBOX_DIR", str(BASE_DIR / "var" / "outbox"))
EMAIL_BACKEND = "apps.reminders.outbox.FileOutbox"
if env.str("EMAIL_URL", ""):
    globals().update(env.dj_email_url("EMAIL_URL"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 20)  # seconds, for each step of the conversation
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "policytrack@localhost")
OUTBOUND_PATIENCE = env.int("OUTBOUND_PATIENCE", 10)  # seconds for a whole exchange by HTTPS
# Networks that may be written to although they are not public, such as an office's own chat server.
OUTBOUND_NETWORKS: list[str] = env.list("OUTBOUND_NETWORKS", [])
OUTBOUND_CA_FILE = env.str("OUTBOUND_CA_FILE", "")  # a certificate authority of the office's own

# --- Tasks ------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL")
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The visibility timeout must exceed the longest task.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
# A queue for each kind, so that a slow mail server keeps nothing else waiting. A worker listens to
# all of them unless it is told otherwise (-Q).
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in ("default", "mail", "robots")]
CELERY_TASK_ROUTES = {
    "apps.reminders.tasks.send_mail": {"queue": "mail", "routing_key": "mail"},
    "apps.api.tasks.tell_webhooks": {"queue": "robots", "routing_key": "robots"},
    "apps.reminders.tasks.call_robots": {"queue": "robots", "routing_key": "robots"},
}
# An order that nobody fetched until the next one came says nothing new.
_every_minute: dict[str, Any] = {"schedule": crontab(), "options": {"expires": 55}}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "give sign": {"task": "apps.reminders.tasks.give_sign", **_every_minute},
    "send mail": {"task": "apps.reminders.tasks.send_mail", **_every_minute},
    "tell webhooks": {"task": "apps.api.tasks.tell_webhooks", **_every_minute},
    "call robots": {"task": "apps.reminders.tasks.call_robots", **_every_minute},
    "remind": {
        "task": "apps.reminders.tasks.remind",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 590},
    },
    "follow calendar": {
        "task": "apps.console.tasks.follow_calendar",
        "schedule": crontab(minute=10),
    },
    "deem acknowledged": {
        "task": "apps.console.tasks.deem_acknowledged",
        "schedule": crontab(minute=5),
    },
    "tallies": {"task": "apps.console.tasks.tallies", "schedule": crontab(hour=0, minute=20)},
    "sweep evidence": {
        "task": "apps.console.tasks.sweep_evidence",
        "schedule": crontab(hour=2, minute=20),
    },
    "prune changes": {
        "task": "apps.api.tasks.prune_changes",
        "schedule": crontab(hour=2, minute=40),
    },
    "prune logs": {
        "task": "apps.console.tasks.prune_logs",
        "schedule": crontab(hour=2, minute=50),
    },
    "seal": {"task": "apps.console.tasks.seal_audit", "schedule": crontab(hour=1, minute=30)},
}

# --- Logs -------------------------------------------------------------------------------
_renderer: Any = (
    structlog.processors.JSONRenderer(ensure_ascii=False)
    if env.str("LOG_FORMAT", "json") == "json"
    else structlog.dev.ConsoleRenderer(colors=False)
)
_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer],
            "foreign_pre_chain": _shared,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "loggers": {"requests": {"level": "INFO"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "WARNING")},
}
structlog.configure(
    processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
