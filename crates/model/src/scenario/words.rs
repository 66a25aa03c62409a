//! The words of a column, read one after another; what is not expected is a fault at its place.

use super::fault::Fault;
use super::moment::{parse_moment, parse_span};
use super::rows::Cell;
use money::{Amount, Currency};
use std::str::FromStr;
use vocabulary::{Millis, Tax};

/// A reader over the words of one column. `,`, `;` and `:` are words of their own.
pub(super) struct Words<'a> {
    words: Vec<Cell<'a>>,
    next: usize,
    end: Cell<'a>,
}

impl<'a> Words<'a> {
    pub(super) fn of(cell: Cell<'a>) -> Words<'a> {
        let end = Cell {
            column: cell.column + cell.text.chars().count(),
            text: "",
            ..cell
        };
        let words = split(cell);
        Words {
            words,
            next: 0,
            end,
        }
    }

    /// The next word, not consumed; an empty one at the end.
    pub(super) fn peek(&self) -> Cell<'a> {
        self.words.get(self.next).copied().unwrap_or(self.end)
    }

    /// Consumes a word of any kind.
    pub(super) fn any(&mut self, expected: &str) -> Result<Cell<'a>, Fault> {
        let word = self.peek();
        if word.text.is_empty() || is_mark(word.text) {
            return Err(self.expected(expected));
        }
        self.next += 1;
        Ok(word)
    }

    /// Consumes `phrase` (one or more words) if it comes next.
    pub(super) fn take(&mut self, phrase: &str) -> bool {
        let mut next = self.next;
        for expected in phrase.split(' ') {
            if self.words.get(next).map(|word| word.text) != Some(expected) {
                return false;
            }
            next += 1;
        }
        self.next = next;
        true
    }

    /// Consumes `phrase` or complains.
    pub(super) fn expect(&mut self, phrase: &str) -> Result<(), Fault> {
        match self.take(phrase) {
            true => Ok(()),
            false => Err(self.expected(&format!("`{phrase}`"))),
        }
    }

    /// Complains about anything left.
    pub(super) fn end(&self) -> Result<(), Fault> {
        match self.next == self.words.len() {
            true => Ok(()),
            false => Err(self.expected("nothing more")),
        }
    }

    /// A whole number.
    pub(super) fn number<T: FromStr>(&mut self, expected: &str) -> Result<T, Fault> {
        self.parse(expected, |text| text.parse().ok())
    }

    /// An amount in minor units.
    pub(super) fn amount(&mut self) -> Result<Amount, Fault> {
        self.number("an amount in minor units").map(Amount)
    }

    /// A currency code.
    pub(super) fn currency(&mut self) -> Result<Currency, Fault> {
        self.parse("a currency (KRW, USD, ...)", |text| text.parse().ok())
    }

    /// An amount with its currency.
    pub(super) fn money(&mut self) -> Result<(Amount, Currency), Fault> {
        Ok((self.amount()?, self.currency()?))
    }

    /// A moment of the scenario.
    pub(super) fn moment(&mut self) -> Result<Millis, Fault> {
        self.parse("a time (29.999, 30m, 1h0.500, forever)", parse_moment)
    }

    /// A span of time in ms.
    pub(super) fn span<T: TryFrom<i64>>(&mut self) -> Result<T, Fault> {
        self.parse("a span of time (20s, 15m, 24h)", |text| {
            parse_span(text).and_then(|ms| T::try_from(ms).ok())
        })
    }

    /// `taxed 10%` or `exempt`.
    pub(super) fn tax(&mut self) -> Result<Tax, Fault> {
        if self.take("exempt") {
            return Ok(Tax::Exempt);
        }
        self.expect("taxed")?;
        let basis_points = self.parse("a rate (10%, 7.25%)", parse_rate)?;
        Ok(Tax::Included { basis_points })
    }

    /// The fault that something else was expected here.
    pub(super) fn expected(&self, expected: &str) -> Fault {
        let found = self.peek();
        match found.text {
            "" => found.fault(format!("expected {expected}, but the column ends")),
            text => found.fault(format!("expected {expected}, found `{text}`")),
        }
    }

    fn parse<T>(&mut self, expected: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Fault> {
        let value = read(self.peek().text).ok_or_else(|| self.expected(expected))?;
        self.next += 1;
        Ok(value)
    }
}

/// Hundredths of a percent.
fn parse_rate(text: &str) -> Option<u16> {
    let number = text.strip_suffix('%')?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "00"));
    if part.len() != 2 {
        return None;
    }
    let whole: u16 = whole.parse().ok()?;
    whole.checked_mul(100)?.checked_add(part.parse().ok()?)
}

fn is_mark(text: &str) -> bool {
    matches!(text, "," | ";" | ":")
}

fn split(cell: Cell<'_>) -> Vec<Cell<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut word = |from: usize, to: usize, at: usize| {
        words.push(Cell {
            column: at,
            text: &cell.text[from..to],
            ..cell
        });
    };
    for (column, (index, letter)) in (cell.column..).zip(cell.text.char_indices()) {
        let ends = letter == ' ' || matches!(letter, ',' | ';' | ':');
        if let Some((from, at)) = start.filter(|_| ends) {
            word(from, index, at);
            start = None;
        }
        if ends && letter != ' ' {
            word(index, index + 1, column);
        } else if !ends && start.is_none() {
            start = Some((index, column));
        }
    }
    if let Some((from, at)) = start {
        word(from, cell.text.len(), at);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Words<'_> {
        Words::of(Cell {
            line: 7,
            column: 3,
            text,
        })
    }

    #[test]
    fn marks_are_words_and_every_word_knows_its_column() {
        let mut words = words("deal D: 3 A");
        assert!(words.take("deal D :"));
        assert_eq!(words.peek().column, 11);
        assert_eq!(words.number::<u32>("units"), Ok(3));
        assert_eq!(words.any("a SKU").map(|word| word.text), Ok("A"));
        assert_eq!(words.end(), Ok(()));
    }

    #[test]
    fn what_is_not_expected_is_told_with_its_place() {
        let mut words = words("taxed many");
        let fault = words.tax().expect_err("a fault");
        assert_eq!((fault.line, fault.column), (7, 9));
        assert_eq!(fault.message, "expected a rate (10%, 7.25%), found `many`");
    }

    #[test]
    fn rates_are_hundredths_of_a_percent() {
        assert_eq!(parse_rate("10%"), Some(1000));
        assert_eq!(parse_rate("7.25%"), Some(725));
        assert_eq!(parse_rate("10"), None);
    }
}
