"""What the demo city's desk has, as a machine of its own counts it."""

import json
from collections.abc import Mapping
from typing import Any, Final

from allocation.vocabulary import FindingKind
from quota_registry.embedded.folders import Folders
from tests import machines

DESK: Final[Mapping[str, Any]] = {
    "projects": {"EXPANDED": 4, "NEW": 36, "REBUILT": 2},
    "applications": {
        "annulled": 1,
        "approved": 3,
        "assessed": 2,
        "draft": 10,
        "expired": 1,
        "filed": 2,
        "given_back": 1,
        "held": 5,
        "in_use": 3,
        "refused": 3,
        "screened": 2,
        "vouchered": 7,
        "withdrawn": 1,
    },
    "vouchers": 15,
    # Every check of the sheet that can refuse; the first of §7 only says what is owed.
    "stopped": [
        "cover",
        "earmark",
        "gate",
        "once",
        "priority",
        "source",
        "stock",
        "suspension",
        "trade",
    ],
    "short": 1,
    "parks": 1,
    "trades": {"accepted": 1, "offered": 2, "posted": 5, "refused": 1, "withdrawn": 1},
    "across": 1,
    "queue": 3,
    "rounds": [[1, "confirmed"], [1, "replaced"], [2, "proposed"]],
    "found": sorted(FindingKind.values),
    "settled": True,
    "open": True,
}

_COUNT: Final = """
import json
from collections import Counter
from allocation.models import (
    Application, DispatchRound, DispatchTask, Finding, Project, Trade, Voucher)
from allocation.selectors import assessments
from allocation.vocabulary import Moment
from django.utils import timezone
from monitoring.models import OutstandingPark
today = timezone.localdate()
count = lambda rows, field: dict(sorted(Counter(rows.values_list(field, flat=True)).items()))
drafts = Application.objects.filter(status="draft")
print(json.dumps({
    "projects": count(Project.objects.all(), "kind"),
    "applications": count(Application.objects.all(), "status"),
    "vouchers": Voucher.objects.count(),
    "stopped": sorted({row.check for one in drafts
        for row in assessments.of(one, on=today, moment=Moment.FILED).blocking}),
    "short": sum(bool(assessments.shortfalls(one)) for one in Application.objects.held()),
    "parks": OutstandingPark.objects.count(),
    "trades": count(Trade.objects.all(), "status"),
    "across": Trade.objects.posted().filter(seller_at="320505", buyer_at="320583").count(),
    "queue": Application.objects.waiting().filter(sources__place="320500").distinct().count(),
    "rounds": [[one.version, one.status] for one in
        DispatchRound.objects.order_by("quarter", "version")],
    "found": sorted(set(Finding.objects.values_list("kind", flat=True))),
    "settled": DispatchTask.objects.filter(done=True).count() > 0,
    "open": DispatchTask.objects.filter(done=False).count() > 0,
}))
"""


def desk(home: Folders) -> Mapping[str, Any]:
    """Count the desk of the demo city that was made on this machine."""
    counted = machines.run(home, "manage.py", "shell", "--no-imports", "-c", _COUNT)
    assert counted.returncode == 0, counted.stderr
    found: Mapping[str, Any] = json.loads(counted.stdout.splitlines()[-1])
    return found
