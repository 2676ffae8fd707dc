"""Legal numbers and the calendar of working days: dated, cited rows, never constants in code."""

from django.db import models
from django.db.models import F, Q


class LegalNumber(models.Model):
    """A number the law sets (deadline, threshold, rate), in force during [valid_from, valid_to)."""

    code = models.CharField(max_length=80)
    value = models.DecimalField(max_digits=18, decimal_places=6)
    unit = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    citation = models.CharField(max_length=300)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "law_number"
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="law_number_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="law_number_half_open"
            ),
            models.CheckConstraint(condition=~Q(citation=""), name="law_number_cited"),
        ]


class SpecialDay(models.Model):
    """A day that is not what its weekday says: a holiday or day in lieu (does not work), a working Saturday (works)."""

    day = models.DateField(primary_key=True)
    works = models.BooleanField()
    name = models.CharField(max_length=200)
    citation = models.CharField(max_length=300)

    class Meta:
        db_table = "law_special_day"
        constraints = [models.CheckConstraint(condition=~Q(citation=""), name="law_special_day_cited")]
