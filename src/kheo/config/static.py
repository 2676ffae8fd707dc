"""Static files under names made of their content, so that they may be cached for a year."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    # Before `collectstatic` (tests, first run) the plain names serve.
    manifest_strict = False
