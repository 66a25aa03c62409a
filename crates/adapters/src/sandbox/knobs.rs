//! Knobs: how badly the sandbox behaves. They hold until the sandbox stops; it starts with those of
//! its configuration.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How long a callback may be kept back, in ms.
const DELAY_MS_MAX: u64 = 10 * 60 * 1_000;
/// How late a deposit may come, in seconds.
const DEPOSIT_AFTER_S_MAX: u64 = 30 * 24 * 60 * 60;

/// How often what goes wrong. A rate lies between 0 (never) and 1 (always).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Knobs {
    /// Approvals by card and wallet that the bank declines.
    pub decline_rate: f64,
    /// How long a callback waits before it is sent: least and most, in ms.
    pub delay_ms: [u64; 2],
    /// Callbacks that are sent two or three times, though they were taken.
    pub repeat_rate: f64,
    /// Callbacks that are held back behind the next one of the same payment.
    pub reorder_rate: f64,
    /// Callbacks that are never sent.
    pub lose_rate: f64,
    /// Captures that fail: 422, and the payment is declined.
    pub capture_failure_rate: f64,
    /// Refunds that fail.
    pub refund_failure_rate: f64,
    /// How long a deposit takes from the bank to the virtual account, in seconds.
    pub deposit_after_s: u64,
}

/// A knob cannot be turned that way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KnobFault {
    /// No such knob, or a value of the wrong kind.
    #[error("{0}")]
    Unreadable(String),
    /// A rate outside 0 to 1.
    #[error("`{0}` must lie between 0 and 1")]
    NotARate(&'static str),
    /// A delay or wait out of bounds.
    #[error("`{0}` is out of bounds")]
    OutOfBounds(&'static str),
}

impl Knobs {
    /// These knobs with those of the JSON object `changes` turned.
    ///
    /// # Errors
    /// [`KnobFault`]; then nothing is turned.
    pub fn turned(&self, changes: &Value) -> Result<Knobs, KnobFault> {
        let unreadable = |why: String| KnobFault::Unreadable(why);
        let changes = changes
            .as_object()
            .ok_or_else(|| unreadable("a JSON object of knobs is wanted".into()))?;
        let mut all = serde_json::to_value(self).expect("knobs are JSON");
        for (name, value) in changes {
            all[name] = value.clone();
        }
        let knobs: Knobs = serde_json::from_value(all).map_err(|e| unreadable(e.to_string()))?;
        knobs.check()?;
        Ok(knobs)
    }

    /// Whether every knob is within its bounds.
    ///
    /// # Errors
    /// [`KnobFault`] for the first that is not.
    pub fn check(&self) -> Result<(), KnobFault> {
        let wrong = self
            .rates()
            .into_iter()
            .find(|(_, rate)| !(0.0..=1.0).contains(rate));
        if let Some((name, _)) = wrong {
            return Err(KnobFault::NotARate(name));
        }
        let [least, most] = self.delay_ms;
        if least > most || most > DELAY_MS_MAX {
            return Err(KnobFault::OutOfBounds("delay_ms"));
        }
        if self.deposit_after_s > DEPOSIT_AFTER_S_MAX {
            return Err(KnobFault::OutOfBounds("deposit_after_s"));
        }
        Ok(())
    }

    fn rates(&self) -> [(&'static str, f64); 6] {
        [
            ("decline_rate", self.decline_rate),
            ("repeat_rate", self.repeat_rate),
            ("reorder_rate", self.reorder_rate),
            ("lose_rate", self.lose_rate),
            ("capture_failure_rate", self.capture_failure_rate),
            ("refund_failure_rate", self.refund_failure_rate),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_turned_knob_leaves_the_others_alone() {
        let knobs = Knobs::default()
            .turned(&json!({"lose_rate": 0.25}))
            .unwrap();
        let knobs = knobs.turned(&json!({"delay_ms": [5, 9]})).unwrap();
        assert_eq!((knobs.lose_rate, knobs.delay_ms), (0.25, [5, 9]));
        assert_eq!(knobs.decline_rate, 0.0);
    }

    #[test]
    fn what_no_knob_can_be_is_refused() {
        for changes in [
            json!({"lose_rate": 1.01}),
            json!({"decline_rate": -0.1}),
            json!({"delay_ms": [9, 5]}),
            json!({"delay_ms": [0, 600_001]}),
            json!({"deposit_after_s": 2_592_001}),
            json!({"luck": 1}),
            json!({"lose_rate": "often"}),
            json!([]),
        ] {
            assert!(Knobs::default().turned(&changes).is_err(), "{changes}");
        }
    }
}
