//! An earlier festival's curve: the one before this one as the view keeps it, or as a file holds it that `doorbuster curve`
//! wrote from any journal.

use crate::moment::Moment;
use money::Currency;
use serde::{Deserialize, Serialize};
use std::path::Path;
use views::BoardView;

/// What came in since the first bell of a festival that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierFestival {
    /// What it was called.
    pub festival: String,
    /// Of the sums.
    pub currency: Currency,
    /// Its first bell.
    pub bell: Moment,
    /// What had come in by the end of each second, in minor units.
    pub seconds: Vec<i128>,
    /// By the end of each minute.
    pub minutes: Vec<i128>,
}

/// An earlier festival's file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum EarlierFault {
    /// It cannot be read.
    #[error("{0}: {1}")]
    Unreadable(String, std::io::Error),
    /// It is none of ours.
    #[error("{0} is no curve as `doorbuster curve` writes it: {1}")]
    Malformed(String, serde_json::Error),
}

impl EarlierFestival {
    /// The last festival of a board in which anything was paid in this currency; none where nothing ever was.
    pub fn of(festival: &str, board: &BoardView, currency: Currency) -> Option<EarlierFestival> {
        let present = board.bell().zip(board.curve(currency));
        let present = present.filter(|(_, curve)| !curve.is_empty());
        let (bell, curve) = present.or_else(|| board.earlier(currency))?;
        Some(EarlierFestival {
            festival: festival.to_owned(),
            currency,
            bell: bell.into(),
            seconds: curve.by_second().collect(),
            minutes: curve.by_minute().collect(),
        })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or is none of ours.
    pub fn read(path: &Path) -> Result<EarlierFestival, EarlierFault> {
        let name = path.display().to_string();
        let text = std::fs::read(path);
        let text = text.map_err(|fault| EarlierFault::Unreadable(name.clone(), fault))?;
        serde_json::from_slice(&text).map_err(|fault| EarlierFault::Malformed(name, fault))
    }

    /// What had come in by the end of this second.
    pub(crate) fn by(&self, second: u32) -> i128 {
        let last = |steps: &[i128], place: usize| {
            let place = place.min(steps.len()).checked_sub(1);
            place.map_or(0, |place| steps[place])
        };
        match second as usize {
            second if second <= self.seconds.len() => last(&self.seconds, second),
            second => last(&self.minutes, second.div_ceil(60)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::Millis;

    #[test]
    fn an_earlier_festival_is_read_back_and_goes_on_by_the_minute() {
        let earlier = EarlierFestival {
            festival: "11.11".to_owned(),
            currency: Currency::KRW,
            bell: Millis(5).into(),
            seconds: vec![1, 2],
            minutes: vec![2, 7],
        };
        let by = [0, 1, 2, 30, 61, 9_000].map(|second| earlier.by(second));
        assert_eq!(by, [0, 1, 2, 2, 7, 7]);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("curve.json");
        std::fs::write(&path, serde_json::to_vec(&earlier).expect("JSON")).expect("a file");
        assert_eq!(EarlierFestival::read(&path).expect("a curve"), earlier);
        std::fs::write(&path, "{}").expect("a file");
        let fault = EarlierFestival::read(&path).expect_err("it is none");
        assert!(fault.to_string().contains("is no curve"), "{fault}");
    }
}
