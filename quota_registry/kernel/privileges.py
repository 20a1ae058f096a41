"""What the application may do to each table of the kernel and of the libraries it stands on."""

from typing import Final

from quota_registry.kernel.database import CHANGE, GROW, KEEP, READ, Grants

PRIVILEGES: Final[dict[str, Grants]] = {
    "kernel_place": CHANGE,
    "kernel_polluter": CHANGE,
    "kernel_pollutername": GROW,
    "kernel_permit": CHANGE,
    "kernel_permitversion": GROW,
    "kernel_permittedamount": GROW,
    "kernel_person": CHANGE,
    "kernel_appointment": CHANGE,
    "kernel_client": CHANGE,
    "kernel_transition": READ,
    "kernel_step": READ,
    "kernel_rowevent": READ,
    "kernel_auditevent": GROW,
    "kernel_rulebookversion": CHANGE,
    "kernel_storedfile": GROW,
    "kernel_serial": CHANGE,
    "kernel_job": CHANGE,
    "kernel_notice": KEEP,
    "kernel_outboxmessage": CHANGE,
    # An answer that was given is given again as it was, until its days are over.
    "kernel_firstanswer": Grants(app="SELECT, INSERT, DELETE"),
    # Libraries: what they need and no more; their migrations' record is read for /readyz.
    "django_migrations": READ,
    "django_content_type": READ,
    "django_session": KEEP,
    "auth_permission": READ,
    "auth_group": READ,
    "auth_group_permissions": READ,
    "axes_accessattempt": KEEP,
    "axes_accessattemptexpiration": KEEP,
    "axes_accessfailurelog": KEEP,
    "axes_accesslog": KEEP,
    "otp_static_staticdevice": KEEP,
    "otp_static_statictoken": KEEP,
    "otp_totp_totpdevice": KEEP,
    "rest_framework_api_key_apikey": READ,
}
