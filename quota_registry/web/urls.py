"""
Pages that belong to no single floor, by the names that templates and tests call them.

    sign-in · sign-out · second-factor · second-factor-verify · second-factor-setup ·
    second-factor-codes · second-factor-remove · account · password-change · set-language · act-for
"""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from quota_registry.web.views import account, second_factor, sessions, styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    # ── Signing in ──
    path("sign-in/", sessions.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sessions.SignOut.as_view(), name="sign-out"),
    path("sign-in/second-factor/", second_factor.Verify.as_view(), name="second-factor-verify"),
    path("sign-in/set-up/", second_factor.SetUp.as_view(), name="second-factor-setup"),
    # ── The own account ──
    path("account/", account.Account.as_view(), name="account"),
    path("account/password/", account.PasswordChange.as_view(), name="password-change"),
    path("account/language/", account.SetLanguage.as_view(), name="set-language"),
    path("account/place/", account.ActFor.as_view(), name="act-for"),
    path("account/second-factor/", second_factor.Standing.as_view(), name="second-factor"),
    path(
        "account/second-factor/codes/", second_factor.NewCodes.as_view(), name="second-factor-codes"
    ),
    path(
        "account/second-factor/remove/", second_factor.Remove.as_view(), name="second-factor-remove"
    ),
]

if settings.QUOTA_DEMO or settings.DEBUG:
    urlpatterns += [path("styleguide/", styleguide.styleguide, name="styleguide")]
