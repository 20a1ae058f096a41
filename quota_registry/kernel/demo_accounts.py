"""Who may sign in to the demo: one table, read by what makes them and by what prints them."""

from __future__ import annotations

from typing import Final, NamedTuple

from quota_registry.kernel.vocabulary import Role

# The demo alone has a password that everybody knows; it runs on loopback with invented data.
PASSWORD: Final = "quota-demo-2026"

CITY: Final = "320500"


class Account(NamedTuple):
    """Somebody of the demo: how to sign in, what to be called, what to be appointed to."""

    username: str
    name: str
    role: Role
    place: str


COUNTIES: Final = {
    "320505": ("huqiu", "虎丘"),
    "320506": ("wuzhong", "吴中"),
    "320507": ("xiangcheng", "相城"),
    "320508": ("gusu", "姑苏"),
    "320509": ("wujiang", "吴江"),
    "320581": ("changshu", "常熟"),
    "320582": ("zhangjiagang", "张家港"),
    "320583": ("kunshan", "昆山"),
    "320585": ("taicang", "太仓"),
    # The industrial park lies below the city and has a bureau of its own.
    "320500P01": ("sip", "园区局"),
}

PARKS: Final = {
    "320500P01": ("sip.park", "园区"),
    "320583P01": ("kunshan.park", "昆山开发区"),
    "320509P01": ("wujiang.park", "吴江开发区"),
    "320505P01": ("huqiu.park", "高新区"),
    "320581P01": ("changshu.park", "常熟开发区"),
    "320582P01": ("zhangjiagang.park", "保税区"),
    "320585P01": ("taicang.park", "太仓港"),
}

ACCOUNTS: Final = (
    *(
        account
        for code, (word, short) in COUNTIES.items()
        for account in (
            Account(f"{word}.officer", f"{short}经办人", Role.COUNTY_OFFICER, code),
            Account(f"{word}.screener", f"{short}初审人", Role.COUNTY_SCREENER, code),
            Account(f"{word}.head", f"{short}负责人", Role.COUNTY_HEAD, code),
        )
    ),
    *(
        account
        for code, (username, short) in PARKS.items()
        # Two people: whoever fills in the annual totals does not check them.
        for account in (
            Account(username, f"{short}管理员", Role.PARK_ADMINISTRATOR, code),
            Account(f"{username}2", f"{short}审核人", Role.PARK_ADMINISTRATOR, code),
        )
    ),
    Account("city.water", "水处审核人", Role.DIVISION_REVIEWER_WATER, CITY),
    Account("city.air", "大气处审核人", Role.DIVISION_REVIEWER_AIR, CITY),
    Account("city.office", "综合业务处经办", Role.GENERAL_OFFICE, CITY),
    Account("city.office2", "综合业务处复核", Role.GENERAL_OFFICE, CITY),
    Account("city.director", "市局局长", Role.DIRECTOR, CITY),
    Account("city.inspector", "现场核查员", Role.INSPECTOR, CITY),
    Account("city.auditor", "审计员", Role.AUDITOR, CITY),
    Account("sys.admin", "系统管理员", Role.SYSTEM_ADMINISTRATOR, CITY),
    Account("sec.admin", "安全管理员", Role.SECURITY_ADMINISTRATOR, CITY),
)

SHOWN: Final = ("kunshan.", "city.", "sip.park", "sys.", "sec.")


def rows() -> list[tuple[str, str, str]]:
    """List role, user and password of the accounts that a first look needs."""
    return [
        (str(account.role.label), account.username, PASSWORD)
        for account in ACCOUNTS
        if account.username.startswith(SHOWN)
    ]
