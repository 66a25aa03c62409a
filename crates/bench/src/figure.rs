//! Figures: what was measured in several runs, beside a baseline measured in turns with it. How they
//! are printed.

use serde::Serialize;

/// What one thing came to in each run; never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Runs(Vec<f64>);

/// A figure and its baseline, run by run.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// Of the values and of the baseline's.
    pub unit: &'static str,
    /// Ours.
    pub ours: Runs,
    /// What the baseline is.
    pub baseline_name: String,
    /// The baseline's.
    pub baseline: Runs,
}

/// A figure as a line of JSON.
#[derive(Debug, Serialize)]
pub struct FigureLine {
    name: String,
    value: f64,
    unit: &'static str,
    baseline: Baseline,
    ratio: f64,
    runs: Vec<f64>,
}

#[derive(Debug, Serialize)]
struct Baseline {
    name: String,
    value: f64,
    runs: Vec<f64>,
}

impl Runs {
    /// # Panics
    /// Without a run.
    pub fn of(mut values: Vec<f64>) -> Runs {
        assert!(!values.is_empty(), "something was measured");
        values.sort_by(f64::total_cmp);
        Runs(values)
    }

    /// The lowest.
    pub fn min(&self) -> f64 {
        self.0[0]
    }

    /// The one in the middle; of an even number the lower of the two.
    pub fn median(&self) -> f64 {
        self.0[(self.0.len() - 1) / 2]
    }

    /// The highest.
    pub fn max(&self) -> f64 {
        self.0[self.0.len() - 1]
    }
}

impl Figure {
    /// The median of ours for one of the baseline's.
    pub fn ratio(&self) -> f64 {
        self.ours.median() / self.baseline.median()
    }

    /// The figure as `--json` prints it; values are medians, runs go from the lowest up.
    pub fn as_line(&self) -> FigureLine {
        FigureLine {
            name: self.name.clone(),
            value: self.ours.median(),
            unit: self.unit,
            baseline: Baseline {
                name: self.baseline_name.clone(),
                value: self.baseline.median(),
                runs: self.baseline.0.clone(),
            },
            ratio: self.ratio(),
            runs: self.ours.0.clone(),
        }
    }
}

/// Figures on their way: values by name, run by run, in the order in which they were first told.
#[derive(Default)]
pub struct Sheet(Vec<Row>);

struct Row {
    name: String,
    unit: &'static str,
    baseline_name: String,
    ours: Vec<f64>,
    baseline: Vec<f64>,
}

impl Sheet {
    /// What something came to in a run, and its baseline.
    pub fn tell(&mut self, name: &str, unit: &'static str, ours: f64, baseline: (&str, f64)) {
        let known = self.0.iter().position(|row| row.name == name);
        let place = known.unwrap_or(self.0.len());
        if known.is_none() {
            self.0.push(Row {
                name: name.to_owned(),
                unit,
                baseline_name: baseline.0.to_owned(),
                ours: Vec::new(),
                baseline: Vec::new(),
            });
        }
        self.0[place].ours.push(ours);
        self.0[place].baseline.push(baseline.1);
    }

    /// All that was told.
    pub fn figures(self) -> Vec<Figure> {
        let figure = |row: Row| Figure {
            name: row.name,
            unit: row.unit,
            ours: Runs::of(row.ours),
            baseline_name: row.baseline_name,
            baseline: Runs::of(row.baseline),
        };
        self.0.into_iter().map(figure).collect()
    }
}

/// Figures for people: a line for each and one for its baseline, lowest, median and highest run.
pub fn table(figures: &[Figure]) -> String {
    let mut lines = vec![row(["", "lowest", "median", "highest", "", "ratio"])];
    for figure in figures {
        let ratio = format!("{:.3}", figure.ratio());
        lines.push(runs_row(&figure.name, &figure.ours, figure.unit, &ratio));
        let baseline = format!("  beside {}", figure.baseline_name);
        lines.push(runs_row(&baseline, &figure.baseline, figure.unit, ""));
    }
    lines.join("\n")
}

fn runs_row(name: &str, runs: &Runs, unit: &str, ratio: &str) -> String {
    let [low, middle, high] = [runs.min(), runs.median(), runs.max()].map(rounded);
    row([name, &low, &middle, &high, unit, ratio])
}

fn row(cells: [&str; 6]) -> String {
    let [name, low, middle, high, unit, ratio] = cells;
    format!("{name:<44}{low:>12}{middle:>12}{high:>12}  {unit:<12}{ratio:>8}")
        .trim_end()
        .to_owned()
}

/// Three digits or more, with commas.
fn rounded(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure() -> Figure {
        Figure {
            name: "import".to_owned(),
            unit: "products/s",
            ours: Runs::of(vec![30_000.0, 10_000.0, 20_000.0]),
            baseline_name: "sqlite3".to_owned(),
            baseline: Runs::of(vec![80_000.0, 40_000.0]),
        }
    }

    #[test]
    fn runs_have_a_spread_and_a_ratio_of_medians() {
        let figure = figure();
        let runs = &figure.ours;
        assert_eq!((runs.min(), runs.median(), runs.max()), (1e4, 2e4, 3e4));
        assert_eq!(figure.baseline.median(), 40_000.0);
        assert_eq!(figure.ratio(), 0.5);
    }

    #[test]
    fn a_sheet_keeps_the_runs_of_a_name_together_and_the_order_of_names() {
        let mut sheet = Sheet::default();
        for ours in [30.0, 10.0] {
            sheet.tell("b", "ms", ours, ("theirs", 5.0));
            sheet.tell("a", "ms", 1.0, ("theirs", 2.0));
        }
        let figures = sheet.figures();
        assert_eq!((&*figures[0].name, &*figures[1].name), ("b", "a"));
        assert_eq!(figures[0].ours.max(), 30.0);
        assert_eq!(figures[1].ratio(), 0.5);
    }

    #[test]
    fn a_table_shows_ours_beside_the_baseline() {
        let table = table(&[figure()]);
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[1].contains("10,000      20,000      30,000  products/s"));
        assert!(lines[1].ends_with("0.500"), "{table}");
        assert!(lines[2].starts_with("  beside sqlite3"), "{table}");
    }

    #[test]
    fn a_line_of_json_has_the_promised_keys() {
        let line = serde_json::to_string(&figure().as_line()).unwrap();
        let expected =
            r#"{"name":"import","value":20000.0,"unit":"products/s","baseline":{"name":"sqlite3","#;
        assert!(line.starts_with(expected), "{line}");
        let end = r#""ratio":0.5,"runs":[10000.0,20000.0,30000.0]}"#;
        assert!(line.ends_with(end), "{line}");
    }

    #[test]
    fn large_values_have_commas_and_small_ones_decimals() {
        let shown = [0.125, 99.5, 100.0, 1_234.5, 7_100_000.0].map(rounded);
        assert_eq!(shown, ["0.12", "99.50", "100", "1,234", "7,100,000"]);
    }
}
