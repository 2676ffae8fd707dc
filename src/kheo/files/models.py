"""What is known of a kept file. Its contents lie in a folder of their own, under their hash, and never change."""

from django.db import models
from django.db.models import Q

from kheo.files.words import PHOTOS, FileType
from kheo.people.models import User


class StoredFile(models.Model):
    """One content under one name. The same content under another name shares the bytes, not the name: whoever brings
    a file never learns from it what somebody else called it."""

    sha256 = models.CharField(max_length=64)  # of the contents as kept
    name = models.CharField(max_length=150)  # NFC, cleaned, ending as the content asks
    type = models.CharField(max_length=8, choices=FileType)
    size = models.IntegerField()  # bytes as kept
    width = models.IntegerField(null=True, blank=True)  # of photos
    height = models.IntegerField(null=True, blank=True)
    known = models.DateTimeField()
    keeper = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")  # NULL: the operator
    keeper_name = models.CharField(max_length=200)

    class Meta:
        db_table = "stored_file"
        constraints = [
            models.UniqueConstraint(fields=["sha256", "name"], name="stored_file_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_has_content"),
        ]

    @property
    def is_photo(self) -> bool:
        return self.type in PHOTOS
