//! What the board shows, made once for all who look, for the page and the API alike: figures that move with every
//! order, and standings that are joined with the catalogue and the records once a second.
//!
//! How it looks is decided in `pages::board`.

mod curve;
mod dial;
mod earlier;
mod figures;
mod origins;
mod outlines;
mod standings;
mod telling;

pub(crate) use curve::{BoardCurve, EarlierLine, Line, curve};
pub use dial::{Dial, SPEED_MAX, Turn};
pub use earlier::{EarlierFault, EarlierFestival};
pub(crate) use figures::{Balance, Figures, Speed, Totals, figures};
pub(crate) use origins::Origins;
pub(crate) use outlines::{KOREA, Outline, Outlines, WORLD};
use standings::standings;
pub(crate) use standings::{PlaceSum, Ranked, Standings, What};
pub(crate) use telling::{HeardLast, Telling};

use crate::problem::Problem;
use crate::shop::Shop;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// How old figures may be that somebody is told: more often no eye follows, and every board draws what it is told.
pub(crate) const FIGURES_FRESH: Duration = Duration::from_millis(60);
/// How old standings may be.
const STANDINGS_FRESH: Duration = Duration::from_secs(1);

/// What was made last, for all who ask.
#[derive(Default)]
pub struct Board {
    figures: Kept<Figures>,
    standings: Kept<Standings>,
    origins: Arc<Origins>,
    shelves: standings::Shelves,
    telling: Telling,
}

impl std::fmt::Debug for Board {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Board(..)")
    }
}

impl Board {
    /// The figures, made anew when they are no longer fresh.
    pub(crate) fn figures(&self, shop: &Shop) -> Arc<Figures> {
        let kept = self.figures.fresh(FIGURES_FRESH);
        kept.unwrap_or_else(|| self.figures.put(figures(shop)))
    }

    /// The figures as they are now, for who waited for a write.
    pub(crate) fn figures_now(&self, shop: &Shop) -> Arc<Figures> {
        self.figures.put(figures(shop))
    }

    /// The standings, made anew when they are no longer fresh.
    ///
    /// # Errors
    /// Those of the records.
    pub(crate) async fn standings(&self, shop: &Shop) -> Result<Arc<Standings>, Problem> {
        match self.standings.fresh(STANDINGS_FRESH) {
            Some(kept) => Ok(kept),
            None => self.standings_now(shop).await,
        }
    }

    /// The standings as they are now.
    ///
    /// # Errors
    /// Those of the records.
    pub(crate) async fn standings_now(&self, shop: &Shop) -> Result<Arc<Standings>, Problem> {
        let made = standings(shop, self).await?;
        // Where nothing moved, nobody is told anew.
        match self.standings.last().filter(|last| **last == made) {
            Some(last) => Ok(self.standings.keep(last)),
            None => Ok(self.standings.put(made)),
        }
    }

    /// What is told to listeners.
    pub(crate) fn telling(&self) -> &Telling {
        &self.telling
    }
}

/// Something with the moment at which it was made.
struct Kept<T>(Mutex<Option<(Instant, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(Mutex::default())
    }
}

const UNPOISONED: &str = "nobody panics while holding what is kept";

impl<T> Kept<T> {
    fn fresh(&self, fresh: Duration) -> Option<Arc<T>> {
        let kept = self.0.lock().expect(UNPOISONED);
        let (made_at, thing) = kept.as_ref()?;
        (made_at.elapsed() < fresh).then(|| Arc::clone(thing))
    }

    fn last(&self) -> Option<Arc<T>> {
        let kept = self.0.lock().expect(UNPOISONED);
        kept.as_ref().map(|(_, thing)| Arc::clone(thing))
    }

    fn put(&self, thing: T) -> Arc<T> {
        self.keep(Arc::new(thing))
    }

    fn keep(&self, thing: Arc<T>) -> Arc<T> {
        *self.0.lock().expect(UNPOISONED) = Some((Instant::now(), Arc::clone(&thing)));
        thing
    }
}
