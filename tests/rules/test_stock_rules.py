"""Articles 2 to 4, 12, 13 and 21 at their edges, and what holds for any amount."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from quota_registry.kernel import mass
from quota_registry.kernel.calendar import WorkingCalendar
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.verdicts import require_all
from quota_registry.kernel.vocabulary import Pollutant
from reserve.rules import duplicates, evidence, fates, inspections, intake, sources
from reserve.rules.duplicates import KnownClaim, ProjectKey
from reserve.rules.evidence import ALL, Flags
from reserve.rules.fates import Line
from reserve.vocabulary import ClaimStatus, Destination, Fate, SourceKind

BOOK = RuleBook.default()
CALENDAR = WorkingCalendar()
masses = st.integers(0, 10**13).map(Grams)
shares = st.decimals(0, 1, places=4)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    verified = draw(st.integers(1, 10**13))
    binding = draw(st.integers(0, verified))
    earlier = draw(st.integers(0, verified - binding))
    return Line(Grams(verified), Grams(binding), Grams(earlier))


class TestArticle3:
    def test_a_refusal_carries_the_article_and_its_dates(self) -> None:
        verdict = sources.finished_since_the_plan(date(2020, 12, 31), book=BOOK)

        with translation.override("zh-hans"), pytest.raises(sources.FinishedTooEarly) as refused:
            verdict.require()
        assert str(refused.value) == (
            "项目于2020-12-31完成，早于2021-01-01，不得纳入储备库（第3条）"
        )
        assert verdict.code == "finished_too_early"

    def test_the_future_has_not_been_finished(self) -> None:
        assert sources.finished_by(date(2026, 10, 9), on=date(2026, 10, 9)).passes
        assert not sources.finished_by(date(2026, 10, 10), on=date(2026, 10, 9)).passes

    def test_a_permit_changed_long_before_the_finish_only_warns(self) -> None:
        finished = date(2026, 3, 4)

        near = sources.permit_follows_finish(finished, date(2026, 2, 1), book=BOOK)
        far = sources.permit_follows_finish(finished, date(2026, 1, 31), book=BOOK)

        assert near.passes
        assert not far.passes
        assert not far.stands_in_the_way
        far.require()

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (Line(Grams(-1)), "negative"),
            (Line(Grams(10), Grams(-1)), "negative"),
            (Line(Grams(0)), "nothing_verified"),
            (Line(Grams(10), Grams(6), Grams(5)), "uses_exceed_verified"),
        ],
    )
    def test_amounts_that_do_not_add_up_are_refused_by_name(self, line: Line, code: str) -> None:
        refused = [verdict.code for verdict in fates.check(line) if not verdict.passes]

        assert refused[0] == code

    @given(lines(), masses, shares, st.sampled_from(Destination))
    def test_every_verified_gram_has_exactly_one_fate(
        self, line: Line, debt: Grams, share: Decimal, destination: Destination
    ) -> None:
        book = BOOK.with_changes(province_share=share)

        found = fates.of(line, debt=debt, book=book, destination=destination)

        assert sum(found.values()) == line.verified
        assert all(grams > 0 for grams in found.values())

    @given(lines(), masses)
    def test_nothing_is_divided_while_a_debt_is_open(self, line: Line, debt: Grams) -> None:
        found = fates.of(line, debt=debt, book=BOOK)

        if line.admissible <= debt:
            assert not found.keys() & {Fate.PROVINCE, Fate.CITY, Fate.LOCAL}
        assert found.get(Fate.COVER, 0) == min(debt, line.admissible)


class TestArticle4:
    @given(masses, masses)
    def test_the_city_never_gains_by_rounding(self, admissible: Grams, province: Grams) -> None:
        province = Grams(min(admissible, province))

        found = intake.divide(admissible, province=province, book=BOOK)

        assert found.total == admissible
        assert found.city * 10 <= (admissible - province) * 3
        assert found.city * 10 > (admissible - province) * 3 - 10

    @given(masses, masses, shares)
    def test_more_admitted_means_no_less_for_anyone(
        self, a: Grams, b: Grams, share: Decimal
    ) -> None:
        book = BOOK.with_changes(province_share=share)
        less, more = sorted((a, b))

        assert intake.province_part(less, book=book) <= intake.province_part(more, book=book)
        small = intake.divide(less, province=Grams(0), book=book)
        large = intake.divide(more, province=Grams(0), book=book)
        assert small.city <= large.city
        assert small.local <= large.local

    def test_the_provinces_letter_replaces_the_share(self) -> None:
        line = Line(verified=mass.grams_of("10"))

        found = fates.of(line, province=mass.grams_of("4"), book=BOOK)

        assert found == {
            Fate.PROVINCE: 4_000_000,
            Fate.CITY: 1_800_000,
            Fate.LOCAL: 4_200_000,
        }

    def test_a_debt_is_repaid_before_the_provinces_part(self) -> None:
        line = Line(verified=mass.grams_of("6"))

        found = fates.of(line, debt=mass.grams_of("5"), province=mass.grams_of("4"), book=BOOK)

        assert found == {Fate.COVER: 5_000_000, Fate.PROVINCE: 1_000_000}

    def test_the_province_cannot_take_more_than_there_is(self) -> None:
        with pytest.raises(intake.NotTheWhole):
            intake.divide(Grams(10), province=Grams(11), book=BOOK)
        assert not intake.province_part_fits(Grams(-1), Grams(10)).passes

    def test_without_a_permit_the_acceptance_counts(self) -> None:
        assert intake.due_on(
            permit_changed_on=None, accepted_on=date(2026, 5, 31), book=BOOK
        ) == date(2026, 6, 30)
        with pytest.raises(intake.NoDueDate):
            intake.due_on(permit_changed_on=None, book=BOOK)

    @pytest.mark.parametrize(
        ("filed", "reason", "passes"),
        [
            (date(2026, 6, 30), "", True),
            (date(2026, 7, 1), "", False),
            (date(2026, 7, 1), "   ", False),
            (date(2026, 7, 1), "验收材料补正", True),
        ],
    )
    def test_a_late_claim_needs_its_reason(self, filed: date, reason: str, passes: bool) -> None:
        verdict = intake.filed_by_due_date(
            due=date(2026, 6, 30), filed_on=filed, calendar=CALENDAR, reason=reason
        )

        assert verdict.passes is passes


class TestArticles2And12:
    @pytest.mark.parametrize(
        ("kind", "flags", "permit", "passes", "article"),
        [
            (SourceKind.AQUACULTURE, ALL, False, True, "12"),
            (SourceKind.AQUACULTURE, Flags(True, False, True), True, False, "12"),
            (SourceKind.CLOSURE, Flags(), True, True, "2"),
            (SourceKind.CLOSURE, Flags(), False, False, "2"),
            (SourceKind.DEEP_TREATMENT, ALL, False, True, "2"),
        ],
    )
    def test_flags_are_demanded_by_kind_and_permit(
        self, kind: SourceKind, flags: Flags, permit: bool, passes: bool, article: str
    ) -> None:
        verdict = evidence.flags_are_set(kind, flags, permit_states_amount=permit)

        assert verdict.passes is passes
        assert verdict.clause.article == article

    def test_a_missing_flag_is_named(self) -> None:
        verdict = evidence.flags_are_set(
            SourceKind.GREEN_ISLAND, Flags(monitorable=True), permit_states_amount=True
        )

        with translation.override("zh-hans"):
            assert "可报告、可核查" in verdict.message

    def test_each_flag_needs_its_file_unless_the_batch_has_one(self) -> None:
        files = Flags(monitorable=True, reportable=True)

        assert not evidence.flags_are_proved(ALL, files).passes
        assert evidence.flags_are_proved(ALL, files, batch_scan=True).passes
        assert evidence.flags_are_proved(Flags(reportable=True), files).passes


class TestArticle13:
    def test_what_a_polluter_keeps_is_not_divided_and_pays_no_debt(self) -> None:
        line = Line(Grams(10), binding=Grams(4))

        found = fates.of(line, debt=Grams(5), book=BOOK, destination=Destination.HOLDING)

        assert found == {Fate.BINDING: 4, Fate.HOLDING: 6}

    def test_bought_in_mass_goes_whole_to_the_local_reserve(self) -> None:
        found = intake.bought_in(Grams(7))

        assert (found.province, found.city, found.local) == (0, 0, 7)


class TestArticle21:
    KEY = ProjectKey.of("91320585MAX010029A", "示范水泥减排工程（二期）")

    @pytest.mark.parametrize(
        ("status", "passes"),
        [
            (status, status in {ClaimStatus.REFUSED, ClaimStatus.WITHDRAWN})
            for status in ClaimStatus
        ],
    )
    def test_only_refused_and_withdrawn_claims_do_not_count(
        self, status: ClaimStatus, passes: bool
    ) -> None:
        known = [KnownClaim("2026-7", self.KEY, frozenset({Pollutant.COD}), status)]
        same = ProjectKey.of("91320585MAX010029A", "示范水泥 减排工程(二期)")

        assert duplicates.claimed_once(same, {Pollutant.COD}, known=known).passes is passes

    def test_another_polluters_project_of_that_name_is_another_project(self) -> None:
        known = [KnownClaim("2026-7", self.KEY, frozenset({Pollutant.COD}), ClaimStatus.FILED)]
        other = ProjectKey.of("91320583MAX012382D", "示范水泥减排工程（二期）")

        assert duplicates.claimed_once(other, {Pollutant.COD}, known=known).passes

    @given(masses, st.lists(masses, max_size=5))
    def test_a_void_loses_nothing(self, entered: Grams, unspent: list[Grams]) -> None:
        plan = fates.void(entered, unspent=unspent)

        assert plan.voided + plan.debt == entered
        assert all(0 <= part <= left for part, left in zip(plan.taken, unspent, strict=True))

    def test_held_grams_are_voided_before_others(self) -> None:
        held, free = Grams(4), Grams(10)

        assert fates.void(Grams(6), unspent=(held, free)).taken == (4, 2)

    def test_the_draw_depends_on_the_number_alone(self) -> None:
        numbers = [f"2026-{n}" for n in range(2000)]

        drawn = [n for n in numbers if inspections.drawn(n, book=BOOK)]

        assert drawn == [n for n in numbers if inspections.drawn(n, book=BOOK)]
        assert 150 < len(drawn) < 250
        nobody = BOOK.with_changes(inspection_share=Decimal("0"))
        assert not any(inspections.drawn(n, book=nobody) for n in numbers)
        everybody = BOOK.with_changes(inspection_share=Decimal("1"))
        assert all(inspections.drawn(n, book=everybody) for n in numbers)

    @pytest.mark.parametrize(
        ("names", "passes"), [(["甲", "乙"], True), (["甲", " 甲 "], False), (["甲", ""], False)]
    )
    def test_two_different_people_inspect(self, names: list[str], passes: bool) -> None:
        assert inspections.enough_inspectors(names, book=BOOK).passes is passes

    def test_an_adverse_finding_blocks(self) -> None:
        with pytest.raises(inspections.AdverseFinding):
            require_all([inspections.nothing_adverse(adverse=True)])
        require_all([inspections.nothing_adverse(adverse=False)])
