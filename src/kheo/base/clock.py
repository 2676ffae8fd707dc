"""The only place that reads the clock. Views and commands read it here and pass dates down."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """This instant, aware, UTC: when something became known."""
    return timezone.now()


def today() -> date:
    """The day in Viet Nam: when something happens if nobody says otherwise."""
    return day_of(timezone.now())


def day_of(moment: datetime) -> date:
    """The day in Viet Nam on which this instant lies."""
    return moment.astimezone(VIETNAM).date()
