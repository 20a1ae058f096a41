"""
The stock's pages, in the namespace ``reserve``.

    overview · stock · account · transfers · transfer · receipt · lots · lot · debts · tasks ·
    task-set
    and the papers of `reserve.paper_urls`
"""

from django.urls import path

from reserve import paper_urls
from reserve.views import accounts, lots, overview, tasks, transfers

app_name = "reserve"

urlpatterns = [
    path("", overview.Overview.as_view(), name="overview"),
    path("stock/<slug:place>/<slug:pollutant>/", accounts.Stock.as_view(), name="stock"),
    path("accounts/<int:pk>/", accounts.Statement.as_view(), name="account"),
    path("transfers/", transfers.Transfers.as_view(), name="transfers"),
    path("transfers/<int:pk>/", transfers.OneTransfer.as_view(), name="transfer"),
    path("transfers/<int:pk>/receipt/", transfers.Receipt.as_view(), name="receipt"),
    path("lots/", lots.Lots.as_view(), name="lots"),
    path("lots/<int:pk>/", lots.OneLot.as_view(), name="lot"),
    path("debts/", lots.Debts.as_view(), name="debts"),
    path("tasks/", tasks.Tasks.as_view(), name="tasks"),
    path("tasks/set/", tasks.SetTask.as_view(), name="task-set"),
    *paper_urls.urlpatterns,
]
