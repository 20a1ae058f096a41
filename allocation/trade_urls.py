"""
Addresses of trades and of the queue of competing applications.

    queues · queue · trades · trade-new · trade · trade-file · trade-act
"""

from django.urls import URLPattern, path

from allocation.views import queue, trade_acts, trades

urlpatterns: list[URLPattern] = [
    path("queues/", queue.Queues.as_view(), name="queues"),
    path("queues/<slug:code>/", queue.OneQueue.as_view(), name="queue"),
    path("trades/", trades.Trades.as_view(), name="trades"),
    path("trades/new/", trades.NewTrade.as_view(), name="trade-new"),
    path("trades/<slug:number>/", trades.OneTrade.as_view(), name="trade"),
    path(
        "trades/<slug:number>/papers/<slug:which>/", trades.TradeFile.as_view(), name="trade-file"
    ),
    path(
        "trades/<slug:number>/act/<slug:verb>/", trade_acts.ActOnTrade.as_view(), name="trade-act"
    ),
]
