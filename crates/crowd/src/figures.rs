//! How real shoppers behave, in aggregates alone. Written by `cargo run -p crowd --example derive`; a test derives them again
//! where the data are. What no data tell (rushes, second windows, double clicks) stands in `mix`.
//!
//! Sources: sessions from REES46, "eCommerce behavior data from multi category store", the first three hours
//! of October 2019; baskets from the UCI Machine Learning Repository, "Online Retail" (CC BY 4.0), every invoice
//! of December 2010 and January 2011 without cancellations, gifts and corrections. It is a wholesaler's: see `plan` for
//! where a basket is cut.

/// Pages of products that a session looks at. Percentiles 0 to 100.
#[rustfmt::skip]
pub const VIEWS: [u32; 101] = [
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4,
    5, 5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 9, 9, 10, 11, 12, 13, 16, 21,
    51,
];

/// Seconds between one deed of a session and the next. Percentiles 0 to 100.
#[rustfmt::skip]
pub const GAP_SECONDS: [u32; 101] = [
    0, 3, 5, 6, 7, 7, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15,
    15, 16, 16, 16, 17, 18, 18, 18, 19, 20, 20, 21, 21, 22, 22, 23, 24, 24, 25, 25,
    26, 26, 27, 28, 28, 29, 30, 30, 31, 32, 33, 33, 34, 35, 36, 37, 37, 39, 39, 40,
    41, 43, 44, 45, 46, 47, 48, 49, 50, 52, 53, 55, 56, 58, 60, 62, 64, 66, 68, 70,
    73, 75, 78, 82, 85, 88, 92, 97, 102, 108, 115, 123, 133, 143, 154, 170, 195, 227, 277, 377,
    3596,
];

/// Sessions in 10,000 that put something into the cart, or buy at once.
pub const HOLDING_IN_10_000: u32 = 499;

/// Of those, sessions in 10,000 that buy.
pub const BUYING_IN_10_000: u32 = 7905;

/// Events in 1,000 seconds of the settled half hour.
pub const EVENTS_IN_1_000_S: u32 = 8701;

/// The variance of events a second, in hundredths of their mean; independent arrivals have 100.
pub const VARIANCE_IN_100_MEANS: u32 = 126;

/// Lines of a basket. Percentiles 0 to 100.
#[rustfmt::skip]
pub const LINES: [u32; 101] = [
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4,
    4, 5, 5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10,
    11, 11, 11, 12, 12, 12, 13, 13, 14, 14, 15, 15, 15, 16, 16, 16, 17, 17, 17, 18,
    18, 19, 19, 20, 20, 21, 21, 22, 23, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
    34, 36, 37, 38, 40, 41, 43, 46, 48, 50, 52, 54, 58, 64, 69, 77, 91, 117, 175, 406,
    675,
];

/// Units of a line. Percentiles 0 to 100.
#[rustfmt::skip]
pub const UNITS: [u32; 101] = [
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4,
    4, 4, 4, 4, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 8, 9, 10, 10, 10,
    12, 12, 12, 12, 12, 12, 12, 12, 12, 15, 18, 24, 24, 24, 24, 25, 32, 48, 50, 96,
    74215,
];
