//! What is wrong at the moment, as far as the house knows: what Today at the desk asks somebody to look
//! at. Nothing is stored: it is seen anew each time, and gone when it is mended.

use crate::operations::{Disk, Vitals};
use crate::problem::Problem;
use crate::shop::Shop;
use records::{Endpoint, FailedRefund, PaymentShares};
use views::DealCard;
use vocabulary::{DealId, Millis};

const MINUTE_MS: u64 = 60_000;
/// Over how long the provider's answers are judged, and how many there must be.
const JUDGED_MS: u64 = 15 * MINUTE_MS;
const JUDGED_MIN: u64 = 10;
/// From which share on, in percent, it is wrong that payments fail, and that they are declined.
const FAILED_PERCENT: u64 = 10;
const DECLINED_PERCENT: u64 = 40;
/// How far what is shown may lie behind what is true, in commands.
const BEHIND_MAX: u64 = 5_000;
/// Below which share of the disk, in percent, somebody should make room.
const FREE_PERCENT: u64 = 10;
/// How many refunds that failed are named.
const REFUNDS_NAMED: u32 = 5;
/// How many deals of a kind are named.
const DEALS_NAMED: usize = 3;
/// How long a deal is open before its pace says anything, and how much of its window must be left for
/// it to matter.
const PACE_AFTER_MS: u64 = 5 * MINUTE_MS;
const PACE_LEFT_MS: u64 = 30 * MINUTE_MS;
/// From which share on, in percent, what is claimed says how fast it goes.
const PACE_PERCENT: u8 = 10;
/// How long a deal may be open with nothing claimed.
const UNTOUCHED_MS: u64 = 30 * MINUTE_MS;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concern {
    /// Payments, refunds and the like fail again and again; the clerk tries on.
    ClerkStuck {
        /// How many.
        stuck: u64,
        /// Of how many that are to be done.
        outstanding: u64,
        /// Since when.
        since: Option<Millis>,
    },
    /// What is shown lies behind what is true.
    ViewsBehind {
        /// By so many commands.
        commands: u64,
    },
    /// The provider does not answer, or fails.
    ProviderFailing {
        /// In percent of the tries.
        percent: u64,
        /// How many tries there were.
        tried: u64,
    },
    /// Very many payments are declined.
    ManyDeclined {
        /// In percent of the tries.
        percent: u64,
        /// How many tries there were.
        tried: u64,
    },
    /// An endpoint of the shop's own systems does not take messages.
    WebhookFailing(Endpoint),
    /// An endpoint that the clerk gave up on, with why.
    WebhookPaused(Endpoint),
    /// Refunds did not reach the shopper.
    RefundsFailed {
        /// How many.
        count: u64,
        /// The last of them.
        last: Vec<FailedRefund>,
    },
    /// A deal will have sold out long before its end, or has and people wait.
    SellingOut {
        /// Which.
        deal: DealId,
        /// In so many milliseconds; none where it has.
        within_ms: Option<u64>,
        /// How many wait.
        waiting: u64,
        /// How long it would still be open.
        left_ms: u64,
    },
    /// A deal has been open for a while and nobody wants it.
    Untouched {
        /// Which.
        deal: DealId,
        /// For how long.
        for_ms: u64,
    },
    /// The disk is nearly full.
    DiskLow(Disk),
}

impl Concern {
    /// It keeps people from buying or their money from them; the others only cost sales.
    pub fn is_grave(&self) -> bool {
        !matches!(
            self,
            Concern::SellingOut { .. } | Concern::Untouched { .. } | Concern::ManyDeclined { .. }
        )
    }
}

/// Everything that is wrong, the grave first.
///
/// # Errors
/// Those of the records.
pub async fn concerns(shop: &Shop) -> Result<Vec<Concern>, Problem> {
    let now = shop.now();
    let vitals = shop.metrics.as_ref().map(|meters| (meters.vitals)());
    let mut found = of_vitals(shop, &vitals.unwrap_or_default());
    let since = Millis(now.0.saturating_sub(JUDGED_MS));
    found.extend(of_payments(shop.records.payment_shares(since).await?));
    found.extend(of_webhooks(shop).await?);
    let (count, last) = shop.records.failed_refunds(REFUNDS_NAMED).await?;
    if count > 0 {
        found.push(Concern::RefundsFailed { count, last });
    }
    found.extend(of_deals(shop, now));
    found.sort_by_key(|concern| !concern.is_grave());
    Ok(found)
}

fn of_vitals(shop: &Shop, vitals: &Vitals) -> Vec<Concern> {
    let mut found = Vec::new();
    if vitals.payment_work_stuck > 0 {
        found.push(Concern::ClerkStuck {
            stuck: vitals.payment_work_stuck,
            outstanding: vitals.payment_work,
            since: vitals.stuck_since,
        });
    }
    let shown = shop.reached.borrow().0.min(shop.orders_reached.borrow().0);
    let commands = vitals.journal_seq.saturating_sub(shown);
    if commands > BEHIND_MAX {
        found.push(Concern::ViewsBehind { commands });
    }
    let low = |disk: &Disk| disk.free / 100 < disk.whole / 100 * FREE_PERCENT / 100;
    found.extend(vitals.disk.filter(low).map(Concern::DiskLow));
    found
}

fn of_payments(shares: PaymentShares) -> Option<Concern> {
    let tried = shares.ended;
    if tried < JUDGED_MIN {
        return None;
    }
    let percent = |part: u64| part * 100 / tried;
    match (percent(shares.failed), percent(shares.declined)) {
        (percent, _) if percent >= FAILED_PERCENT => {
            Some(Concern::ProviderFailing { percent, tried })
        }
        (_, percent) if percent >= DECLINED_PERCENT => {
            Some(Concern::ManyDeclined { percent, tried })
        }
        _ => None,
    }
}

async fn of_webhooks(shop: &Shop) -> Result<Vec<Concern>, Problem> {
    let mut found = Vec::new();
    for endpoint in shop.records.endpoints().await? {
        if !endpoint.active {
            if endpoint.paused_reason.is_some() {
                found.push(Concern::WebhookPaused(endpoint));
            }
            continue;
        }
        let last = shop.records.deliveries(endpoint.id, 1).await?;
        let taken = |status: Option<u16>| status.is_some_and(|status| status / 100 == 2);
        if last.first().is_some_and(|last| !taken(last.status)) {
            found.push(Concern::WebhookFailing(endpoint));
        }
    }
    Ok(found)
}

fn of_deals(shop: &Shop, now: Millis) -> Vec<Concern> {
    let views = shop.views();
    let judged: Vec<Concern> = views
        .deals
        .open(now)
        .filter_map(|card| of_deal(card, now))
        .collect();
    let selling = |concern: &&Concern| matches!(concern, Concern::SellingOut { .. });
    let first = judged.iter().filter(selling).take(DEALS_NAMED);
    let then = judged.iter().filter(|concern| !selling(concern));
    first.chain(then.take(DEALS_NAMED)).cloned().collect()
}

fn of_deal(card: &DealCard, now: Millis) -> Option<Concern> {
    let (deal, claimed) = (card.deal, card.claimed_percent());
    let waiting = card.pools.iter().map(|pool| u64::from(pool.waiting)).sum();
    let (open_ms, left_ms) = (
        now.since(card.terms.starts_at),
        card.terms.ends_at.since(now),
    );
    match pace(claimed, open_ms, left_ms, waiting) {
        Pace::Fine => None,
        Pace::Untouched => Some(Concern::Untouched {
            deal,
            for_ms: open_ms,
        }),
        Pace::SellingOut(within_ms) => Some(Concern::SellingOut {
            deal,
            within_ms,
            waiting,
            left_ms,
        }),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    Fine,
    Untouched,
    SellingOut(Option<u64>),
}

/// How a deal goes of which so much is claimed after so long. It sells out too soon when, at this
/// pace, it is gone within a third of the time that it has left.
fn pace(claimed: u8, open_ms: u64, left_ms: u64, waiting: u64) -> Pace {
    if claimed == 0 && open_ms >= UNTOUCHED_MS {
        return Pace::Untouched;
    }
    if left_ms < PACE_LEFT_MS {
        return Pace::Fine;
    }
    if claimed >= 100 {
        return if waiting > 0 {
            Pace::SellingOut(None)
        } else {
            Pace::Fine
        };
    }
    if claimed < PACE_PERCENT || open_ms < PACE_AFTER_MS {
        return Pace::Fine;
    }
    let within_ms = open_ms * u64::from(100 - claimed) / u64::from(claimed);
    match within_ms.saturating_mul(3) < left_ms {
        true => Pace::SellingOut(Some(within_ms)),
        false => Pace::Fine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_sells_out_too_soon_or_not_at_all_or_as_it_should() {
        let pace = |claimed, open, left, waiting| {
            super::pace(claimed, open * MINUTE_MS, left * MINUTE_MS, waiting)
        };
        assert_eq!(pace(50, 10, 600, 0), Pace::SellingOut(Some(10 * MINUTE_MS)));
        assert_eq!(pace(50, 10, 30, 0), Pace::Fine, "it lasts for a third");
        assert_eq!(pace(50, 4, 600, 0), Pace::Fine, "it has only begun");
        assert_eq!(pace(9, 10, 6_000, 0), Pace::Fine, "that may be chance");
        assert_eq!(pace(99, 60, 29, 9), Pace::Fine, "it is nearly over");
        assert_eq!(pace(100, 10, 600, 3), Pace::SellingOut(None));
        assert_eq!(pace(100, 10, 600, 0), Pace::Fine, "nobody waits for more");
        assert_eq!(pace(0, 29, 600, 0), Pace::Fine);
        assert_eq!(pace(0, 30, 600, 0), Pace::Untouched);
    }

    #[test]
    fn a_provider_is_judged_by_enough_tries() {
        let shares = |ended, declined, failed| PaymentShares {
            ended,
            declined,
            failed,
        };
        assert_eq!(of_payments(shares(9, 0, 9)), None);
        assert_eq!(of_payments(shares(100, 39, 9)), None);
        let failing = Concern::ProviderFailing {
            percent: 10,
            tried: 100,
        };
        assert_eq!(of_payments(shares(100, 90, 10)), Some(failing));
        let declined = Concern::ManyDeclined {
            percent: 40,
            tried: 100,
        };
        assert_eq!(of_payments(shares(100, 40, 9)), Some(declined));
    }
}
