"""
The worker's and the beat's view of the house.

A task is a thin wrapper of one service call and safe to run twice; every dated job has a row of
its own in the database, so a message delivered again finds its work done.
"""

import os
from typing import Any, Final

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quota_registry.settings")

HARD_LIMIT: Final = 30 * 60
HEARTBEAT: Final = 20
OUTBOX: Final = 30
SEAL: Final = 60

app = Celery("quota_registry")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    timezone="Asia/Shanghai",
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    # A task that kills its worker comes back, but not for ever.
    task_reject_on_worker_lost=False,
    task_time_limit=HARD_LIMIT,
    task_soft_time_limit=HARD_LIMIT - 60,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=500,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # Twice the hard limit: no running task may look lost and be handed out again.
    broker_transport_options={"visibility_timeout": 2 * HARD_LIMIT, "unacked_restore_throttle": 1},
    beat_schedule={
        "heartbeat": {
            "task": "quota_registry.heartbeat",
            "schedule": HEARTBEAT,
            "options": {"expires": HEARTBEAT},
        },
        "outbox": {
            "task": "kernel.send_outbox",
            "schedule": OUTBOX,
            "options": {"expires": OUTBOX},
        },
        "seal": {
            "task": "reserve.seal",
            "schedule": SEAL,
            "options": {"expires": SEAL},
        },
        # Says "up to now nothing came", so that one may ask what was known up to now.
        "seal-hourly": {
            "task": "reserve.seal",
            "schedule": crontab(minute=0),
            "kwargs": {"even_if_empty": True},
            "options": {"expires": 15 * 60},
        },
        # Runs every day; the rule book names the day from which the month before is judged.
        "judge-month": {
            "task": "monitoring.judge_month",
            "schedule": crontab(hour=7, minute=30),
            "options": {"expires": 6 * 60 * 60},
        },
        # Runs every day; the rule book names the days on which the quarter before is dispatched.
        "dispatch-quarter": {
            "task": "allocation.dispatch_quarter",
            "schedule": crontab(hour=7, minute=45),
            "options": {"expires": 6 * 60 * 60},
        },
        # Runs every day; the rule book names how long before a park's deadlines one is reminded.
        "remind-parks": {
            "task": "parks.remind",
            "schedule": crontab(hour=7, minute=15),
            "options": {"expires": 6 * 60 * 60},
        },
        # Before the offices open, so that who comes in finds what lapsed in the night.
        "watch-holds": {
            "task": "allocation.watch_holds",
            "schedule": crontab(hour=6, minute=0),
            "options": {"expires": 6 * 60 * 60},
        },
        "forget-answers": {
            "task": "kernel.forget_answers",
            "schedule": crontab(hour=3, minute=15),
            "options": {"expires": 6 * 60 * 60},
        },
        "prove": {
            "task": "reserve.prove",
            "schedule": crontab(hour=2, minute=30),
            "options": {"expires": 6 * 60 * 60},
        },
    },
)
assert app.steps is not None
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()

__all__ = ["app", "crontab"]


@setup_logging.connect
def keep_the_registry_s_logging(**_: Any) -> None:
    """Leave logging as the settings made it; Celery would put its own in place."""


@app.task(name="quota_registry.heartbeat")
def heartbeat() -> None:
    """Say that beat sends and a worker answers: ``/readyz`` reads what is written here."""
    from quota_registry.web import health

    health.beat()


@beat_init.connect
def beat_at_once(**_: Any) -> None:
    """Send the first beat when beat starts: a house that says it is ready is ready."""
    heartbeat.apply_async(expires=HEARTBEAT)
