//! Splitting an amount by weights so that the parts add up to the unit.

use crate::Amount;

/// Splits `total` over `weights` in proportion, in whole units that add up to `total` exactly.
///
/// Each part is the difference of two cumulative shares rounded down, so a prefix of the parts is
/// never more than one unit from its exact share and the order of the weights alone decides who
/// gets the odd unit. All weights zero: the first part takes everything. No weights: no parts.
///
/// # Panics
/// When a weight is negative: a bug of the caller.
pub fn split(total: Amount, weights: &[i64]) -> Vec<Amount> {
    assert!(
        weights.iter().all(|weight| *weight >= 0),
        "weights are not negative"
    );
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        let first = weights.first().map(|_| total);
        return first
            .into_iter()
            .chain(weights.iter().skip(1).map(|_| Amount::ZERO))
            .collect();
    }
    let mut before = 0i128;
    let mut given = 0i128;
    weights
        .iter()
        .map(|weight| {
            before += i128::from(*weight);
            let until_here = (i128::from(total.0) * before).div_euclid(sum);
            let part = until_here - given;
            given = until_here;
            Amount(i64::try_from(part).expect("a part of an amount fits where the amount fits"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_equal_weights_share_a_hundred() {
        assert_eq!(
            split(Amount(100), &[1, 1, 1]),
            [Amount(33), Amount(33), Amount(34)]
        );
        assert_eq!(split(Amount(100), &[0, 0]), [Amount(100), Amount(0)]);
        assert_eq!(split(Amount(100), &[]), []);
    }

    proptest! {
        #[test]
        fn no_unit_is_lost_and_none_is_made(
            total in -1_000_000_000i64..1_000_000_000,
            weights in proptest::collection::vec(0i64..1_000_000, 1..20),
        ) {
            let parts = split(Amount(total), &weights);
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(parts.iter().map(|part| part.0).sum::<i64>(), total);
        }
    }
}
