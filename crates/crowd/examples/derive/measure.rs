//! The measuring: events and invoices in, percentiles and shares out.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::path::Path;

/// What the sessions say.
#[derive(Debug, PartialEq, Eq)]
pub struct Sessions {
    pub views: [u32; 101],
    pub gap_seconds: [u32; 101],
    pub holding_in_10_000: u32,
    pub buying_in_10_000: u32,
    pub events_in_1_000_s: u32,
    pub variance_in_100_means: u32,
}

/// What the invoices say.
#[derive(Debug, PartialEq, Eq)]
pub struct Baskets {
    pub lines: [u32; 101],
    pub units: [u32; 101],
}

/// The half hour whose rate neither climbs nor falls, in seconds of its day.
const SETTLED: std::ops::Range<u32> = 8_400..10_200;

#[derive(Default)]
struct Session {
    seconds: Vec<u32>,
    views: u32,
    carts: u32,
    purchases: u32,
}

/// Reads the events of sessions.
pub fn sessions(file: &Path) -> Result<Sessions, Box<dyn Error>> {
    let mut by_session: HashMap<String, Session> = HashMap::new();
    let mut rows = csv::Reader::from_path(file)?;
    for row in rows.records() {
        let row = row?;
        let session = by_session.entry(row[8].to_owned()).or_default();
        session.seconds.push(second_of_day(&row[0])?);
        match &row[1] {
            "view" => session.views += 1,
            "cart" => session.carts += 1,
            _ => session.purchases += 1,
        }
    }
    let all: Vec<Session> = by_session.into_values().collect();
    let buying = count(&all, |session| session.purchases > 0);
    let holding = count(&all, |session| session.carts + session.purchases > 0);
    let (events_in_1_000_s, variance_in_100_means) = evenness(&all);
    Ok(Sessions {
        views: percentiles(all.iter().map(|session| session.views).collect()),
        gap_seconds: percentiles(all.iter().flat_map(gaps).collect()),
        holding_in_10_000: share(holding, all.len()),
        buying_in_10_000: share(buying, holding),
        events_in_1_000_s,
        variance_in_100_means,
    })
}

fn gaps(session: &Session) -> Vec<u32> {
    session
        .seconds
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .collect()
}

fn count(all: &[Session], of: impl Fn(&Session) -> bool) -> usize {
    all.iter().filter(|session| of(session)).count()
}

fn share(part: usize, whole: usize) -> u32 {
    u32::try_from(part * 10_000 / whole).expect("a part is at most the whole")
}

/// The rate of the settled half hour, and how far its seconds differ from each other.
fn evenness(all: &[Session]) -> (u32, u32) {
    let mut counts: BTreeMap<u32, u64> = SETTLED.map(|second| (second, 0)).collect();
    for second in all.iter().flat_map(|session| &session.seconds) {
        counts.entry(*second).and_modify(|count| *count += 1);
    }
    let seconds = SETTLED.len() as u64;
    let sum: u64 = counts.values().sum();
    let squares: u64 = counts.values().map(|count| count * count).sum();
    let mean_in_1_000 = sum * 1_000 / seconds;
    let variance_in_100_means = (squares * seconds - sum * sum) * 100 / (sum * seconds);
    (mean_in_1_000 as u32, variance_in_100_means as u32)
}

fn second_of_day(text: &str) -> Result<u32, Box<dyn Error>> {
    let clock = text.get(11..19).ok_or("a time is too short")?;
    let mut seconds = 0;
    for part in clock.split(':') {
        seconds = seconds * 60 + part.parse::<u32>()?;
    }
    Ok(seconds)
}

/// Reads the invoices of a folder with one file a day.
pub fn baskets(folder: &Path) -> Result<Baskets, Box<dyn Error>> {
    let mut lines: HashMap<String, u32> = HashMap::new();
    let mut units = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "csv") {
            read_invoices(&path, &mut lines, &mut units)?;
        }
    }
    Ok(Baskets {
        lines: percentiles(lines.into_values().collect()),
        units: percentiles(units),
    })
}

fn read_invoices(
    path: &Path,
    lines: &mut HashMap<String, u32>,
    units: &mut Vec<u32>,
) -> Result<(), Box<dyn Error>> {
    for row in csv::Reader::from_path(path)?.records() {
        let row = row?;
        let (invoice, quantity, price) = (&row[0], row[3].parse::<i64>()?, row[5].parse::<f64>()?);
        if invoice.starts_with('C') || quantity <= 0 || price <= 0.0 {
            continue;
        }
        *lines.entry(invoice.to_owned()).or_default() += 1;
        units.push(u32::try_from(quantity)?);
    }
    Ok(())
}

fn percentiles(mut values: Vec<u32>) -> [u32; 101] {
    values.sort_unstable();
    std::array::from_fn(|percent| values[(values.len() - 1) * percent / 100])
}
