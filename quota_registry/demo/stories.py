"""What became of the demo's claims: each walks its way through the services, day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from quota_registry.demo.people import Cast
from quota_registry.demo.plants import permit_of
from quota_registry.demo.works import Recipe, lines
from quota_registry.kernel import paper
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.services import files
from quota_registry.kernel.vocabulary import Medium, Pollutant
from reserve.models import Claim, Opinion
from reserve.services import (
    admissions,
    claims,
    evidence,
    inspections,
    joint_reviews,
    letters,
    reviews,
    screening,
)
from reserve.services.contents import Content, read
from reserve.services.letters import Confirmed
from reserve.services.reviews import Verdict
from reserve.vocabulary import ClaimStatus, Destination, EvidenceKind

Act = Callable[[Claim], Claim]
"""A step of a claim's way: takes it as it stands and gives it as it stands then."""

PROOFS: Final = (
    (EvidenceKind.MONITORABLE, "监测报告.pdf"),
    (EvidenceKind.REPORTABLE, "统计报表.pdf"),
    (EvidenceKind.VERIFIABLE, "验收核查意见.pdf"),
    (EvidenceKind.COMPLIANCE, "达标排放证明.pdf"),
)


@dataclass(frozen=True, slots=True)
class Story:
    """A claim to be told: whose works, finished when, and how it ends."""

    place: Place
    polluter: Polluter
    recipe: Recipe
    finished_on: date
    fate: str = "admitted"
    late: bool = False
    holding: bool = False
    lake_tai: bool = False


class Teller:
    """Tells stories with the demo's people up to today; what lies ahead has not happened."""

    def __init__(self, cast: Cast, chance: Random, today: date) -> None:
        self.cast, self.chance, self.today = cast, chance, today
        self.proof = paper.render(
            "quota_registry/demo/proof.typ",
            {"title": "演示材料", "note": "本页仅用于演示，不具有任何证明效力。"},
            printed_on=today,
        )
        self.letters = 0

    def tell(self, story: Story, word: str) -> Claim:
        """Draft the claim of *story* and walk it as far as its fate and today allow."""
        declarer = self.cast[f"{word}.officer"]
        changed = story.finished_on + timedelta(days=self.chance.randint(8, 25))
        filed = min(self.today, changed + timedelta(days=48 if story.late else 16))
        content = Content(
            polluter=story.polluter,
            project=f"{story.polluter.name.removesuffix('有限公司')}{story.recipe.project}",
            source_kind=story.recipe.kind,
            permit=permit_of(story.polluter) if story.recipe.needs_permit else None,
            destination=Destination.HOLDING if story.holding else Destination.RESERVE,
            lake_tai_band=story.lake_tai,
            finished_on=story.finished_on,
            permit_changed_on=changed if story.recipe.needs_permit else None,
            accepted_on=None if story.recipe.needs_permit else changed,
            late_reason="核算材料补充监测，延期提交。" if story.late else "",
            monitorable=True,
            reportable=True,
            verifiable=True,
            remarks="",
            lines=lines(self.chance, story.recipe),
        )
        claim = claims.draft(place=story.place, content=content, by=declarer, on=filed)
        if story.fate == "draft":
            return claim
        self._prove(claim, declarer, filed)
        claim = claims.file(claim=claim, by=declarer, on=filed)
        for day, act in self._way(story, word, filed):
            if day > self.today or claim.status in {ClaimStatus.REFUSED, ClaimStatus.WITHDRAWN}:
                break
            claim = act(claim)
        return claim

    def _prove(self, claim: Claim, by: Person, on: date) -> None:
        for kind, name in PROOFS:
            upload = SimpleUploadedFile(name, self.proof, content_type="application/pdf")
            evidence.attach(claim=claim, kind=kind, upload=upload, by=by, on=on)

    def _way(self, story: Story, word: str, filed: date) -> Iterator[tuple[date, Act]]:
        cast = self.cast
        screener, declarer = cast[f"{word}.screener"], cast[f"{word}.officer"]

        def day(after: int) -> date:
            return filed + timedelta(days=after)

        if story.fate == "withdrawn":
            yield (
                day(1),
                lambda c: claims.withdraw(
                    claim=c, reason="项目主体变更，另行申报。", by=declarer, on=day(1)
                ),
            )
            return
        yield (
            day(2),
            lambda c: screening.receive(claim=c, version=c.version, by=screener, on=day(2)),
        )
        if story.fate == "returned":
            yield (
                day(4),
                lambda c: screening.return_(
                    claim=c,
                    version=c.version,
                    reason="监测报告缺少采样记录，请补充后重报。",
                    by=screener,
                    on=day(4),
                ),
            )
            return
        if story.fate == "refiled":
            yield (
                day(4),
                lambda c: screening.return_(
                    claim=c,
                    version=c.version,
                    reason="备注未说明运行台账，请补充。",
                    by=screener,
                    on=day(4),
                ),
            )
            yield day(8), lambda c: self._again(c, declarer, day(8))
            yield (
                day(9),
                lambda c: screening.receive(claim=c, version=c.version, by=screener, on=day(9)),
            )
        if story.fate == "refused":
            yield (
                day(6),
                lambda c: screening.refuse(
                    claim=c,
                    version=c.version,
                    reason="现场未见治理设施，减排量不成立。",
                    by=screener,
                    on=day(6),
                ),
            )
            return
        yield (
            day(10),
            lambda c: screening.screen(
                claim=c, version=c.version, by=screener, on=day(10), note="材料齐全，同意上报。"
            ),
        )
        yield day(13), lambda c: self._inspect(c, day(13))
        for medium, name in ((Medium.WATER, "city.water"), (Medium.AIR, "city.air")):
            yield (
                day(17),
                self._review_by(medium, cast[name], story, day(17)),
            )
        for seat, name in (
            (Opinion.Seat.WATER, "city.water"),
            (Opinion.Seat.AIR, "city.air"),
            (Opinion.Seat.OFFICE, "city.office"),
        ):
            yield (
                day(24),
                _sign(seat, cast[name], day(24)),
            )
        yield (
            day(26),
            lambda c: joint_reviews.conclude(
                claim=c, version=c.version, by=cast["city.office"], on=day(26)
            ),
        )
        yield day(38), lambda c: self._confirm(c, day(38))
        yield (
            day(41),
            lambda c: admissions.admit(
                claim=c, version=c.version, by=cast["city.office2"], on=day(41)
            ),
        )

    def _again(self, claim: Claim, by: Person, on: date) -> Claim:
        content = replace(read(claim), remarks="治理设施运行台账已补充，见附件。")
        saved = claims.save(claim=claim, content=content, by=by, on=on)
        return claims.file(claim=saved, by=by, on=on)

    def _inspect(self, claim: Claim, on: date) -> Claim:
        inspector = self.cast["city.inspector"]
        for visit in claim.inspections.filter(finding=""):
            photo = SimpleUploadedFile("现场照片.pdf", self.proof, content_type="application/pdf")
            inspections.record(
                inspection=visit,
                version=claim.version,
                visited_on=on,
                second_inspector="核查员乙",
                finding="sound",
                remarks="设施正常运行，与申报一致。",
                photos=[files.store(upload=photo, place=claim.place, by=inspector)],
                by=inspector,
                on=on,
            )
        return claim

    def _review_by(self, medium: Medium, by: Person, story: Story, on: date) -> Act:
        return lambda claim: self._review(claim, medium, by, story, on)

    def _review(self, claim: Claim, medium: Medium, by: Person, story: Story, on: date) -> Claim:
        codes = [line.pollutant for line in claim.lines.order_by("pk")]
        own = [code for code in codes if Pollutant(code).medium is medium]
        if not own or claim.status != ClaimStatus.SCREENED:
            return claim
        verdicts = {code: Verdict(True) for code in own}
        if story.fate == "line refused" and len(codes) > 1:
            verdicts[own[-1]] = Verdict(False, "进口浓度监测频次不足，该项不予认可。")
        return reviews.review(claim=claim, version=claim.version, verdicts=verdicts, by=by, on=on)

    def _confirm(self, claim: Claim, on: date) -> Claim:
        self.letters += 1
        reply = letters.confirm(
            number=f"苏环函〔{on.year}〕{self.letters}号",
            dated=on,
            claims=[Confirmed(claim, claim.version)],
            by=self.cast["city.office"],
            on=on,
        )
        for outcome in reply.outcomes:
            if outcome.refusal is not None:
                raise outcome.refusal
        return claim


def _sign(seat: Opinion.Seat, by: Person, on: date) -> Act:
    return lambda claim: (
        joint_reviews.sign(
            claim=claim,
            version=claim.version,
            seat=seat,
            agrees=True,
            text="同意入库。",
            by=by,
            on=on,
        ).claim
    )
