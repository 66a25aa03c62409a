//! What listeners are told: the whole once a second, the figures in between whenever they move. A piece is written once for
//! all who listen, and nothing is queued for anybody: who is slow hears less often, and never of less.

use super::Standings;
use super::figures::Figures;
use crate::api::board::whole;
use crate::api::stream::event;
use crate::problem::Problem;
use crate::shop::Shop;
use axum::body::Bytes;
use std::sync::{Arc, Mutex, Weak};

const UNPOISONED: &str = "nobody panics while holding what is told";

/// What was written last, and of what.
#[derive(Default)]
pub(crate) struct Telling {
    figures: Mutex<(Weak<Figures>, Bytes)>,
    whole: Mutex<(Weak<Figures>, Weak<Standings>, Bytes)>,
}

/// What one listener heard last.
#[derive(Default)]
pub(crate) struct HeardLast {
    figures: String,
    standings: Weak<Standings>,
}

impl Telling {
    /// What is new to who heard `last`; nothing where nothing moved.
    ///
    /// # Errors
    /// Those of the records.
    pub(crate) async fn news(
        &self,
        shop: &Shop,
        last: &HeardLast,
    ) -> Result<Option<(Bytes, HeardLast)>, Problem> {
        let figures = shop.board.figures(shop);
        let standings = shop.board.standings(shop).await?;
        let heard = HeardLast {
            figures: figures.key(),
            standings: Arc::downgrade(&standings),
        };
        if !Weak::ptr_eq(&heard.standings, &last.standings) {
            return Ok(Some((self.whole(&figures, &standings), heard)));
        }
        Ok((heard.figures != last.figures).then(|| (self.moved(&figures), heard)))
    }

    fn whole(&self, figures: &Arc<Figures>, standings: &Arc<Standings>) -> Bytes {
        let mut kept = self.whole.lock().expect(UNPOISONED);
        let (of, among) = (Arc::downgrade(figures), Arc::downgrade(standings));
        if !Weak::ptr_eq(&kept.0, &of) || !Weak::ptr_eq(&kept.1, &among) {
            *kept = (of, among, Bytes::from(whole(figures, standings)));
        }
        kept.2.clone()
    }

    fn moved(&self, figures: &Arc<Figures>) -> Bytes {
        let mut kept = self.figures.lock().expect(UNPOISONED);
        let of = Arc::downgrade(figures);
        if !Weak::ptr_eq(&kept.0, &of) {
            *kept = (of, Bytes::from(event("figures", &**figures)));
        }
        kept.1.clone()
    }
}
