class DocumentMissing(Refusal):
    """A step that is taken under a paper comes with its number."""

    code = "document_missing"
    message = _("须注明文号")


class ReasonMissing(Refusal):
    """A figure other than the computed one, and a year taken up again, have their reason."""

    code = "reason_missing"
    message = _("须说明理由")


class StepInTheFuture(Refusal):
    """What has not happened yet cannot be recorded."""

    code = "step_in_the_future"
    message = _("%(day)s尚未到，不得登记")


class NotAPark(Refusal):
    """Only parks have a year of limits and totals (§15)."""

    code = "not_a_park"
    message = _("%(place)s不是园区")


class AlreadyUnderWay(Refusal):
    """A version of the year is being worked on."""

    code = "already_under_way"
    message = _("%(place)s%(year)s年度已启动，尚未办结")


class NotJudged(Refusal):
    """Last year's results of both media are confirmed first (§15)."""

    code = "not_judged"
    message = _("%(place)s%(year)s年度评定尚未确认：%(media)s")


class NoTargets(Refusal):
    """Targets are sent for both media (§15)."""

    code = "no_targets"
    message = _("%(place)s尚未设定%(year)s年度目标：%(media)s")


class TotalsNotAccepted(Refusal):
    """The park's annual totals are accepted first (§16)."""

    code = "totals_not_accepted"
    message = _("%(place)s%(year)s年度排放总量尚未审核接受")
