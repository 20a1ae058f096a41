"""People, what they are appointed to, and the programs that read for them."""

from __future__ import annotations

from typing import ClassVar, Final

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import connection, models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, APIKeyManager

from quota_registry.kernel import statements
from quota_registry.kernel.models.place import Place
from quota_registry.kernel.querysets import AppointmentQuerySet
from quota_registry.kernel.vocabulary import Role


class PersonManager(BaseUserManager["Person"]):
    """Makes people; there is no superuser, since nobody stands above the grant table."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> Person:
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_system(self) -> Person:
        """Return the person that dated jobs act as; it cannot sign in."""
        return self.get(username=Person.SYSTEM)


class Person(AbstractBaseUser):
    """Somebody who acts, or the system itself where a dated job acts."""

    SYSTEM: ClassVar[str] = "system"

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    email = models.EmailField(_("邮箱"), blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    language = models.CharField(_("语言"), max_length=10, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须修改密码"), default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    session_key = models.CharField(max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = PersonManager()

    class Meta:
        verbose_name = _("人员")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name

    @property
    def log_name(self) -> int:
        """Name the person in logs, by number."""
        return int(self.pk)


class Appointment(models.Model):
    """
    A person holds a role at a place for a time, and so at every place below it.

    ``deputy_of`` names the appointment that this one stands in for; the separation of acts
    still holds for the deputy (RULES §5).
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    role = models.CharField(_("角色"), max_length=24, choices=Role.choices)
    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="appointments")
    during = DateRangeField(_("任期"))
    deputy_of = models.ForeignKey(
        "self", models.PROTECT, related_name="deputies", null=True, blank=True
    )
    document = models.CharField(_("任命文件"), max_length=60, blank=True)
    appointed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        ordering = ["person_id", "place_id", "role"]
        constraints = [
            ExclusionConstraint(
                name="one_person_holds_one_role_at_one_place_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            # 1 keeps the accounts, 2 keeps the appointments, 0 works with quota.
            ExclusionConstraint(
                name="who_keeps_the_house_does_not_touch_quota",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        models.Case(
                            models.When(role=Role.SYSTEM_ADMINISTRATOR, then=1),
                            models.When(role=Role.SECURITY_ADMINISTRATOR, then=2),
                            # An auditor reads everything and changes nothing.
                            models.When(role=Role.AUDITOR, then=3),
                            default=0,
                            output_field=models.IntegerField(),
                        ),
                        RangeOperators.NOT_EQUAL,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class ClientManager(APIKeyManager):
    """Finds the client of a token together with what every request asks about it."""

    # Written out: the ORM takes longer to put this together than the database to answer it.
    # The client's own columns stand in the order of its fields, which `from_db` goes by.
    _BY_PREFIX: Final = """
        SELECT c.id, c.prefix, c.hashed_key, c.revoked, c.expiry_date, c.place_id,
               c.responsible_id, c.scopes, c.last_used_on, place.path, responsible.is_active
          FROM kernel_client AS c
          JOIN kernel_place AS place ON place.code = c.place_id
          JOIN kernel_person AS responsible ON responsible.id = c.responsible_id
         WHERE c.prefix = %s AND NOT c.revoked
    """

    def get_from_key(self, key: str) -> Client:
        """
        Return the client whose token this is, unless it was revoked.

        :raises Client.DoesNotExist: if there is none.
        """
        prefix, _dot, _secret = key.partition(".")
        with statements.kept() as cursor:
            cursor.execute(self._BY_PREFIX, [prefix])
            row = cursor.fetchone()
            *names, _path, _is_active = (column.name for column in cursor.description)
        if row is None:
            raise Client.DoesNotExist
        *own, path, is_active = row
        client = Client.from_db(connection.alias, names, own)
        client.place = Place.from_db(connection.alias, ["code", "path"], [client.place_id, path])
        client.responsible = Person.from_db(
            connection.alias, ["id", "is_active"], [client.responsible_id, is_active]
        )
        if not client.is_valid(key):
            raise Client.DoesNotExist
        return client


class Client(AbstractAPIKey):
    """
    A program that uses the API. It is no person: it has a token (stored hashed, revocable), a
    place, a person who answers for it, and scopes.
    """

    place = models.ForeignKey("kernel.Place", models.PROTECT, related_name="clients")
    responsible = models.ForeignKey(Person, models.PROTECT, related_name="clients")
    scopes = ArrayField(models.CharField(max_length=30), default=list)
    last_used_on = models.DateField(null=True, blank=True)

    is_authenticated = True
    is_active = True

    objects: ClassVar[ClientManager] = ClientManager()

    class Meta(AbstractAPIKey.Meta):
        verbose_name = _("接口客户端")  # type: ignore[assignment]  # the library says str

    @property
    def log_name(self) -> str:
        """Name the client in logs without the hash that its primary key holds."""
        return f"client {self.prefix}"

    def __str__(self) -> str:
        return self.name
