//! What kind of crowd it is: who comes, and what the data do not tell. Shares in 10,000.

use crate::figures;

/// Hunters that come a second time with the same account.
pub(crate) const RETURNING: u32 = 300;
/// Visits in two windows at once.
pub(crate) const TWO_WINDOWS: u32 = 300;
/// Shoppers who click twice on what matters.
pub(crate) const DOUBLE_CLICKS: u32 = 300;
/// Shoppers whose first card is declined.
pub(crate) const DECLINED_FIRST: u32 = 400;
/// Shoppers whose card takes its time.
pub(crate) const SLOW_CARD: u32 = 50;
/// Shoppers who pay in an app.
pub(crate) const WALLET: u32 = 1_000;
/// Shoppers who look at a deal that is not open yet and want to be told.
pub(crate) const WATCHING: u32 = 3_000;
/// Shoppers who wait where nothing is left.
pub(crate) const WAITING: u32 = 5_000;
/// Of those who do not buy: they give back what they hold; the others let it lapse.
pub(crate) const RELEASING: u32 = 4_000;
/// Of those who order: they go away and never pay.
pub(crate) const LEAVING_UNPAID: u32 = 150;
/// Of those who order: they cancel before paying.
pub(crate) const CANCELLING: u32 = 150;

/// The kind of crowd.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mix {
    /// Visits in 10,000 that stroll as the data's sessions do; the others come for a deal.
    pub strolling: u32,
    /// Whether members can be handed over; without it all are guests.
    pub members: bool,
    /// By what the data's pauses are divided.
    pub haste: f64,
}

impl Mix {
    /// Visits a second that make so many checkouts a second, as long as there is stock. A checkout has an order for each
    /// seller in the basket.
    pub fn visits_for(&self, checkouts: f64) -> f64 {
        let buying = f64::from(figures::BUYING_IN_10_000) / 10_000.0;
        let strollers = f64::from(self.strolling) / 10_000.0;
        let holding = f64::from(figures::HOLDING_IN_10_000) / 10_000.0;
        checkouts / (buying * (1.0 - strollers + strollers * holding))
    }

    /// How long a visit lasts at the data's own pace, in seconds, by its mean.
    fn visit_seconds(&self) -> f64 {
        let strollers = f64::from(self.strolling) / 10_000.0;
        // A hunter looks at each line and holds it, decides, pays and fills in.
        let hunting = 2.0 * crate::plan::lines_mean() + 3.0;
        let pauses = hunting * (1.0 - strollers) + mean(&figures::VIEWS) * strollers;
        pauses * mean(&figures::GAP_SECONDS)
    }

    /// The haste with which `shoppers` at once suffice for `visits` a second (Little's law), with a fifth of
    /// them to spare; never slower than the data.
    pub fn haste_for(&self, visits: f64, shoppers: usize) -> f64 {
        let at_once = visits * self.visit_seconds();
        (at_once / (shoppers as f64 * 0.8)).max(1.0)
    }
}

/// The mean of a distribution that is told by its percentiles.
pub(crate) fn mean(percentiles: &[u32; 101]) -> f64 {
    let steps = percentiles.windows(2);
    steps
        .map(|step| f64::from(step[0] + step[1]) / 2.0)
        .sum::<f64>()
        / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rush_needs_more_visits_than_orders_and_more_haste_than_a_stroll() {
        let mix = Mix {
            strolling: 2_000,
            members: true,
            haste: 1.0,
        };
        let visits = mix.visits_for(1_000.0);
        assert!((1_200.0..2_500.0).contains(&visits), "{visits}");
        assert!(mix.haste_for(visits, 2_000) > 20.0);
        assert!((mix.haste_for(0.1, 2_000) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn who_strolls_seldom_buys() {
        let mix = |strolling| Mix {
            strolling,
            members: true,
            haste: 1.0,
        };
        assert!(mix(9_000).visits_for(10.0) > mix(1_000).visits_for(10.0) * 4.0);
    }
}
