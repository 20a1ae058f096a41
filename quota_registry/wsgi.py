"""The way in for a web server: ``gunicorn quota_registry.wsgi``."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quota_registry.settings")

from django.core.wsgi import get_wsgi_application

from quota_registry import celery, environment

environment.demand("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
application = get_wsgi_application()

__all__ = ["application", "celery"]
