"""Image, journal, periods and quoted figures. `figures.actions` is the only writer; the README explains them."""

from django.db import models
from django.db.models import F, Q

from kheo.units.models import Place


class Period(models.Model):
    """A period as its document names it, half-open [start, end); never computed from a year."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    start = models.DateField()
    end = models.DateField()
    issued_by = models.CharField(max_length=300, blank=True)
    registers = models.BooleanField(default=False)  # a five-year term in which models are registered

    class Meta:
        db_table = "period"
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="period_half_open")]


class FigNow(models.Model):
    """The last counted image of each fact."""

    pk = models.CompositePrimaryKey("measure", "fact")
    measure = models.SmallIntegerField()
    fact = models.BigIntegerField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_column="place", db_index=False)
    d1 = models.SmallIntegerField(default=0, db_default=0)
    d2 = models.SmallIntegerField(default=0, db_default=0)
    d3 = models.SmallIntegerField(default=0, db_default=0)
    state = models.SmallIntegerField()
    n = models.IntegerField()
    amount = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "fig_now"
        constraints = [models.CheckConstraint(condition=Q(n__gte=0), name="fig_now_not_negative")]
        indexes = [models.Index(fields=["place", "measure", "d1", "state", "n"], name="fig_now_place")]


class FigLine(models.Model):
    """The journal: what changed on which day and when it was known. Append-only (guards put by the migration)."""

    known = models.DateTimeField()
    day = models.DateField()
    measure = models.SmallIntegerField()
    fact = models.BigIntegerField()
    place = models.IntegerField()
    d1 = models.SmallIntegerField()
    d2 = models.SmallIntegerField()
    d3 = models.SmallIntegerField()
    state = models.SmallIntegerField()
    cause = models.SmallIntegerField()
    n = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "fig_line"
        constraints = [models.CheckConstraint(condition=Q(cause__in=(1, 2, 3)), name="fig_line_cause")]
        indexes = [
            models.Index(fields=["measure", "day", "cause", "d1", "place", "n", "state"], name="fig_line_day"),
            models.Index(fields=["measure", "fact"], name="fig_line_fact"),
        ]


class QuotedFigure(models.Model):
    """A number taken from a report: value, qualifier, what it counts, territory, period, source. Never summed."""

    code = models.CharField(max_length=20, unique=True)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    denominator = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    qualifier = models.CharField(max_length=40, blank=True)
    unit_of_count = models.CharField(max_length=120)
    state = models.CharField(max_length=200, blank=True)
    stock_or_flow = models.CharField(max_length=120, blank=True)
    territory = models.CharField(max_length=200)
    map_date = models.CharField(max_length=20, blank=True)
    period_from = models.CharField(max_length=20, blank=True)
    period_to = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=400)
    source_address = models.CharField(max_length=400, blank=True)
    source_date = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "quoted_figure"
