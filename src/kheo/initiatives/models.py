"""The registry of models ("mô hình"): one table of initiatives and their tags."""

from django.db import models
from django.db.models import F, Q

from kheo.base.access import ReachQuerySet
from kheo.figures.models import Period
from kheo.initiatives.words import Field, Kind, Mark, Novelty, State
from kheo.people.models import Organisation
from kheo.units.models import Place


class InitiativeQuerySet(ReachQuerySet["Initiative"]):
    """Models narrowed to where an actor holds a power (`within`)."""


class Initiative(models.Model):
    """A registered model: what, whose, where, which period and state. Never deleted; voided if entered by mistake."""

    title = models.CharField(max_length=300)
    title_key = models.CharField(max_length=300)  # base.text.same_key(title): what makes two titles one
    search_key = models.CharField(max_length=300)  # base.text.fold(title)
    sort_key = models.CharField(max_length=400)
    code = models.CharField(max_length=60, blank=True)  # the list's own code, if it has codes
    field = models.CharField(max_length=20, choices=Field)
    kind = models.CharField(max_length=12, choices=Kind)
    novelty = models.CharField(max_length=12, choices=Novelty)
    state = models.CharField(max_length=12, choices=State)
    mark = models.CharField(max_length=12, choices=Mark, blank=True, default="")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    now_p = models.IntegerField()
    now_c = models.IntegerField(null=True, blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    replicates = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    goal = models.TextField(blank=True)
    note = models.TextField(blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)  # last day as people write it (inclusive)
    households = models.IntegerField(null=True, blank=True)
    list_number = models.CharField(max_length=60, blank=True)
    return_reason = models.CharField(max_length=500, blank=True)
    registered_on = models.DateField()  # the enter day
    state_on = models.DateField()  # day of the last move
    counted_on = models.DateField(null=True, blank=True)  # day it first entered the count; NULL: never counted
    version = models.IntegerField(default=1)
    voided_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        db_table = "initiative"
        constraints = [
            models.UniqueConstraint(
                fields=["place", "period", "title_key"],
                condition=Q(voided_at__isnull=True),
                name="initiative_once_a_period",
            ),
            models.UniqueConstraint(
                fields=["place", "period", "code"],
                condition=Q(voided_at__isnull=True) & ~Q(code=""),
                name="initiative_code_once",
            ),
            models.CheckConstraint(condition=Q(field__in=Field.values), name="initiative_one_field"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="initiative_kind"),
            models.CheckConstraint(condition=Q(novelty__in=Novelty.values), name="initiative_novelty"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="initiative_state"),
            models.CheckConstraint(
                condition=Q(households__isnull=True) | Q(households__gte=0), name="initiative_households"
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gte=F("start")), name="initiative_days"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="initiative_titled"),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="initiative_return_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["now_p", "now_c", "-id"], name="initiative_now"),
            models.Index(fields=["period", "state"], name="initiative_period"),
            models.Index(fields=["code", "period"], name="initiative_code"),  # a list's code, in whatever unit
        ]


class InitiativeTag(models.Model):
    """A secondary label (new rural, digital, self-management); never enters a sum."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="+")
    tag = models.CharField(max_length=60)
    key = models.CharField(max_length=60)

    class Meta:
        db_table = "initiative_tag"
        constraints = [models.UniqueConstraint(fields=["initiative", "key"], name="initiative_tag_once")]
