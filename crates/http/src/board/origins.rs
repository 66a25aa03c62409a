//! Where paid orders come from and on what they were placed, added up as the order tables grow: what was settled before
//! is kept, the last millisecond that the tables show is asked for again, since more of it may follow.

use crate::problem::Problem;
use money::Currency;
use records::{PaidFrom, Records};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use views::Tally;
use vocabulary::Millis;

/// How long somebody who asks waits for what is new; the adding up goes on without them.
const PATIENCE: Duration = Duration::from_millis(300);
const UNPOISONED: &str = "nobody panics while adding up";

/// Paid orders by origin.
#[derive(Default)]
pub(crate) struct Origins {
    sums: Mutex<Sums>,
    adding: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Sums {
    /// Everything that was paid before this is in `settled`.
    until: Millis,
    settled: HashMap<Origin, Tally>,
    /// What was paid from then on.
    fresh: HashMap<Origin, Tally>,
}

/// Country, province, device and currency; a text is empty where it is not known.
pub(super) type Origin = (String, String, String, Currency);

impl Origins {
    /// Adds up what is new, or leaves it to who is adding already, and tells all that is known then.
    pub(super) async fn known(
        self: &Arc<Self>,
        records: &Records,
        now: Millis,
    ) -> Vec<(Origin, Tally)> {
        let (origins, records) = (Arc::clone(self), records.clone());
        let adding = tokio::spawn(async move { origins.add(&records, now).await });
        if let Ok(Ok(Err(problem))) = tokio::time::timeout(PATIENCE, adding).await {
            tracing::warn!(?problem, "origins could not be added up");
        }
        self.told()
    }

    /// Nothing counts that is paid after `now`: a replay shows what was known then.
    async fn add(&self, records: &Records, now: Millis) -> Result<(), Problem> {
        let Ok(_adding) = self.adding.try_lock() else {
            return Ok(());
        };
        let until = self.begin_at(now);
        let Some(last) = records.last_paid_at(now).await? else {
            return Ok(());
        };
        let settled = records.paid_from(until, last).await?;
        let fresh = records.paid_from(last, last.plus(1)).await?;
        let mut sums = self.sums.lock().expect(UNPOISONED);
        add_all(&mut sums.settled, settled);
        sums.fresh.clear();
        add_all(&mut sums.fresh, fresh);
        sums.until = last;
        Ok(())
    }

    /// From when on is added; from the beginning where the clock was turned back.
    fn begin_at(&self, now: Millis) -> Millis {
        let mut sums = self.sums.lock().expect(UNPOISONED);
        if now < sums.until {
            *sums = Sums::default();
        }
        sums.until
    }

    fn told(&self) -> Vec<(Origin, Tally)> {
        let sums = self.sums.lock().expect(UNPOISONED);
        let mut all = sums.settled.clone();
        for (origin, tally) in &sums.fresh {
            add(all.entry(origin.clone()).or_default(), *tally);
        }
        all.into_iter().collect()
    }
}

fn add_all(sums: &mut HashMap<Origin, Tally>, paid: Vec<PaidFrom>) {
    for paid in paid {
        let origin = (paid.country, paid.province, paid.device, paid.currency);
        let tally = Tally {
            count: paid.count,
            amount: paid.amount,
        };
        add(sums.entry(origin).or_default(), tally);
    }
}

fn add(sum: &mut Tally, more: Tally) {
    sum.count += more.count;
    sum.amount += more.amount;
}
