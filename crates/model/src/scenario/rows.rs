//! A file of tables cut into scenarios, rows, columns and event lines. Knows the shape of the
//! table, not the meaning of a word.

use super::fault::Fault;

/// A piece of text and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a> {
    pub line: usize,
    pub column: usize,
    pub text: &'a str,
}

/// One scenario: the rows that the whole file begins with, then its own.
#[derive(Debug)]
pub(super) struct Scenario<'a> {
    pub title: &'a str,
    pub rows: Vec<Row<'a>>,
}

/// A row with its four columns and the events written under it.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    pub time: Cell<'a>,
    pub who: Cell<'a>,
    pub deed: Cell<'a>,
    pub outcome: Cell<'a>,
    /// All events, in order, nothing else.
    pub exactly: Vec<Cell<'a>>,
    /// Some of the events, in order.
    pub among: Vec<Cell<'a>>,
}

impl Cell<'_> {
    /// A fault at this place.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault {
            line: self.line,
            column: self.column,
            message: message.into(),
        }
    }
}

/// Cuts `text` into its scenarios; rows before the first one begin each of them.
pub(super) fn scenarios(text: &str) -> Result<Vec<Scenario<'_>>, Fault> {
    let mut given = Vec::new();
    let mut scenarios: Vec<Scenario<'_>> = Vec::new();
    for (index, raw) in text.lines().enumerate() {
        let line = trimmed(index + 1, raw);
        if let Some(title) = line.text.strip_prefix("## ") {
            let rows = given.clone();
            scenarios.push(Scenario { title, rows });
        } else if !line.text.is_empty() && !line.text.starts_with('#') {
            let scenario = scenarios.last_mut();
            add_line(
                scenario.map_or(&mut given, |scenario| &mut scenario.rows),
                line,
            )?;
        }
    }
    Ok(scenarios)
}

fn add_line<'a>(rows: &mut Vec<Row<'a>>, line: Cell<'a>) -> Result<(), Fault> {
    let mark = line.text.chars().next();
    if mark != Some('>') && mark != Some('~') {
        rows.push(row(line)?);
        return Ok(());
    }
    let row = rows
        .last_mut()
        .ok_or_else(|| line.fault("expected a row before the first event"))?;
    let event = trimmed_after(line, 1);
    match mark {
        Some('>') => row.exactly.push(event),
        _ => row.among.push(event),
    }
    if !row.exactly.is_empty() && !row.among.is_empty() {
        return Err(line.fault("expected only `>` (all events) or only `~` (some) under a row"));
    }
    Ok(())
}

fn row(line: Cell<'_>) -> Result<Row<'_>, Fault> {
    let columns = columns(line);
    let [time, who, deed, outcome] = columns[..] else {
        return Err(line.fault(format!(
            "expected four columns (time, who, deed, outcome) with two or more blanks between them, found {}",
            columns.len()
        )));
    };
    Ok(Row {
        time,
        who,
        deed,
        outcome,
        exactly: Vec::new(),
        among: Vec::new(),
    })
}

/// Two or more blanks separate columns.
fn columns(line: Cell<'_>) -> Vec<Cell<'_>> {
    let mut columns = Vec::new();
    let mut rest = line;
    while let Some(end) = rest.text.find("  ") {
        columns.push(Cell {
            text: &rest.text[..end],
            ..rest
        });
        rest = trimmed_after(rest, end);
    }
    columns.push(rest);
    columns
}

fn trimmed(line: usize, text: &str) -> Cell<'_> {
    let whole = Cell {
        line,
        column: 1,
        text: text.trim_end(),
    };
    trimmed_after(whole, 0)
}

/// What follows the first `bytes` bytes of `cell`, without the blanks before it.
fn trimmed_after(cell: Cell<'_>, bytes: usize) -> Cell<'_> {
    let text = cell.text[bytes..].trim_start();
    let skipped = &cell.text[..cell.text.len() - text.len()];
    Cell {
        column: cell.column + skipped.chars().count(),
        text,
        ..cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_four_columns_and_events_under_it() {
        let text =
            "# file\n## One\n  0   shop  opens seller S   ok\n      > SellerOpened S\n\n## Two\n";
        let scenarios = scenarios(text).expect("a table");
        assert_eq!(scenarios.len(), 2);
        assert_eq!(scenarios[0].title, "One");
        let row = &scenarios[0].rows[0];
        assert_eq!(row.deed.text, "opens seller S");
        assert_eq!((row.deed.line, row.deed.column), (3, 13));
        assert_eq!(row.exactly[0].text, "SellerOpened S");
    }

    #[test]
    fn rows_before_the_first_scenario_begin_each() {
        let text = "0  a  b  c\n## One\n## Two\n1  d  e  f\n";
        let scenarios = scenarios(text).expect("a table");
        let lengths: Vec<usize> = scenarios.iter().map(|one| one.rows.len()).collect();
        assert_eq!(lengths, [1, 2]);
    }

    #[test]
    fn a_torn_table_is_refused_where_it_tears() {
        let fault = |text| scenarios(text).expect_err("a fault");
        assert_eq!(fault("0 shop  x  ok").line, 1);
        assert_eq!(fault("## a\n> X").line, 2);
        assert!(fault("## a\n 0  shop  ok").message.contains("found 3"));
        assert_eq!(fault("## a\n 0  b  c  d\n > X\n ~ Y").line, 4);
    }
}
