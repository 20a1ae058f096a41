"""The balances of a whole city over the API, beside a plain DRF view of the same balances."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.test import Client as Browser
from django.urls import include, path
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from benchmarks.harness import Figure, analyze, ratio
from quota_registry.kernel.mass import Grams, text
from quota_registry.kernel.models import Client, Person, Place
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Account, Balance
from reserve.rules.postings import Leg, Paper, Request, held, origin, reserve
from reserve.services import ledger
from reserve.vocabulary import AccountKind, LotSourceKind, TransferKind
from tests import factories, unearned
from tests.databases import Addresses

COUNTIES = 10
# Parks in each county: a city as it is today, and one that sets limit values for all its parks.
PARKS = {1: "city", 9: "city_of_many_parks"}
LOTS = 3
GRAMS = Grams(7_654_321)
HELD = Grams(1_234_567)
ON = date(2026, 9, 15)


def run(addresses: Addresses) -> Iterator[Figure]:
    """Compare both views as a client meets them: same middleware, token, throttle and server."""
    token = _token()
    settings.ROOT_URLCONF = __name__
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.QUOTA_API_REQUESTS_PER_MINUTE = 10**9
    browser, headers = Browser(), {"authorization": f"Bearer {token}"}
    for parks, size in PARKS.items():
        _fill(parks)
        analyze(addresses)
        yield _compared(browser, headers, size)


def _compared(browser: Browser, headers: dict[str, str], size: str) -> Figure:
    def get(address: str) -> Any:
        response = browser.get(address, headers=headers)
        assert response.status_code == 200, response.content
        return response.json()

    ours, peers = "/api/v1/balances/?effective_on=2026-09-30", "/peer/"
    rows, same = get(ours)["balances"], get(peers)
    key = ("place", "pollutant", "available", "held")
    assert sorted(tuple(row[name] for name in key) for row in rows) == sorted(
        tuple(row[name] for name in key) for row in same
    ), "the two views disagree"

    times, own, other = ratio(
        lambda: browser.get(ours, headers=headers),
        lambda: browser.get(peers, headers=headers),
        times=2,
        rounds=60,
    )
    note = f"{len(rows)} rows, {own * 1000:.1f} ms beside {other * 1000:.1f} ms"
    return Figure(f"balance_api_beside_model_serializer_{size}", times, 4, note=note)


class PeerSerializer(serializers.ModelSerializer[Account]):
    """A balance as DRF's own documentation would write it."""

    place = serializers.CharField(source="place.code")
    place_name = serializers.CharField(source="place.name")
    tier = serializers.CharField(source="place.tier")
    available = serializers.SerializerMethodField()
    held = serializers.SerializerMethodField()

    class Meta:
        model = Account
        fields = ["place", "place_name", "tier", "pollutant", "available", "held"]

    def get_available(self, account: Any) -> str:
        """Write grams as tonnes."""
        return text(account.grams)

    def get_held(self, account: Any) -> str:
        """Write grams as tonnes."""
        return text(account.held_grams)


class Peer(ListAPIView[Account]):
    """A plain list view of the reserves with what they hold now, in one query."""

    serializer_class = PeerSerializer
    filter_backends = []

    def get_queryset(self) -> QuerySet[Account]:
        """Sum what is free and what is held of each reserve."""
        own = Account.objects.filter(kind=AccountKind.RESERVE).select_related("place")
        held_grams = (
            Balance.objects.filter(
                account__kind=AccountKind.HELD,
                account__place=OuterRef("place"),
                account__pollutant=OuterRef("pollutant"),
            )
            .order_by()
            .values("account__place")
            .annotate(total=Sum("grams"))
            .values("total")
        )
        return own.annotate(
            grams=Coalesce(Sum("balances__grams"), 0),
            held_grams=Coalesce(Subquery(held_grams), 0),
        ).order_by("place__path", "pollutant")


urlpatterns = [path("peer/", Peer.as_view()), path("api/", include("quota_registry.web.api"))]


def _token() -> str:
    responsible = factories.person("city.office")
    province = factories.place("320000")
    with factories.system():
        _client, token = Client.objects.create_key(
            name="bench", place=province, responsible=responsible, scopes=["balances:read"]
        )
    return str(token)


def _fill(parks: int) -> None:
    """Give every place that has none yet lots of every pollutant, and one hold of each."""
    province, city = factories.place("320000"), factories.place("320500")
    places = [province, city]
    with factories.system():
        for number in range(COUNTIES):
            county = _place(f"3205{30 + number}", "county", city)
            places += [county]
            places += [_place(f"{county.code}P{n:02}", "park", county) for n in range(parks)]
    stocked = set(Account.objects.filter(kind=AccountKind.RESERVE).values_list("place", flat=True))
    officer, office = factories.person("city.office"), factories.person("city.office2")
    for place in (place for place in places if place.code not in stocked):
        unearned.allow()
        rewards = [_reward(place, code, lot, officer) for code in Pollutant for lot in range(LOTS)]
        holds = [
            Request(
                kind=TransferKind.HOLD,
                key=f"bench/hold/{place.code}/{code}",
                on=ON,
                legs=[Leg(reserve(place.code), held("H1", place=place.code), code, HELD)],
            )
            for code in Pollutant
        ]
        ledger.post_many(requests=[*rewards, *holds], by=office)


def _place(code: str, tier: str, parent: Place) -> Place:
    made, _new = Place.objects.get_or_create(
        code=code,
        defaults={
            "name": f"示范{code}",
            "tier": tier,
            "parent": parent,
            "path": f"{parent.path}{code}/",
        },
    )
    found: Place = made
    return found


def _reward(place: Place, pollutant: str, lot: int, by: Person) -> Request:
    number = f"{place.code}/{pollutant}/{lot}"
    source = Paper(
        kind=LotSourceKind.REWARD,
        number=number,
        place=place.code,
        verified_grams=GRAMS,
        vintage=date(2026, 1, 1 + lot),
        declared_by=by.pk,
    )
    leg = Leg(origin(LotSourceKind.REWARD), reserve(place.code), pollutant, GRAMS, paper=source)
    return Request(kind=TransferKind.REWARD, key=f"bench/{number}", on=ON, legs=[leg])
