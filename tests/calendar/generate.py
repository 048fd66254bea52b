#!/usr/bin/env python3
"""Writes table.csv: what Python's zoneinfo and datetime make of instants in several zones, to compare with.

Years up to 2025 only, which later versions of the zone database do not change. Run in this folder: ./generate.py
"""

import calendar
import csv
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

ZONES = [
    "UTC",
    "Africa/Johannesburg",
    "America/New_York",
    "America/Sao_Paulo",  # clocks went forward at midnight
    "America/St_Johns",  # changes at 00:01 until 2011
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour
    "Europe/Berlin",
    "Europe/London",
    "Pacific/Apia",  # 2011-12-30 was skipped
]
FIXED = [
    "1999-12-31T23:59:59", "2000-02-29T12:00:00", "2004-02-29T00:30:00", "2008-12-29T01:00:00", "2010-01-03T22:10:00",
    "2011-12-31T09:59:59", "2011-12-29T10:00:00", "2012-02-29T23:00:00", "2015-12-31T23:00:00", "2016-02-29T06:00:00",
    "2020-12-31T22:30:00", "2021-01-03T23:59:59", "2023-01-31T02:30:00", "2023-02-28T23:59:59", "2024-02-28T18:15:00",
    "2024-02-29T00:00:00", "2024-12-30T00:00:00", "2025-01-31T05:45:00", "2025-10-31T01:30:00", "2025-12-28T23:00:00",
]
YEARS = [2000, 2006, 2007, 2011, 2017, 2018, 2024, 2025]


def transitions(zone, year):
    """The first instants after each change of the offset in a year."""
    at = datetime(year, 1, 1, tzinfo=timezone.utc)
    end = datetime(year + 1, 1, 1, tzinfo=timezone.utc)
    step = timedelta(hours=3)
    while at < end:
        if at.astimezone(zone).utcoffset() != (at + step).astimezone(zone).utcoffset():
            low, high = at, at + step
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                if middle.astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset():
                    low = middle
                else:
                    high = middle
            yield high
        at += step


def months_later(at, zone, months):
    """The same local clock time so many months later, the day clamped to the month's last."""
    local = at.astimezone(zone).replace(tzinfo=None)
    month = local.year * 12 + local.month - 1 + months
    year, month = divmod(month, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    moved = local.replace(year=year, month=month + 1, day=day, fold=0, tzinfo=zone)
    return int(moved.timestamp())


def span(day, zone):
    """First instant and end of a local date, minute by minute."""
    start = datetime(day.year, day.month, day.day, tzinfo=timezone.utc) - timedelta(hours=16)
    inside = []
    for minute in range(0, 56 * 60):
        at = start + timedelta(minutes=minute)
        if at.astimezone(zone).date() == day:
            inside.append(int(at.timestamp()))
    return inside[0], inside[-1] + 60


def row(name, zone, at):
    local = at.astimezone(zone)
    year, week, _ = local.isocalendar()
    first, end = span(local.date(), zone)
    return [
        name, int(at.timestamp()), local.strftime("%Y-%m-%dT%H:%M:%S"), local.date().isoformat(), f"{year:04}-W{week:02}",
        local.strftime("%Y-%m"), f"{local.year:04}-Q{(local.month + 2) // 3}", f"{local.year:04}", first, end,
        months_later(at, zone, -1), months_later(at, zone, 1), months_later(at, zone, 12),
    ]


def main():
    with open("table.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow("zone,instant,local,day,week,month,quarter,year,day_from,day_until,month_before,month_after,year_after".split(","))
        for name in ZONES:
            zone = ZoneInfo(name)
            instants = {datetime.fromisoformat(text).replace(tzinfo=timezone.utc) for text in FIXED}
            for year in YEARS:
                for change in transitions(zone, year):
                    for hours, seconds in [(-24, 0), (-1, 0), (0, -1), (0, 0), (0, 1800), (1, 0), (24, 0)]:
                        instants.add(change + timedelta(hours=hours, seconds=seconds))
                    # A month before, at the clock time that the change skips or repeats.
                    instants.add(change - timedelta(days=30, minutes=15))
                    instants.add(change - timedelta(days=31, minutes=-15))
            out.writerows(row(name, zone, at) for at in sorted(instants))


main()
