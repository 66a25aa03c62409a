//! How the sandbox misbehaves: the knobs, and the seeded luck that they turn on.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};
use std::sync::Mutex;

/// The knobs. Rates count in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Knobs {
    /// Cards and wallets that would be approved and are declined.
    pub decline_rate: u16,
    /// Captures that the issuer refuses after all.
    pub capture_failure_rate: u16,
    /// Refunds that cannot be sent.
    pub refund_failure_rate: u16,
    /// Callbacks that are never sent.
    pub lose_rate: u16,
    /// Callbacks that are sent two or three times.
    pub repeat_rate: u16,
    /// Authorisations that are called back only after the capture is.
    pub reorder_rate: u16,
    /// How long such an authorisation is held back, in ms.
    pub reorder_ms: u64,
    /// The shortest wait before a callback, in ms.
    pub delay_ms_min: u64,
    /// The longest wait before a callback, in ms.
    pub delay_ms_max: u64,
    /// How long the slow card takes, in ms.
    pub slow_card_ms: u64,
    /// How long after the shopper sends it a deposit arrives, in seconds.
    pub deposit_late_s: u64,
}

impl Default for Knobs {
    fn default() -> Self {
        Knobs {
            decline_rate: 0,
            capture_failure_rate: 0,
            refund_failure_rate: 0,
            lose_rate: 0,
            repeat_rate: 0,
            reorder_rate: 0,
            reorder_ms: 5_000,
            delay_ms_min: 0,
            delay_ms_max: 0,
            slow_card_ms: 3_000,
            deposit_late_s: 0,
        }
    }
}

macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident: $type:ty),* $(,)?) => {
        /// Some knobs, to be turned while the sandbox runs; the others stay.
        #[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        #[allow(missing_docs)]
        pub struct KnobsChange { $(pub $name: Option<$type>,)* }

        impl Knobs {
            /// These knobs with some turned.
            #[must_use]
            pub fn turned(self, change: &KnobsChange) -> Knobs {
                Knobs { $($name: change.$name.unwrap_or(self.$name),)* }
            }
        }
    };
}

changes! {
    decline_rate: u16,
    capture_failure_rate: u16,
    refund_failure_rate: u16,
    lose_rate: u16,
    repeat_rate: u16,
    reorder_rate: u16,
    reorder_ms: u64,
    delay_ms_min: u64,
    delay_ms_max: u64,
    slow_card_ms: u64,
    deposit_late_s: u64,
}

impl Knobs {
    /// Rates up to 1,000, and a shortest wait that is not longer than the longest.
    pub fn hold_together(&self) -> bool {
        let rates = [
            self.decline_rate,
            self.capture_failure_rate,
            self.refund_failure_rate,
            self.lose_rate,
            self.repeat_rate,
            self.reorder_rate,
        ];
        rates.iter().all(|rate| *rate <= 1_000) && self.delay_ms_min <= self.delay_ms_max
    }
}

/// Seeded chance.
pub(super) struct Luck(Mutex<StdRng>);

impl Luck {
    pub(super) fn seeded(seed: u64) -> Self {
        Luck(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// True for `rate` of a thousand.
    pub(super) fn strikes(&self, rate: u16) -> bool {
        rate > 0 && self.between(0, 999) < u64::from(rate)
    }

    /// A number from `least` to `most`, both included.
    pub(super) fn between(&self, least: u64, most: u64) -> u64 {
        let mut random = self.0.lock().expect("no holder of the lock panics");
        random.random_range(least..=most.max(least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luck_follows_from_its_seed_and_keeps_its_rate() {
        let (one, same) = (Luck::seeded(7), Luck::seeded(7));
        let strikes: Vec<bool> = (0..10_000).map(|_| one.strikes(250)).collect();
        assert!(strikes.iter().all(|strike| *strike == same.strikes(250)));
        let hits = strikes.iter().filter(|strike| **strike).count();
        assert!((2_200..2_800).contains(&hits), "{hits}");
        assert!((0..100).all(|_| one.strikes(1_000) && !one.strikes(0)));
    }

    #[test]
    fn turning_one_knob_leaves_the_others() {
        let change = KnobsChange {
            lose_rate: Some(9),
            ..KnobsChange::default()
        };
        let turned = Knobs::default().turned(&change);
        assert_eq!(
            turned,
            Knobs {
                lose_rate: 9,
                ..Knobs::default()
            }
        );
        assert!(turned.hold_together());
        assert!(
            !Knobs {
                lose_rate: 1_001,
                ..turned
            }
            .hold_together()
        );
        assert!(
            !Knobs {
                delay_ms_min: 2,
                ..turned
            }
            .hold_together()
        );
    }
}
