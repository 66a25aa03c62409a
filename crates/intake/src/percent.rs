//! Percentages as hundredths of a percent, exactly.

/// Reads `10`, `5.5` or `12.25 %` as hundredths of a percent; `None` unless it lies in 0..=100 and
/// has at most two decimals.
pub(crate) fn parse(text: &str) -> Option<u16> {
    let text = text.trim();
    let digits = text.strip_suffix('%').unwrap_or(text).trim_end();
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let numeric = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !numeric(whole) || !numeric(fraction) || fraction.len() > 2 {
        return None;
    }
    let basis_points: u16 = format!("{whole}{fraction:0<2}").parse().ok()?;
    (basis_points <= 10_000).then_some(basis_points)
}

/// The percentage as text that [`parse`] reads back: `10%`, `5.5%`, `12.25%`.
pub(crate) fn format(basis_points: u16) -> String {
    let (whole, fraction) = (basis_points / 100, basis_points % 100);
    match (fraction, fraction % 10) {
        (0, _) => format!("{whole}%"),
        (_, 0) => format!("{whole}.{}%", fraction / 10),
        _ => format!("{whole}.{fraction:02}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_percentage_reads_back() {
        for basis_points in 0..=10_000 {
            assert_eq!(parse(&format(basis_points)), Some(basis_points));
        }
    }

    #[test]
    fn spellings_that_are_no_percentage_are_none() {
        assert_eq!(parse("5.50"), Some(550));
        assert_eq!(parse(" 10 % "), Some(1_000));
        for wrong in ["", "%", "-1", "100.01", "1.234", "1e1", "ten", "1.2.3"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
