//! The first minutes as a curve, and those of an earlier festival over the same time.

use super::EarlierFestival;
use crate::moment::Moment;
use crate::shop::Shop;
use money::Currency;
use serde::Serialize;
use utoipa::ToSchema;
use views::{BoardView, Curve};

/// Points of a curve.
const POINTS_MAX: usize = 300;
/// How long a curve may be, in seconds: the shortest that holds all that was is taken.
const HORIZONS: [u32; 13] = [
    60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800, 259_200,
];

/// What was paid since the first bell.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BoardCurve {
    /// Three letters (ISO 4217).
    pub currency: &'static str,
    /// The first bell of the present festival, or of the last one while there is none; none before there was any.
    pub bell: Option<Moment>,
    /// How long both curves may become, in seconds.
    pub horizon: u32,
    /// This festival's.
    #[serde(flatten)]
    pub line: Line,
    /// An earlier festival's: the one that `board.compare` names, else the one before this one.
    pub earlier: Option<EarlierLine>,
}

/// A curve.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CurveLine)]
pub(crate) struct Line {
    /// Seconds after the bell.
    pub seconds: Vec<u32>,
    /// What had been paid by then, in minor units.
    #[schema(value_type = Vec<i64>)]
    pub amounts: Vec<i128>,
}

/// An earlier festival's curve.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EarlierLine {
    /// What it was called; empty where it was one of this shop's own, which its bell tells apart.
    pub festival: String,
    /// Its first bell.
    pub bell: Moment,
    /// Its curve, over the whole horizon.
    #[serde(flatten)]
    pub line: Line,
}

/// The curve at this moment, in the festival's own currency.
pub(crate) fn curve(shop: &Shop) -> BoardCurve {
    let (own, now) = (shop.settings.currency, shop.now());
    let named = shop.settings.earlier.as_ref();
    let named = named.filter(|it| it.currency == own);
    let views = shop.views();
    let board = &views.board;
    let bell = board.bell();
    let since_ms = bell.map_or(0, |bell| now.since(bell));
    let horizon = horizon(since_ms / 1_000);
    let line = board.curve(own).map(|curve| Line::up_to(since_ms, curve));
    let earlier = match named {
        Some(named) => Some(named.over(horizon)),
        None => before(board, own, horizon),
    };
    BoardCurve {
        currency: own.code(),
        bell: bell.map(Moment::from),
        horizon,
        line: line.unwrap_or_default(),
        earlier,
    }
}

/// The festival before this one, which has no name.
fn before(board: &BoardView, own: Currency, horizon: u32) -> Option<EarlierLine> {
    let (bell, curve) = board.earlier(own)?;
    Some(EarlierLine {
        festival: String::new(),
        bell: bell.into(),
        line: Line::up_to(u64::from(horizon - 1) * 1_000, curve),
    })
}

impl EarlierFestival {
    fn over(&self, horizon: u32) -> EarlierLine {
        let (seconds, amounts) = steps(horizon).map(|it| (it, self.by(it))).unzip();
        EarlierLine {
            festival: self.festival.clone(),
            bell: self.bell,
            line: Line { seconds, amounts },
        }
    }
}

impl Line {
    fn up_to(since_ms: u64, curve: &Curve) -> Line {
        let points = curve.points(since_ms, POINTS_MAX).into_iter();
        let (seconds, amounts) = points.map(|it| (it.second, it.amount)).unzip();
        Line { seconds, amounts }
    }
}

fn steps(horizon: u32) -> impl Iterator<Item = u32> {
    let step = horizon.div_ceil(POINTS_MAX as u32).max(1);
    (0..=horizon).step_by(step as usize)
}

fn horizon(seconds: u64) -> u32 {
    let longest = HORIZONS[HORIZONS.len() - 1];
    let fitting = HORIZONS
        .into_iter()
        .find(|horizon| seconds < u64::from(*horizon));
    fitting.unwrap_or(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_horizon_holds_all_that_was_and_has_few_points() {
        assert_eq!(
            [0, 59, 60, 3_601, u64::MAX].map(horizon),
            [60, 60, 120, 7_200, 259_200]
        );
        for horizon in HORIZONS {
            let steps: Vec<u32> = steps(horizon).collect();
            assert!(steps.len() <= POINTS_MAX + 1, "{horizon}");
            assert_eq!(steps.last(), Some(&horizon));
        }
    }
}
