"""The registry of models ("mô hình"): one table of initiatives and their tags."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from kheo.base.access import ReachQuerySet
from kheo.figures.models import Period
from kheo.files.models import StoredFile
from kheo.initiatives.words import CAPTION_LENGTH, Field, Kind, Mark, Novelty, ResultKind, State
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
    # The nine items of a registration (domain reference 1.4) beyond name, unit and days; all may come later.
    situation = models.TextField(blank=True, db_default="")  # why: thực trạng, lý do
    goal = models.TextField(blank=True)  # mục tiêu, tiêu chí
    content = models.TextField(blank=True, db_default="")  # what is done and how
    site = models.TextField(blank=True, db_default="")  # địa bàn: where within the unit
    audience = models.TextField(blank=True, db_default="")  # đối tượng: a group, never persons
    forces = models.TextField(blank=True, db_default="")  # who leads, who helps, who takes part
    resources = models.TextField(blank=True, db_default="")
    review_due = models.DateField(null=True, blank=True)  # thời điểm đánh giá
    outputs = models.TextField(blank=True, db_default="")  # results one can check; how it can be kept and spread
    note = models.TextField(blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)  # last day as people write it (inclusive)
    households = models.IntegerField(null=True, blank=True)
    continues = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")  # kept from this one
    list_number = models.CharField(max_length=60, blank=True)
    return_reason = models.CharField(max_length=500, blank=True)
    registered_on = models.DateField()  # the enter day
    state_on = models.DateField()  # day of the last move
    heard_on = models.DateField(null=True, blank=True)  # the last day somebody told something of it
    counted_on = models.DateField(null=True, blank=True)  # day it first entered the count; NULL: never counted
    version = models.IntegerField(default=1)
    # The number of the sheet it was sent with: a sheet sent twice is one model.
    once = models.CharField(max_length=40, blank=True, default="", db_default="")
    voided_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        db_table = "initiative"
        constraints = [
            models.UniqueConstraint(
                fields=["place", "period", "title_key"],
                condition=Q(voided_at__isnull=True) & ~Q(state="draft"),
                name="initiative_once_a_period",
            ),
            models.UniqueConstraint(
                fields=["place", "period", "code"],
                condition=Q(voided_at__isnull=True) & ~Q(code="") & ~Q(state="draft"),
                name="initiative_code_once",
            ),
            models.UniqueConstraint(
                fields=["continues", "period"],
                condition=Q(voided_at__isnull=True, continues__isnull=False) & ~Q(state="draft"),
                name="initiative_kept_once",
            ),
            models.UniqueConstraint(fields=["once"], condition=~Q(once=""), name="initiative_sent_once"),
            # A draft may leave open what a registration must say.
            models.CheckConstraint(
                condition=Q(field__in=Field.values) | Q(field="", state="draft"), name="initiative_one_field"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values) | Q(kind="", state="draft"), name="initiative_kind"
            ),
            models.CheckConstraint(
                condition=Q(novelty__in=Novelty.values) | Q(novelty="", state="draft"), name="initiative_novelty"
            ),
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
            # Newest first of a province and of a commune. A commune is asked for by itself: without an index of its
            # own the whole country is gone through.
            models.Index(fields=["now_p", "-id"], name="initiative_now_province"),
            models.Index(fields=["now_c", "-id"], name="initiative_now_commune"),
            models.Index(fields=["period", "state"], name="initiative_period"),
            models.Index(fields=["code", "period"], name="initiative_code"),  # a list's code, in whatever unit
            models.Index(fields=["replicates"], name="initiative_replicas"),
            # Models nobody told anything of for long, longest silent first, of the nation and of a province. The state
            # stands in the index and not in its condition: to SQLite a list of values never proves one.
            models.Index(
                Coalesce("heard_on", "state_on"),
                "state",
                condition=Q(voided_at__isnull=True),
                name="initiative_silent",
            ),
            models.Index(
                "now_p",
                Coalesce("heard_on", "state_on"),
                "state",
                condition=Q(voided_at__isnull=True),
                name="initiative_silent_there",
            ),
            # Whether there is a demonstration is asked for every page.
            models.Index(fields=["id"], condition=Q(is_demo=True), name="initiative_demo"),
            # What everybody may read, newest first and by title, with what a reader narrows by (queries.public).
            models.Index(
                fields=["-counted_on", "-id", "period", "field"],
                condition=Q(voided_at__isnull=True, counted_on__isnull=False),
                name="initiative_news",
            ),
            models.Index(
                fields=["now_p", "-counted_on", "-id", "period", "field", "now_c"],
                condition=Q(voided_at__isnull=True, counted_on__isnull=False),
                name="initiative_news_of",
            ),
            models.Index(
                fields=["now_p", "sort_key", "id", "period", "field", "now_c"],
                condition=Q(voided_at__isnull=True, counted_on__isnull=False),
                name="initiative_titles_of",
            ),
        ]


class InitiativeTag(models.Model):
    """A secondary label (new rural, digital, self-management); never enters a sum."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="+")
    tag = models.CharField(max_length=60)
    key = models.CharField(max_length=60)

    class Meta:
        db_table = "initiative_tag"
        constraints = [models.UniqueConstraint(fields=["initiative", "key"], name="initiative_tag_once")]


class Move(models.Model):
    """One move of a model's life: from which state to which, why, by which document, by whom (domain 1.5).

    Entries by list are told by their import; every later move, and every entry by hand, has a row here.
    """

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="+")
    before = models.CharField(max_length=12, blank=True)  # empty: it was registered
    after = models.CharField(max_length=12, choices=State)
    mark = models.CharField(max_length=12, choices=Mark, blank=True, default="")
    on = models.DateField()
    reason_code = models.CharField(max_length=20, blank=True)  # words.RemovalReason; of a recognition its level
    reason = models.CharField(max_length=500, blank=True)
    document = models.CharField(max_length=200, blank=True)  # number/symbol and issuer of the decision or minutes
    actor_id = models.IntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=150, blank=True)
    known = models.DateTimeField()

    class Meta:
        db_table = "initiative_move"
        indexes = [models.Index(fields=["initiative", "id"], name="initiative_move_of")]


class Progress(models.Model):
    """What was told of a running model on a day: a few sentences, results by kind, evidence. Voided, never deleted."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="+")
    on = models.DateField()
    text = models.TextField(blank=True)
    actor_id = models.IntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=150, blank=True)
    known = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "initiative_progress"
        indexes = [models.Index(fields=["initiative", "-on"], name="initiative_progress_of")]


class Result(models.Model):
    """A result of a model by kind, added since the last telling: households, land, workdays, money, works, cards."""

    progress = models.ForeignKey(Progress, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=ResultKind)
    amount = models.BigIntegerField()  # in the kind's smallest unit: see words.RESULT_SCALE

    class Meta:
        db_table = "initiative_result"
        constraints = [
            models.UniqueConstraint(fields=["progress", "kind"], name="initiative_result_once"),
            models.CheckConstraint(condition=Q(kind__in=ResultKind.values), name="initiative_result_kind"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="initiative_result_amount"),
        ]


class Evidence(models.Model):
    """A file that shows what was told: a photo, a list, a decision; for officers, or for everybody when it says so."""

    progress = models.ForeignKey(Progress, models.CASCADE, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    caption = models.CharField(max_length=CAPTION_LENGTH, blank=True)
    is_public = models.BooleanField(default=False)

    class Meta:
        db_table = "initiative_evidence"
        constraints = [models.UniqueConstraint(fields=["progress", "file"], name="initiative_evidence_once")]


class Confirmation(models.Model):
    """The yearly word that a model goes on (duy trì, domain 1.5); once a year."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="+")
    year = models.IntegerField()
    on = models.DateField()
    actor_id = models.IntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=150, blank=True)
    known = models.DateTimeField()

    class Meta:
        db_table = "initiative_confirmation"
        constraints = [models.UniqueConstraint(fields=["initiative", "year"], name="initiative_confirmed_once")]
