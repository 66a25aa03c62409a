//! Moments and durations as shops write them, to the millisecond.

use crate::Cause;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use vocabulary::Millis;

/// Reads RFC 3339 (`2026-11-11T00:00:00+09:00`) or a local time (`2026-11-11 00:00:00.000`) in `zone`.
///
/// # Errors
/// [`Cause::NotATime`] also for anything finer than a millisecond or before 1970;
/// [`Cause::NoSuchLocalTime`] where the zone's clocks skip or repeat the local time.
pub(crate) fn moment(text: &str, zone: &TimeZone) -> Result<Millis, Cause> {
    let text = text.trim();
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return in_millis(timestamp);
    }
    let local: DateTime = text.parse().map_err(|_| Cause::NotATime)?;
    let unambiguous = zone.to_ambiguous_timestamp(local).unambiguous();
    in_millis(unambiguous.map_err(|_| Cause::NoSuchLocalTime)?)
}

/// The moment with the offset that `zone` has then; [`moment`] reads it back.
pub(crate) fn format(moment: Millis, zone: &TimeZone) -> String {
    let ms = i64::try_from(moment.0).expect("a moment that was read fits");
    let timestamp = Timestamp::from_millisecond(ms).expect("a moment that was read is a timestamp");
    timestamp
        .to_zoned(zone.clone())
        .strftime("%Y-%m-%dT%H:%M:%S%.3f%:z")
        .to_string()
}

/// Reads seconds (`900`) or numbers with units (`500ms`, `20s`, `15m`, `1h30m`) as ms that fit a deal.
///
/// # Errors
/// [`Cause::NotADuration`], or [`Cause::DurationOutOfRange`] for more than 32 bits of ms.
pub(crate) fn duration_ms(text: &str) -> Result<u32, Cause> {
    u32::try_from(length_ms(text)?).map_err(|_| Cause::DurationOutOfRange)
}

/// Reads a moment as [`moment`] does, or as `+1h30m` after `from` where there is one.
///
/// # Errors
/// As [`moment`]; [`Cause::NotATime`] for an offset without `from`.
pub(crate) fn moment_or_offset(
    text: &str,
    zone: &TimeZone,
    from: Option<Millis>,
) -> Result<Millis, Cause> {
    let Some(offset) = text.trim().strip_prefix('+') else {
        return moment(text, zone);
    };
    let offset_ms = length_ms(offset).map_err(|_| Cause::NotATime)?;
    from.map(|from| from.plus(offset_ms)).ok_or(Cause::NotATime)
}

/// The sum of numbers with units; a number alone is seconds.
fn length_ms(text: &str) -> Result<u64, Cause> {
    let mut rest = text.trim();
    let mut sum_ms = 0u64;
    if rest.is_empty() {
        return Err(Cause::NotADuration);
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        let tail = tail.trim_start();
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit_ms = match &tail[..letters] {
            _ if number.is_empty() => return Err(Cause::NotADuration),
            "" if sum_ms == 0 && tail.is_empty() => 1_000,
            unit => unit_ms(unit)?,
        };
        let part_ms = number
            .parse::<u64>()
            .ok()
            .and_then(|count| count.checked_mul(unit_ms));
        let sum = part_ms.and_then(|part_ms| sum_ms.checked_add(part_ms));
        sum_ms = sum.ok_or(Cause::DurationOutOfRange)?;
        rest = tail[letters..].trim_start();
    }
    Ok(sum_ms)
}

fn unit_ms(unit: &str) -> Result<u64, Cause> {
    match unit {
        "ms" => Ok(1),
        "s" => Ok(1_000),
        "m" => Ok(60_000),
        "h" => Ok(3_600_000),
        "d" => Ok(86_400_000),
        _ => Err(Cause::NotADuration),
    }
}

/// The duration in the largest unit that divides it; [`duration_ms`] reads it back.
pub(crate) fn format_duration(ms: u32) -> String {
    match ms {
        0 => "0".to_owned(),
        _ if ms.is_multiple_of(3_600_000) => format!("{}h", ms / 3_600_000),
        _ if ms.is_multiple_of(60_000) => format!("{}m", ms / 60_000),
        _ if ms.is_multiple_of(1_000) => format!("{}s", ms / 1_000),
        _ => format!("{ms}ms"),
    }
}

fn in_millis(timestamp: Timestamp) -> Result<Millis, Cause> {
    let ms = timestamp.as_millisecond();
    let whole = timestamp.as_duration() == SignedDuration::from_millis(ms);
    match u64::try_from(ms) {
        Ok(ms) if whole => Ok(Millis(ms)),
        _ => Err(Cause::NotATime),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a known zone")
    }

    #[test]
    fn local_and_offset_times_mean_the_same_millisecond() {
        let bell = Millis(1_794_322_800_000);
        for text in [
            "2026-11-11T00:00:00+09:00",
            "2026-11-11 00:00:00.000",
            "2026-11-11 00:00",
            "2026-11-11",
            "2026-11-10T15:00:00Z",
        ] {
            assert_eq!(moment(text, &zone("Asia/Seoul")), Ok(bell), "{text}");
        }
        assert_eq!(
            moment("2026-11-11 00:00:00.001", &zone("Asia/Seoul")),
            Ok(Millis(bell.0 + 1))
        );
    }

    #[test]
    fn what_is_no_moment_or_no_one_moment_is_refused() {
        let seoul = zone("Asia/Seoul");
        for wrong in [
            "",
            "soon",
            "2026-13-01",
            "2026-11-11 00:00:00.0001",
            "1969-01-01T00:00:00Z",
        ] {
            assert_eq!(moment(wrong, &seoul), Err(Cause::NotATime), "{wrong}");
        }
        let new_york = zone("America/New_York");
        for twice_or_never in ["2026-11-01 01:30", "2026-03-08 02:30"] {
            assert_eq!(
                moment(twice_or_never, &new_york),
                Err(Cause::NoSuchLocalTime)
            );
        }
    }

    #[test]
    fn durations_have_units_and_limits() {
        assert_eq!(duration_ms("900"), Ok(900_000));
        assert_eq!(duration_ms(" 15 m"), Ok(900_000));
        assert_eq!(duration_ms("500ms"), Ok(500));
        assert_eq!(duration_ms("24h"), Ok(86_400_000));
        assert_eq!(duration_ms("1h 30m5s"), Ok(5_405_000));
        for wrong in ["", "m", "50y", "15 minutes", "1.5h", "-5", "1h30", "+5"] {
            assert_eq!(duration_ms(wrong), Err(Cause::NotADuration), "{wrong}");
        }
        assert_eq!(duration_ms("1200h"), Err(Cause::DurationOutOfRange));
    }

    #[test]
    fn offsets_count_from_where_they_are_told_to() {
        let seoul = zone("Asia/Seoul");
        let from = Some(Millis(5));
        assert_eq!(
            moment_or_offset("+10m20s", &seoul, from),
            Ok(Millis(620_005))
        );
        assert_eq!(moment_or_offset("+24h", &seoul, None), Err(Cause::NotATime));
        assert_eq!(
            moment_or_offset("+soon", &seoul, from),
            Err(Cause::NotATime)
        );
        assert_eq!(
            moment_or_offset("2026-11-11", &seoul, from),
            moment("2026-11-11", &seoul)
        );
    }

    proptest! {
        #[test]
        fn moments_and_durations_read_back(ms in 0u64..4_102_444_800_000, duration in any::<u32>(), east in any::<bool>()) {
            let zone = zone(if east { "Asia/Seoul" } else { "America/New_York" });
            prop_assert_eq!(moment(&format(Millis(ms), &zone), &zone), Ok(Millis(ms)));
            prop_assert_eq!(duration_ms(&format_duration(duration)), Ok(duration));
        }
    }
}
