"""What a password must be, in the reader's language."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Django says a short password's fault in words that its Chinese catalogue has not."""

    def get_error_message(self) -> str:
        """Say what is wrong."""
        return _("密码太短，至少须有 %(length)d 个字符。") % {"length": self.min_length}
