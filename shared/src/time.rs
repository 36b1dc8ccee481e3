//! Time as an argument: instants in UTC, dates and clock times in London.
//!
//! In: milliseconds read by a shell. Out: London dates and the words people read.
//! Never reads a clock. The UK clock-change rule is code: no time-zone database.
//! Source: The Summer Time Order 2002: clocks change at 01:00 UTC on the last Sundays of March and October.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

const MS_PER_MINUTE: i64 = 60_000;
const MS_PER_HOUR: i64 = 60 * MS_PER_MINUTE;
const MS_PER_DAY: i64 = 24 * MS_PER_HOUR;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Timestamp(#[n(0)] i64);

impl Timestamp {
    /// An instant from milliseconds since 1970 UTC.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since 1970 UTC.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// This instant moved by `ms` milliseconds, held at the ends of the range.
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The date in London at this instant.
    pub fn london_date(self) -> Date {
        Date::from_days((self.0 + self.london_offset_ms()).div_euclid(MS_PER_DAY))
    }

    /// Hour (0 to 23) and minute (0 to 59) in London at this instant.
    pub fn london_clock(self) -> (u8, u8) {
        let minutes = (self.0 + self.london_offset_ms()).rem_euclid(MS_PER_DAY) / MS_PER_MINUTE;
        // A day has 1,440 minutes, so both parts fit.
        ((minutes / 60) as u8, (minutes % 60) as u8)
    }

    /// London's lead over UTC at this instant, in milliseconds: 0 in winter, one hour in summer.
    pub fn london_offset_ms(self) -> i64 {
        let year = Date::from_days(self.0.div_euclid(MS_PER_DAY)).year();
        let starts = last_sunday(year, 3) * MS_PER_DAY + MS_PER_HOUR;
        let ends = last_sunday(year, 10) * MS_PER_DAY + MS_PER_HOUR;
        if (starts..ends).contains(&self.0) { MS_PER_HOUR } else { 0 }
    }

    /// The instant of a London date and clock time. A time skipped in March is the same time counted in winter;
    /// a time that happens twice in October is the first.
    pub fn from_london(date: Date, hour: u8, minute: u8) -> Self {
        let local =
            date.days() * MS_PER_DAY + i64::from(hour) * MS_PER_HOUR + i64::from(minute) * MS_PER_MINUTE;
        let summer = Self(local - MS_PER_HOUR);
        if summer.london_offset_ms() == MS_PER_HOUR { summer } else { Self(local) }
    }

    /// `09:30`, London.
    pub fn clock_text(self) -> String {
        let (hour, minute) = self.london_clock();
        format!("{hour:02}:{minute:02}")
    }
}

/// A day of the Gregorian calendar.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Date(#[n(0)] i32);

/// Months as the NHS short date writes them.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Date {
    /// A date from year, month 1 to 12 and day 1 to 31; nothing when there is no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        if !(1..=9999).contains(&year)
            || !(1..=12).contains(&month)
            || day == 0
            || day > month_len(year, month)
        {
            return None;
        }
        Some(Self(days_from_civil(year, month, day)))
    }

    /// Reads `2025-09-15`.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = parts.next().filter(|part| part.len() == 4)?.parse().ok()?;
        let month = parts.next().filter(|part| part.len() == 2)?.parse().ok()?;
        let day = parts.next().filter(|part| part.len() == 2)?.parse().ok()?;
        if parts.next().is_some() {
            return None;
        }
        Self::new(year, month, day)
    }

    fn from_days(days: i64) -> Self {
        Self(i32::try_from(days).unwrap_or(i32::MAX))
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i64 {
        i64::from(self.0)
    }

    /// This date moved by `days`.
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        civil_from_days(self.0).0
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        civil_from_days(self.0).1
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u8 {
        civil_from_days(self.0).2
    }

    /// `2025-09-15`.
    pub fn iso(self) -> String {
        let (year, month, day) = civil_from_days(self.0);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `14-Mar-1939`, the NHS short date.
    pub fn short(self) -> String {
        let (year, month, day) = civil_from_days(self.0);
        let name = MONTHS.get(usize::from(month) - 1).copied().unwrap_or_default();
        format!("{day:02}-{name}-{year:04}")
    }

    /// `Sunday`.
    pub fn weekday(self) -> &'static str {
        // 1970-01-01 was a Thursday, the fourth day of the week.
        WEEKDAYS.get((self.days() + 3).rem_euclid(7) as usize).copied().unwrap_or_default()
    }

    /// Whole years lived on `on` by someone born on this date; 29 February counts on 1 March in other years.
    pub fn age_on(self, on: Self) -> i32 {
        let (year, month, day) = civil_from_days(self.0);
        let (on_year, on_month, on_day) = civil_from_days(on.0);
        on_year - year - i32::from((on_month, on_day) < (month, day))
    }
}

/// The present, handed to every decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Now {
    /// The device's or server's clock.
    pub at: Timestamp,
}

impl Now {
    /// The present at `at`.
    pub const fn at(at: Timestamp) -> Self {
        Self { at }
    }

    /// Today in London.
    pub fn today(self) -> Date {
        self.at.london_date()
    }
}

fn last_sunday(year: i32, month: u8) -> i64 {
    let last = days_from_civil(year, month, month_len(year, month));
    // Day 3 of the epoch's week was Sunday 1970-01-04.
    i64::from(last) - (i64::from(last) - 3).rem_euclid(7)
}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_len(year: i32, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01, counting years from March so that a leap day ends its year.
fn days_from_civil(year: i32, month: u8, day: u8) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i32::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i32::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i32) -> (i32, u8, u8) {
    let days = i64::from(days) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // Every part is in range by construction: the year follows from an i32 of days.
    (year as i32, month as u8, day as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_reads_back() {
        let first = Date::new(1800, 1, 1).map(Date::days);
        let last = Date::new(2200, 12, 31).map(Date::days);
        let (Some(first), Some(last)) = (first, last) else { unreachable!("both days exist") };
        for days in first..=last {
            let date = Date::from_days(days);
            assert_eq!(Date::new(date.year(), date.month(), date.day()), Some(date));
        }
    }

    #[test]
    fn summer_time_begins_and_ends_at_one_in_the_morning_utc() {
        let begins = Timestamp::from_ms(1_774_746_000_000); // 2026-03-29T01:00:00Z
        assert_eq!(begins.plus_ms(-1).clock_text(), "00:59");
        assert_eq!(begins.clock_text(), "02:00");
        let ends = Timestamp::from_ms(1_792_890_000_000); // 2026-10-25T01:00:00Z
        assert_eq!(ends.plus_ms(-1).clock_text(), "01:59");
        assert_eq!(ends.clock_text(), "01:00");
    }

    #[test]
    fn a_london_time_reads_back_in_winter_and_in_summer() {
        for (month, day) in [(1, 15), (7, 15), (11, 22)] {
            let date = Date::new(2026, month, day).unwrap();
            let at = Timestamp::from_london(date, 9, 30);
            assert_eq!((at.london_date(), at.clock_text()), (date, "09:30".to_owned()));
        }
    }

    #[test]
    fn dates_are_written_as_the_nhs_writes_them() {
        let date = Date::parse_iso("1939-03-14").unwrap();
        assert_eq!(date.short(), "14-Mar-1939");
        assert_eq!(Date::parse_iso("2026-11-22").unwrap().weekday(), "Sunday");
        assert_eq!(date.age_on(Date::parse_iso("2025-09-15").unwrap()), 86);
        assert_eq!(Date::parse_iso("2025-02-29"), None);
    }
}
