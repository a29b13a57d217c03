"""When feasts and school holidays fall, as far as sentences speak of them."""

from __future__ import annotations

from datetime import date, timedelta

# Lunar feasts by year; Qingming by the sun. Source: published calendars of the Purple Mountain Observatory.
LUNAR: dict[int, dict[str, tuple[int, int]]] = {
    2025: {"春节": (1, 29), "清明": (4, 4), "端午": (5, 31), "中秋": (10, 6), "重阳": (10, 29)},
    2026: {"春节": (2, 17), "清明": (4, 5), "端午": (6, 19), "中秋": (9, 25), "重阳": (10, 18)},
    2027: {"春节": (2, 6), "清明": (4, 5), "端午": (6, 9), "中秋": (9, 15), "重阳": (10, 8)},
    2028: {"春节": (1, 26), "清明": (4, 4), "端午": (5, 28), "中秋": (10, 3), "重阳": (10, 26)},
    2029: {"春节": (2, 13), "清明": (4, 4), "端午": (6, 16), "中秋": (9, 22), "重阳": (10, 16)},
    2030: {"春节": (2, 3), "清明": (4, 5), "端午": (6, 5), "中秋": (9, 12), "重阳": (10, 5)},
}
FIXED = {
    "元旦": (1, 1),
    "三八": (3, 8),
    "五一": (5, 1),
    "六一": (6, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "国庆": (10, 1),
    "圣诞": (12, 25),
    "教师节": (9, 10),
}
LONG = {"国庆": 6, "五一": 4, "春节": 7}  # days that a feast goes on after its first; 国庆 to 10-07
NAMES = {
    "过年": "春节",
    "新年": "春节",
    "儿童节": "六一",
    "八月半": "中秋",
    "国庆节": "国庆",
    "端午节": "端午",
    "中秋节": "中秋",
    "劳动节": "五一",
}
WINTER_BEFORE, WINTER_AFTER = 15, 10  # days around 春节 in which Wuxi's schools rest: 2026-02-02 to 02-27
EARLIEST, LATEST = min(LUNAR), max(LUNAR)


def feast(name: str, today: date) -> tuple[date, date] | None:
    """First and last day of the next feast of that name that is not over; None beyond the known years."""
    name = NAMES.get(name, name)
    for year in (today.year, today.year + 1):
        month_day = FIXED.get(name) or LUNAR.get(year, {}).get(name)
        if month_day is None:
            return None
        first = date(year, *month_day)
        last = first + timedelta(days=LONG.get(name, 0))
        if last >= today:
            return first, last
    return None


def holiday(name: str, today: date) -> tuple[date, date] | None:
    """First and last day of the next 暑假 or 寒假 that is not over."""
    for year in (today.year, today.year + 1):
        if name == "暑假":
            first, last = date(year, 7, 1), date(year, 8, 31)
        elif year in LUNAR:
            spring = date(year, *LUNAR[year]["春节"])
            first, last = spring - timedelta(days=WINTER_BEFORE), spring + timedelta(days=WINTER_AFTER)
        else:
            return None
        if last >= today:
            return first, last
    return None


def next_holiday(today: date) -> tuple[date, date] | None:
    """The school holiday that is on or comes next."""
    known = [days for days in (holiday("暑假", today), holiday("寒假", today)) if days]
    return min(known, default=None)
