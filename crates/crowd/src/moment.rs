//! Moments as the API writes them: RFC 3339, UTC, milliseconds.

use vocabulary::Millis;

/// The moment that `2026-11-11T00:00:00.000Z` names; none for anything else than UTC with or without a fraction.
pub fn moment(text: &str) -> Option<Millis> {
    let (date, rest) = text.split_once(['T', 't'])?;
    let time = rest.strip_suffix(['Z', 'z'])?;
    let [year, month, day] = numbers(date, '-')?;
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hours, minutes, seconds] = numbers(clock, ':')?;
    let seconds_all = days(year, month, day)? * 86_400 + hours * 3_600 + minutes * 60 + seconds;
    Some(Millis(seconds_all * 1_000 + thousandths(fraction)?))
}

/// A moment as the API takes it.
pub fn written(at: Millis) -> String {
    let (seconds, ms) = (at.0 / 1_000, at.0 % 1_000);
    let (year, month, day) = civil(seconds / 86_400);
    let (hours, minutes) = (seconds / 3_600 % 24, seconds / 60 % 60);
    let seconds = seconds % 60;
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{ms:03}Z")
}

fn numbers(text: &str, between: char) -> Option<[u64; 3]> {
    let mut parts = text.split(between).map(|part| part.parse().ok());
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

fn thousandths(fraction: &str) -> Option<u64> {
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    digits.parse().ok()
}

/// Days since the epoch, counting years from March so that the leap day is the last (Howard Hinnant,
/// "chrono-compatible low-level date algorithms").
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let moved = if month <= 2 {
        year.checked_sub(1)?
    } else {
        year
    };
    let (era, of_era) = (moved / 400, moved % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day.checked_sub(1)?;
    let of_era_days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    (era * 146_097 + of_era_days).checked_sub(719_468)
}

fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * march + 2) / 5 + 1, (march + 2) % 12 + 1);
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_they_are_written() {
        let text = "2026-11-11T00:00:00.000Z";
        assert_eq!(moment(text), Some(Millis(1_794_355_200_000)));
        for ms in (0..4_000_000_000_000).step_by(86_400_000 * 13 + 12_345) {
            assert_eq!(moment(&written(Millis(ms))), Some(Millis(ms)));
        }
    }

    #[test]
    fn what_is_no_moment_in_utc_is_none() {
        for text in [
            "",
            "2026-11-11",
            "2026-11-11T00:00:00+09:00",
            "2026-11T00:00:00Z",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
        assert_eq!(moment("1970-01-01T00:00:01.5Z"), Some(Millis(1_500)));
    }
}
