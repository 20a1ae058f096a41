"""
The settings of every process: web, worker, beat, command and test.

Whatever differs between machines comes from the environment, and a secret from the environment
or from the file that ``NAME_FILE`` names. ``docs/configuration.md`` lists the names.
"""

import logging
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from quota_registry import environment, logs, rest

BASE_DIR: Final = Path(__file__).resolve().parent.parent
QUOTA_VAR: Final = Path(environment.text("QUOTA_VAR") or BASE_DIR / "var").resolve()

# ── What kind of installation this is ──
QUOTA_DEMO: Final = environment.flag("QUOTA_DEMO")
DEBUG: Final = environment.flag("QUOTA_DEBUG")
# Levels and suspensions for everybody, without signing in.
QUOTA_PUBLIC_PAGES = environment.flag("QUOTA_PUBLIC_PAGES", default=QUOTA_DEMO)
# Static checks read this file with no database in reach; nothing can be served that way.
STATIC_CHECKS_ONLY: Final = not (environment.secret("DATABASE_URL") or QUOTA_DEMO)

SECRET_KEY = environment.secret("SECRET_KEY")
if not SECRET_KEY:
    if not STATIC_CHECKS_ONLY:
        raise ImproperlyConfigured(
            "缺少 SECRET_KEY · SECRET_KEY (or SECRET_KEY_FILE) must be set; it has no default."
        )
    SECRET_KEY = secrets.token_urlsafe(50)

# ── Applications, from the ground floor up, then what they stand on ──
INSTALLED_APPS = [
    "quota_registry.web",
    "allocation",
    "parks",
    "monitoring",
    "reserve",
    "quota_registry.kernel",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "rest_framework",
    "rest_framework_api_key",
    "template_partials",
]

MIDDLEWARE = [
    "quota_registry.web.middleware.RequestContext",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "quota_registry.web.metrics.CountingMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "quota_registry.web.middleware.SessionLimits",
    "quota_registry.web.middleware.Doorkeeper",
    "quota_registry.web.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "quota_registry.urls"
WSGI_APPLICATION = "quota_registry.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quota_registry.web.context.frame",
            ],
            # Every page speaks of masses, statuses and fields: no page loads these tags itself.
            "builtins": [
                "quota_registry.web.templatetags.entry",
                "quota_registry.web.templatetags.figures",
                "quota_registry.web.templatetags.parts",
                "quota_registry.web.templatetags.records",
            ],
        },
    },
]

# ── Database, broker, cache ──
DATABASES: dict[str, dict[str, Any]] = {"default": {"ENGINE": "django.db.backends.dummy"}}
if not STATIC_CHECKS_ONLY:
    as_owner = environment.text("QUOTA_DB_ROLE") == "owner"
    DATABASES["default"] = environment.database(
        "OWNER_DATABASE_URL" if as_owner else "DATABASE_URL"
    ) | {
        # A service opens its own transaction: a page that only reads needs none.
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": environment.number("QUOTA_DB_KEEP_SECONDS", 60),
    }

REDIS_URL = environment.secret("REDIS_URL") or "redis://127.0.0.1:6379/0"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "quota",
        "TIMEOUT": 300,
    }
}

# ── People and sessions ──
AUTH_USER_MODEL = "kernel.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "quota_registry.kernel.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
QUOTA_SESSION_IDLE: Final = timedelta(minutes=environment.number("QUOTA_SESSION_IDLE_MINUTES", 30))
QUOTA_SESSION_ABSOLUTE: Final = timedelta(
    hours=environment.number("QUOTA_SESSION_ABSOLUTE_HOURS", 10)
)
QUOTA_REQUIRE_TOTP: Final = environment.flag("QUOTA_REQUIRE_TOTP", default=not QUOTA_DEMO)
# After so many days a password must be changed; 0 means never.
QUOTA_PASSWORD_DAYS: Final = environment.number("QUOTA_PASSWORD_DAYS", 0)
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = int(QUOTA_SESSION_ABSOLUTE.total_seconds())
SESSION_COOKIE_NAME = "quota_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "quota_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
OTP_TOTP_ISSUER = "Quota Registry"

AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = ["username"]
# The check would rather count by address; an account has to lock wherever its guesser sits.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "quota_registry.web.views.sessions.locked"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_IPWARE_PROXY_COUNT = environment.number("QUOTA_PROXIES", 0) or None
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if AXES_IPWARE_PROXY_COUNT else ["REMOTE_ADDR"]
)

# ── Transport and page security ──
# The loopback is for health checks from beside the process.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *environment.words("QUOTA_HOSTS")]
CSRF_TRUSTED_ORIGINS = environment.words("QUOTA_ORIGINS")
QUOTA_HTTPS: Final = environment.flag("QUOTA_HTTPS", default=not QUOTA_DEMO)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = QUOTA_HTTPS
SECURE_SSL_REDIRECT = QUOTA_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if QUOTA_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if QUOTA_HTTPS else None
CSRF_FAILURE_VIEW = "quota_registry.web.views.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# No inline script, no inline style, no style attribute: charts set theirs through the DOM.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
QUOTA_METRICS_TOKEN: Final = environment.secret("QUOTA_METRICS_TOKEN")

# ── Language and time ──
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "quota_language"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = "quota_registry.formats"

# ── Files ──
STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("QUOTA_STATIC_ROOT") or QUOTA_VAR / "static")
# Tests serve the files where they lie; everything else serves hashed, compressed copies.
PLAIN_STATIC: Final = environment.flag("QUOTA_PLAIN_STATIC")
WHITENOISE_USE_FINDERS = PLAIN_STATIC
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PLAIN_STATIC
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Evidence lies outside whatever the web server serves and is streamed back with permission.
MEDIA_ROOT = Path(environment.text("QUOTA_FILES") or QUOTA_VAR / "files")
QUOTA_FILE_MAX_BYTES: Final = environment.number("QUOTA_FILE_MAX_MB", 20) * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# ── Lists ──
FILTERS_EMPTY_CHOICE_LABEL = _("全部")

# ── REST: see quota_registry/rest.py ──
REST_FRAMEWORK = rest.FRAMEWORK
SPECTACULAR_SETTINGS = rest.SCHEMA
QUOTA_API_REQUESTS_PER_MINUTE: Final = environment.number("QUOTA_API_REQUESTS_PER_MINUTE", 1200)
QUOTA_VERIFICATIONS_PER_MINUTE: Final = environment.number("QUOTA_VERIFICATIONS_PER_MINUTE", 30)

# ── Jobs: see quota_registry/celery.py ──
CELERY_BROKER_URL = REDIS_URL
QUOTA_WORKERS: Final = "quota_registry.celery"

# ── Mail: to a server where one is named, else into a folder that a person can look into ──
QUOTA_URL: Final = environment.text("QUOTA_URL", "http://127.0.0.1:8000").rstrip("/")
EMAIL_HOST = environment.text("QUOTA_SMTP_HOST")
EMAIL_PORT = environment.number("QUOTA_SMTP_PORT", 25)
EMAIL_HOST_USER = environment.text("QUOTA_SMTP_USER")
EMAIL_HOST_PASSWORD = environment.secret("QUOTA_SMTP_PASSWORD")
EMAIL_USE_TLS = environment.flag("QUOTA_SMTP_TLS")
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = QUOTA_VAR / "mail"
DEFAULT_FROM_EMAIL = environment.text("QUOTA_MAIL_FROM", "registry@localhost")

# ── Logs ──
LOGGING = logs.configure(
    level=environment.text("QUOTA_LOG_LEVEL", "INFO"), readable=QUOTA_DEMO or DEBUG
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# A client's primary key holds the hash of its token, which is nobody's to read in a log.
DJANGO_STRUCTLOG_USER_ID_FIELD = "log_name"
# The address comes from RequestContext, which knows how many proxies to believe.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
