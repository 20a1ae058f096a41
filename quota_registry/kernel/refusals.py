"""How this registry says no: by name, with the clause and the facts, never by None or False."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, override

if TYPE_CHECKING:
    from quota_registry.kernel.clauses import Clause


class Refusal(Exception):
    """
    A lawful no. Forms show its message; the API answers 409 with its code, clause and facts.

    A subclass sets ``code`` (stable, for programs) and ``message`` (Chinese msgid with named
    placeholders, filled from the facts), and ``clause`` where an article says so.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: ClassVar[str | Promise] = ""
    clause: Clause | None = None

    def __init__(
        self,
        message: str | Promise | None = None,
        *,
        clause: Clause | None = None,
        **facts: Any,
    ) -> None:
        self.facts: Mapping[str, Any] = facts
        self.template = message if message is not None else self.message
        if clause is not None:
            self.clause = clause
        super().__init__(self.template)

    @property
    def sentence(self) -> str:
        """Return the sentence without its clause, in the language active now."""
        text = str(self.template)
        # A sentence whose facts do not fit it is better than none.
        with suppress(KeyError, TypeError, ValueError):
            text = text % self.facts if self.facts else text
        return text

    def __str__(self) -> str:
        """Return the sentence in the language active now."""
        if self.clause is None:
            return self.sentence
        return gettext("%(sentence)s（%(clause)s）") % {
            "sentence": self.sentence,
            "clause": self.clause.reference,
        }


class NotPermitted(Refusal):
    """Inside one's place, without the right."""

    code = "not_permitted"
    status = 403


class OutOfReach(Refusal):
    """Outside one's place: for this person the thing is not there."""

    code = "not_found"
    status = 404


class DocumentMissing(Refusal):
    """What is done under a paper comes with the paper's number."""

    code = "document_missing"
    message = gettext_lazy("须注明文号")


class Stale(Refusal):
    """What is to be approved has changed since it was seen."""

    code = "stale"
    status = 412


def kept(why: Refusal | Promise | str) -> dict[str, Any]:
    """
    Give a no, or a plain sentence, as it is kept: the sentence untold, its facts, its clause.

    What a worker wrote down is said later, by `said`, in the language of whoever reads it.
    """
    refusal = why if isinstance(why, Refusal) else Refusal(why)
    # Chinese are the words by which every language finds its own.
    with override("zh-hans"):
        return {
            "code": refusal.code,
            "sentence": str(refusal.template),
            "facts": {name: _plain(fact) for name, fact in refusal.facts.items()},
            "clause": refusal.clause.key if refusal.clause else "",
        }


def said(why: Mapping[str, Any] | str) -> str:
    """Say in the language active now what was kept; what was kept as words stays as it is."""
    if isinstance(why, str):
        return gettext(why) if why else ""
    from quota_registry.kernel.clauses import clause  # it reads the whole notice

    key = why["clause"]
    return str(
        Refusal(gettext(why["sentence"]), clause=clause(key) if key else None, **why["facts"])
    )


def _plain(fact: Any) -> Any:
    return fact if isinstance(fact, int | str) else str(fact)
