"""
Pages that belong to no single floor, by the names that templates and tests call them.

    sign-in · sign-out · second-factor-verify · second-factor-setup
    account · password-change · set-language · act-for
    second-factor · second-factor-codes · second-factor-remove
    people · person · person-new · person-correct · person-deactivate · person-reactivate ·
    person-unlock · person-reset · person-unbind
    appointments · appoint · appointment-end · deputies · deputy-end · hand-over
    clients · client-new · client-revoke
    audit-events · audit-rows · audit-row · audit-steps
    notices · notices-read · notice-open
    rulebooks · rulebook · rulebook-draft · rulebook-approve · law · law-article
"""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from quota_registry.web.views import (
    account,
    appointments,
    audit,
    clients,
    handovers,
    law,
    notices,
    people,
    rulebooks,
    second_factor,
    sessions,
    styleguide,
)

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
        "account/second-factor/codes/",
        second_factor.NewCodes.as_view(),
        name="second-factor-codes",
    ),
    path(
        "account/second-factor/remove/",
        second_factor.Remove.as_view(),
        name="second-factor-remove",
    ),
    # ── People and what they are appointed to ──
    path("people/", people.People.as_view(), name="people"),
    path("people/new/", people.NewPerson.as_view(), name="person-new"),
    path("people/<str:username>/", people.OnePerson.as_view(), name="person"),
    path("people/<str:username>/correct/", people.Correct.as_view(), name="person-correct"),
    path("people/<str:username>/close/", people.Deactivate.as_view(), name="person-deactivate"),
    path("people/<str:username>/open/", people.Reactivate.as_view(), name="person-reactivate"),
    path("people/<str:username>/unlock/", people.Unlock.as_view(), name="person-unlock"),
    path("people/<str:username>/reset/", people.ResetPassword.as_view(), name="person-reset"),
    path(
        "people/<str:username>/unbind/", people.RemoveSecondFactor.as_view(), name="person-unbind"
    ),
    path("appointments/", appointments.Appointments.as_view(), name="appointments"),
    path("appointments/new/", appointments.Appoint.as_view(), name="appoint"),
    path("appointments/<int:pk>/end/", appointments.End.as_view(), name="appointment-end"),
    path("deputies/", appointments.Deputies.as_view(), name="deputies"),
    path("deputies/<int:pk>/end/", appointments.EndDeputy.as_view(), name="deputy-end"),
    path("hand-over/", handovers.HandOver.as_view(), name="hand-over"),
    # ── Programs ──
    path("clients/", clients.Clients.as_view(), name="clients"),
    path("clients/new/", clients.NewClient.as_view(), name="client-new"),
    path("clients/<str:prefix>/revoke/", clients.Revoke.as_view(), name="client-revoke"),
    # ── What auditors read ──
    path("audit/", audit.Events.as_view(), name="audit-events"),
    path("audit/rows/", audit.Rows.as_view(), name="audit-rows"),
    path("audit/rows/<int:pk>/", audit.OneRow.as_view(), name="audit-row"),
    path("audit/steps/", audit.Steps.as_view(), name="audit-steps"),
    # ── Notices ──
    path("notices/", notices.Notices.as_view(), name="notices"),
    path("notices/read/", notices.ReadAll.as_view(), name="notices-read"),
    path("notices/<int:pk>/open/", notices.Open.as_view(), name="notice-open"),
    # ── The rules ──
    path("rules/", rulebooks.RuleBooks.as_view(), name="rulebooks"),
    path("rules/new/", rulebooks.Draft.as_view(), name="rulebook-draft"),
    path("rules/<str:number>/", rulebooks.OneRuleBook.as_view(), name="rulebook"),
    path("rules/<str:number>/approve/", rulebooks.Approve.as_view(), name="rulebook-approve"),
    path("law/", law.Law.as_view(), name="law"),
    path("law/<str:number>/", law.Article.as_view(), name="law-article"),
]

if settings.QUOTA_DEMO or settings.DEBUG:
    urlpatterns += [path("styleguide/", styleguide.styleguide, name="styleguide")]
