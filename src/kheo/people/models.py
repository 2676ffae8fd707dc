"""Accounts, organisations, roles with their powers, and posts: who may do what, where, from when until when."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from kheo.units.models import Place, Unit


class UserManager(BaseUserManager["User"]):
    """What Django's sign-in asks."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person who signs in. Rights come from posts, never from the account; deeds stay when the person leaves."""

    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=200)
    name_key = models.CharField(
        max_length=400, default="", blank=True
    )  # base.text.fold(full_name): found without marks
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, default="vi")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    # Null: none. Two accounts may have one number: the password tells whose, and nobody is told that there is another.
    phone = models.CharField(max_length=15, null=True, blank=True, db_index=True)  # noqa: DJ001
    must_change = models.BooleanField(default=False)  # the password came from the office and opens one page only
    sign_outs = models.IntegerField(default=0)  # one more ends every session that was open

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        db_table = "people_user"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What an open session must match: it ends with a new password or one more sign-out everywhere."""
        stored = f"{self.password}:{self.sign_outs}"
        return salted_hmac("kheo.people.session", stored, secret=secret, algorithm="sha256").hexdigest()


class Organisation(models.Model):
    """A body of the Party, the State, the Front, a school, a village, a company; it lies at a place."""

    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200)  # base.text.same_key(name)
    sort_key = models.CharField(max_length=400)
    line = models.CharField(max_length=20)  # words.Line
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    now_p = models.IntegerField()
    now_c = models.IntegerField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        db_table = "people_organisation"
        constraints = [models.UniqueConstraint(fields=["place", "key"], name="people_organisation_once")]


class Role(models.Model):
    """A kind of post (commune officer, provincial commission ...). Codes are permanent; powers are RolePower rows."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)
    scope = models.CharField(max_length=20)  # words.Scope

    class Meta:
        db_table = "people_role"


class RolePower(models.Model):
    """One line of the page a lawyer can check: this role holds this power."""

    role = models.ForeignKey(Role, models.PROTECT, related_name="+")
    power = models.CharField(max_length=60)  # base.powers.Power; no choices: a new power is no migration

    class Meta:
        db_table = "people_role_power"
        constraints = [models.UniqueConstraint(fields=["role", "power"], name="people_role_power_once")]


class Post(models.Model):
    """A person holds a role for a unit or an organisation during [start, end). Nation-wide posts name neither.

    now_p and now_c say where the seat lies on today's map, for who may manage the post; a decree moves them.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    now_p = models.IntegerField(null=True, blank=True)
    now_c = models.IntegerField(null=True, blank=True)
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "people_post"
        constraints = [
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gt=F("start")), name="people_post_half_open"),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | Q(organisation__isnull=True), name="people_post_one_seat"
            ),
            # Nobody holds one role twice in one seat at a time: one open post, whoever clicks first.
            models.UniqueConstraint(
                fields=["person", "role", "unit"],
                condition=Q(end__isnull=True, unit__isnull=False),
                name="people_post_open_unit",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "organisation"],
                condition=Q(end__isnull=True, organisation__isnull=False),
                name="people_post_open_organisation",
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(end__isnull=True, unit__isnull=True, organisation__isnull=True),
                name="people_post_open_nation",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="people_post_person"),
            models.Index(fields=["now_p", "now_c"], name="people_post_now"),
        ]
