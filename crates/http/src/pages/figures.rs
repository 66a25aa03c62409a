//! How amounts, moments and clocks are written in each language. No floats: digits are moved as text.

use super::language::Language;
use super::words::Words;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use money::{Amount, Currency};
use vocabulary::Millis;

impl Words {
    /// An amount with its currency, as prices are written in this language.
    pub fn amount(&self, amount: Amount, currency: Currency) -> String {
        self.sum(i128::from(amount.0), currency)
    }

    /// Like [`Words::amount`], for totals of a whole festival.
    pub fn sum(&self, minor_units: i128, currency: Currency) -> String {
        let sign = if minor_units < 0 { "−" } else { "" };
        let number = grouped(minor_units.unsigned_abs(), currency.digits() as usize);
        match (self.language, symbol(self.language, currency)) {
            (Language::Ko, "원") => format!("{sign}{number}원"),
            (_, symbol) => format!("{sign}{symbol}{number}"),
        }
    }

    /// A count, with its thousands parted.
    pub fn count(&self, count: u64) -> String {
        grouped(u128::from(count), 0)
    }

    /// A moment with day and minute, in the festival's time zone.
    pub fn moment(&self, at: Millis) -> String {
        let pattern = match self.language {
            Language::Ko => "%-m월 %-d일 %H:%M",
            Language::Zh => "%-m月%-d日 %H:%M",
            Language::En => "%-d %b, %H:%M",
        };
        told(at, pattern, &self.zone)
    }

    /// A day with its year, in the festival's time zone.
    pub fn day(&self, at: Millis) -> String {
        let pattern = match self.language {
            Language::Ko => "%Y년 %-m월 %-d일",
            Language::Zh => "%Y年%-m月%-d日",
            Language::En => "%-d %b %Y",
        };
        told(at, pattern, &self.zone)
    }

    /// When a bell rings: with its day where that is not today's, with its second where it has one.
    pub fn bell(&self, at: Millis, now: Millis) -> String {
        let second = if (at.0 / 1_000).is_multiple_of(60) {
            ""
        } else {
            ":%S"
        };
        let time = told(at, &format!("%H:%M{second}"), &self.zone);
        let day = |moment| told(moment, "%F", &self.zone);
        match (day(at) == day(now), self.language) {
            (true, _) => time,
            (false, Language::Ko) => format!("{} {time}", told(at, "%-m월 %-d일", &self.zone)),
            (false, Language::Zh) => format!("{} {time}", told(at, "%-m月%-d日", &self.zone)),
            (false, Language::En) => format!("{} {time}", told(at, "%-d %b", &self.zone)),
        }
    }

    /// A moment with its second, for histories.
    pub fn exact_moment(&self, at: Millis) -> String {
        told(at, "%Y-%m-%d %H:%M:%S", &self.zone)
    }

    /// A span as a clock: `4:05`, `1:04:05`, and days in words before it.
    pub fn clock(&self, ms: u64) -> String {
        let seconds = ms.div_ceil(1_000);
        let (days, rest) = (seconds / 86_400, seconds % 86_400);
        let (hours, minutes, seconds) = (rest / 3_600, rest / 60 % 60, rest % 60);
        match (days, hours) {
            (0, 0) => format!("{minutes}:{seconds:02}"),
            (0, _) => format!("{hours}:{minutes:02}:{seconds:02}"),
            _ => {
                let clock = format!("{hours:02}:{minutes:02}:{seconds:02}");
                self.say_with(
                    "days-clock",
                    [("days", days.into()), ("clock", clock.into())],
                )
            }
        }
    }

    /// A span in words, rounded down to its greatest unit but never to nothing.
    pub fn span(&self, ms: u64) -> String {
        let seconds = (ms / 1_000).max(1);
        match seconds {
            0..60 => self.say_with("span-seconds", [("count", seconds.into())]),
            60..3_600 => self.say_with("span-minutes", [("count", (seconds / 60).into())]),
            3_600..86_400 => self.say_with("span-hours", [("count", (seconds / 3_600).into())]),
            _ => self.say_with("span-days", [("count", (seconds / 86_400).into())]),
        }
    }
}

/// A moment as HTML's `datetime` wants it.
pub fn machine_moment(at: Millis) -> String {
    told(at, "%Y-%m-%dT%H:%M:%S%.3fZ", &TimeZone::UTC)
}

/// By how many percent `now` lies under `was`, rounded down; `None` when it does not.
pub fn discount_percent(was: Amount, now: Amount) -> Option<i64> {
    let less = was.checked_sub(now)?.checked_mul(100)?.0;
    less.checked_div(was.0).filter(|percent| *percent > 0)
}

fn told(at: Millis, pattern: &str, zone: &TimeZone) -> String {
    let ms = i64::try_from(at.0).unwrap_or(i64::MAX);
    let moment = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
    moment.to_zoned(zone.clone()).strftime(pattern).to_string()
}

fn symbol(language: Language, currency: Currency) -> &'static str {
    match (currency.code(), language) {
        ("KRW", Language::Ko) => "원",
        ("KRW", _) => "₩",
        ("JPY", Language::Zh) => "JP¥",
        ("JPY", _) => "¥",
        ("CNY", Language::Zh) => "¥",
        ("CNY", _) => "CN¥",
        ("USD", _) => "$",
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        ("TWD", _) => "NT$",
        ("HKD", _) => "HK$",
        (code, _) => code,
    }
}

pub(super) fn grouped(units: u128, digits: usize) -> String {
    let text = format!("{units:0>width$}", width = digits + 1);
    let (whole, part) = text.split_at(text.len() - digits);
    let mut parted = String::with_capacity(text.len() + text.len() / 3 + 1);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            parted.push(',');
        }
        parted.push(digit);
    }
    if digits > 0 {
        parted.push('.');
        parted.push_str(part);
    }
    parted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(language: Language) -> Words {
        let seoul = TimeZone::get("Asia/Seoul").expect("the zone is in the binary");
        Words::of(language, seoul)
    }

    #[test]
    fn amounts_stand_as_each_language_writes_them() {
        let (ko, zh) = (words(Language::Ko), words(Language::Zh));
        assert_eq!(ko.amount(Amount(1_234_900), Currency::KRW), "1,234,900원");
        assert_eq!(zh.amount(Amount(900), Currency::KRW), "₩900");
        assert_eq!(zh.amount(Amount(-1_005), Currency::USD), "−$10.05");
        assert_eq!(ko.amount(Amount(5), Currency::USD), "$0.05");
    }

    #[test]
    fn moments_are_told_in_the_festival_s_zone() {
        let midnight = Millis(1_794_322_800_000);
        assert_eq!(words(Language::Ko).moment(midnight), "11월 11일 00:00");
        assert_eq!(words(Language::En).moment(midnight), "11 Nov, 00:00");
        let bell = |later| words(Language::Ko).bell(Millis(midnight.0 + later), midnight);
        assert_eq!(
            [bell(0), bell(61_500), bell(86_400_000)],
            ["00:00", "00:01:01", "11월 12일 00:00"]
        );
        assert_eq!(machine_moment(midnight), "2026-11-10T15:00:00.000Z");
    }

    #[test]
    fn a_clock_shows_a_second_until_it_is_over() {
        let ko = words(Language::Ko);
        assert_eq!(ko.clock(1), "0:01");
        assert_eq!(ko.clock(0), "0:00");
        assert_eq!(ko.clock(3_845_000), "1:04:05");
        assert_eq!(ko.clock(90_000_000), "1일 01:00:00");
    }

    #[test]
    fn a_discount_is_never_rounded_up() {
        assert_eq!(discount_percent(Amount(1_000), Amount(401)), Some(59));
        assert_eq!(discount_percent(Amount(1_000), Amount(1_000)), None);
    }
}
