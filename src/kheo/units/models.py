"""The map over time: units, their versions, what became of them, and the places that records name (figures.md).

Identity follows the ground, never the code. `Place` and `PlaceUnit` are derived: written by the loader and by
`apply_decree` only.
"""

from django.db import models
from django.db.models import F, Q

from kheo.units.words import Level, SuccessionKind


class Unit(models.Model):
    """A piece of ground with one government over time; the id is ours, opaque, never reused (u00001 is 1)."""

    id = models.IntegerField(primary_key=True)
    level = models.CharField(max_length=10, choices=Level)

    class Meta:
        db_table = "unit"


class Edition(models.Model):
    """A day on which the map changed, and the decrees that changed it."""

    code = models.CharField(max_length=40, primary_key=True)
    in_force_from = models.DateField(null=True, blank=True)  # NULL: the base edition, whose first day is not recorded
    known_on = models.DateField()  # a day on which the counts hold
    scope = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    provinces = models.IntegerField()
    districts = models.IntegerField()
    communes = models.IntegerField()
    decrees = models.CharField(max_length=2000, blank=True)
    decree_dates = models.CharField(max_length=1000, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "unit_edition"


class UnitVersion(models.Model):
    """What a unit was called, coded and belonged to during [valid_from, valid_to)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    type = models.CharField(max_length=20)
    code = models.CharField(max_length=5)
    code_system = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    name_ascii = models.CharField(max_length=120)
    key = models.CharField(max_length=120)  # base.text.fold_tight(name)
    sort_key = models.CharField(max_length=400)
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField(null=True, blank=True)  # NULL: before the first edition we know
    valid_to = models.DateField(null=True, blank=True)
    decree = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "unit_version"
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unit_version_once"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_from__isnull=True), name="unit_version_one_unknown_start"
            ),
            models.UniqueConstraint(fields=["unit"], condition=Q(valid_to__isnull=True), name="unit_version_one_open"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="unit_version_half_open",
            ),
        ]
        indexes = [
            models.Index(fields=["code"], name="unit_version_code"),
            models.Index(fields=["key"], name="unit_version_key"),
            models.Index(fields=["parent"], name="unit_version_parent"),
            models.Index(fields=["valid_from"], name="unit_version_from"),
            models.Index(fields=["valid_to"], name="unit_version_to"),
        ]


class Succession(models.Model):
    """What became of a unit in an edition. `is_primary` only proposes; it never moves a count by itself."""

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    successor = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=SuccessionKind)
    is_primary = models.BooleanField(default=False)
    whole_or_part = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "unit_succession"
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "edition", "kind"], name="unit_succession_once")
        ]


class FormerName(models.Model):
    """Another spelling of a unit's name, or the name of a unit that had already gone into it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    type = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=5, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "unit_former_name"
        constraints = [
            models.UniqueConstraint(fields=["unit", "name", "kind", "type", "code"], name="unit_former_name_once")
        ]
        indexes = [models.Index(fields=["key"], name="unit_former_name_key")]


class Decree(models.Model):
    """A decree that people applied here: its number, the day it is in force, and the rows as they were given."""

    number = models.CharField(max_length=200)
    day = models.DateField()
    known = models.DateTimeField()
    actor_name = models.CharField(max_length=150)
    rows = models.TextField()  # JSON, one object a row

    class Meta:
        db_table = "unit_decree"
        constraints = [models.UniqueConstraint(fields=["number", "day"], name="unit_decree_once")]


class Place(models.Model):
    """What a recorder named: one root per unit, child places after a division. Columns are unit ids (figures.md).

    `piece` is the unit of the day of division that a child stands for. `now_p` stays with the province that held it
    last when its ground comes to lie in several: `place_unit` then says that the map cannot tell.
    """

    origin = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_column="origin")
    refines = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_column="refines")
    piece = models.IntegerField(null=True, blank=True)
    rec_c = models.IntegerField(null=True, blank=True)
    rec_p = models.IntegerField()
    now_c = models.IntegerField(null=True, blank=True)
    now_p = models.IntegerField()

    class Meta:
        db_table = "place"
        constraints = [
            models.UniqueConstraint(fields=["origin"], condition=Q(refines__isnull=True), name="place_one_root"),
            models.UniqueConstraint(
                fields=["refines", "piece"], condition=Q(refines__isnull=False), name="place_one_child"
            ),
        ]
        indexes = [models.Index(fields=["now_p", "now_c"], name="place_now")]


class PlaceUnit(models.Model):
    """Which commune, district and province a place lies in on the maps from `since`; NULL: that map cannot say."""

    pk = models.CompositePrimaryKey("place_id", "since")
    place = models.ForeignKey(Place, models.CASCADE, related_name="+", db_column="place")
    since = models.DateField()
    commune = models.IntegerField(null=True, blank=True)
    district = models.IntegerField(null=True, blank=True)
    province = models.IntegerField(null=True, blank=True)

    class Meta:
        db_table = "place_unit"
        indexes = [
            models.Index(fields=["commune"], name="place_unit_commune"),
            models.Index(fields=["since"], name="place_unit_since"),
        ]
