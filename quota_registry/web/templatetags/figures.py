"""Tags for the small parts that carry meaning: masses, pollutants, tiers, statuses, deadlines."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from quota_registry.kernel.clauses import Clause
from quota_registry.kernel.clauses import clause as find_clause
from quota_registry.kernel.vocabulary import Pollutant, Tier
from quota_registry.web.figures import MISSING, as_grams, cut, written
from quota_registry.web.tones import ICONS, tone_of

register = template.Library()

Amount = int | str | Decimal | None
_SOON_DAYS = 7


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw an icon; it never stands for a word, so a reader does not hear it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        extra,
        static("dist/icons.svg"),
        name,
    )


@register.filter
def yuan(amount: Decimal) -> str:
    """Write an amount to two places, as of money to the fen, in groups of three."""
    return f"{amount:,.2f}"


@register.filter(expects_localtime=True)
def day(value: date | None) -> SafeString:
    """Write a day so that no line ends inside it; nothing stays nothing."""
    if not value:
        return SafeString("")
    return format_html('<time datetime="{0}">{0}</time>', value.strftime("%Y-%m-%d"))


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> SafeString:
    """Write a day and its minute so that no line ends inside them; nothing stays nothing."""
    if not value:
        return SafeString("")
    return format_html('<time datetime="{0}">{0}</time>', value.strftime("%Y-%m-%d %H:%M"))


@register.simple_tag
def mass(
    value: Amount, places: int = 3, signed: bool = False, url: str = "", unit: bool = False
) -> SafeString:
    """
    Show a mass in tonnes: six places for ledgers, three elsewhere with the whole truth on focus.

    None is missing (—), zero is 0, an empty text is not applicable and stays blank. With *url*
    the figure leads to its parts.
    """
    if value == "":
        return SafeString("")
    after = format_html('<span class="mass-unit">{}</span>', _("吨/年")) if unit else SafeString("")
    if value is None:
        return format_html('<span class="mass mass-missing" data-pad="{}">—</span>', places)
    grams = as_grams(value)
    if grams == 0:
        body, classes, full = SafeString("0"), "mass", ""
    else:
        shown = cut(grams, places, signed=signed)
        zeros = (
            format_html('<span class="mass-zeros">{}</span>', shown.zeros)
            if shown.zeros
            else SafeString("")
        )
        body = format_html("{}{}{}", shown.sign, shown.digits, zeros)
        classes = "mass mass-minus" if grams < 0 and signed else "mass"
        full = "" if shown.exact else shown.full
    if full:
        classes += " mass-short"
        body = format_html(
            '<span aria-hidden="true">{}</span><span class="mass-full">{}</span>', body, full
        )
    pad = format_html(' data-pad="{}"', places) if grams == 0 and not unit else SafeString("")
    if url:
        return format_html('<a class="{}"{} href="{}">{}</a>{}', classes, pad, url, body, after)
    focus = SafeString(' tabindex="0"') if full else SafeString("")
    return format_html('<span class="{}"{}{}>{}</span>{}', classes, pad, focus, body, after)


@register.filter
def tonnes(value: Amount, places: int = 6) -> str:
    """Write a mass as plain text, for sentences, titles and copies."""
    return MISSING if value is None or value == "" else written(as_grams(value), places)


@register.filter
def signed(value: Amount, places: int = 6) -> str:
    """Write a mass as plain text with its sign: what an act will add or take."""
    return MISSING if value is None else written(as_grams(value), places, signed=True)


@register.simple_tag
def pollutant(code: str, name: bool = False) -> SafeString:
    """Show a pollutant by its sign and its own mark; with *name* the full name follows."""
    one = Pollutant(code)
    more = (
        format_html('<span class="pollutant-name">{}</span>', one.label)
        if name and one is not Pollutant.PM
        else SafeString("")
    )
    return format_html(
        '<span class="pollutant pollutant-{} pollutant-{}" title="{}">{}{}</span>',
        one.value,
        one.medium.value,
        one.label,
        one.spoken,
        more,
    )


@register.simple_tag
def pollutant_name(code: str) -> str:
    """Name a pollutant in full, as plain text."""
    return str(Pollutant(code).label)


@register.simple_tag
def tier(code: str) -> SafeString:
    """Show a tier by its word, with the lightness and texture that it has everywhere."""
    one = Tier(code)
    return format_html('<span class="tier tier-{}">{}</span>', one.value, one.label)


@register.simple_tag
def status(value: Any, label: str = "", tone: str = "") -> SafeString:
    """
    Show where something stands.

    *value* is a model with ``status``, a member of a vocabulary, or a plain value with *label*.
    """
    if hasattr(value, "get_status_display"):
        value, label = value.status, label or value.get_status_display()
    label = label or str(getattr(value, "label", value))
    code = str(getattr(value, "value", value))
    tone = tone or tone_of(code)
    drawing = icon(ICONS[tone]) if ICONS.get(tone) else SafeString("")
    return format_html('<span class="status tone-{}">{}{}</span>', tone, drawing, label)


@register.simple_tag
def level(value: str, label: str = "") -> SafeString:
    """Show a warning level in the law's own colour and word (§9)."""
    words = {
        "blue": _("蓝"),
        "yellow": _("黄"),
        "red": _("红"),
        "none": pgettext("warning level", "无"),
        "unknown": _("数据不足"),
    }
    return format_html(
        '<span class="level level-{}">{}</span>', value, label or words.get(value, value)
    )


@register.simple_tag
def gate(open_: bool, label: str = "") -> SafeString:
    """Show whether a gate is open, by a lock and its word (§9, §10)."""
    word = label or (pgettext("gate", "可用") if open_ else pgettext("gate", "关闭"))
    return format_html(
        '<span class="status tone-{}">{}{}</span>',
        "success" if open_ else "danger",
        icon("unlock" if open_ else "lock"),
        word,
    )


@register.simple_tag(takes_context=True)
def due(
    context: template.Context, day: date | None, done: bool = False, with_date: bool = True
) -> SafeString:
    """Show a due date with the days that are left, or the days that it is overdue."""
    if day is None:
        return format_html('<span class="due due-done">{}</span>', MISSING)
    if isinstance(day, datetime):
        day = timezone.localdate(day) if timezone.is_aware(day) else day.date()
    today = context.get("today") or timezone.localdate()
    left = (day - today).days
    shown = (
        format_html('<time class="due-date" datetime="{0}">{0}</time> ', day.isoformat())
        if with_date
        else SafeString("")
    )
    if done:
        return format_html('<span class="due due-done">{}{}</span>', shown, _("已办结"))
    if left < 0:
        words = ngettext("逾期 %(days)s 天", "逾期 %(days)s 天", -left) % {"days": -left}
        return format_html(
            '<span class="due">{}<span class="due-over">{}</span></span>', shown, words
        )
    if left == 0:
        return format_html(
            '<span class="due">{}<span class="due-soon">{}</span></span>', shown, _("今日到期")
        )
    words = ngettext("剩 %(days)s 天", "剩 %(days)s 天", left) % {"days": left}
    tone = "due-soon" if left <= _SOON_DAYS else "due-left"
    return format_html('<span class="due">{}<span class="{}">{}</span></span>', shown, tone, words)


@register.simple_tag
def clause(key: str | Clause | None, quote: bool = False) -> SafeString:
    """Name an article and lead to its sentence in the notice; with *quote* say the sentence."""
    if not key:
        return SafeString("")
    found = key if isinstance(key, Clause) else find_clause(key)
    try:
        address = f"{reverse('law')}#{found.anchor}"
    except NoReverseMatch:
        reference = format_html(
            '<span class="clause" title="{}">{}</span>', found.sentence, found.reference
        )
    else:
        reference = format_html(
            '<a class="clause" href="{}" title="{}">{}</a>',
            address,
            found.sentence,
            found.reference,
        )
    if not quote:
        return reference
    return format_html(
        '<blockquote class="clause-quote">{}<footer>{}</footer></blockquote>',
        found.sentence,
        reference,
    )


@register.filter
def named(place: Any) -> str:
    """Name a place in the reader's language."""
    if place is None:
        return MISSING
    return str(getattr(place, "spoken", place))
