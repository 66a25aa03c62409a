//! The virtual account of a deposit. It looks like one and is none; it follows from the payment's
//! reference alone, so that it need not be written down.

use super::dice::Dice;
use super::words::Account;

const BANK: &str = "샌드박스은행 (Sandbox Bank)";
const HOLDER: &str = "샌드박스 결제 (Sandbox Pay)";

/// The account of the payment that is called `reference`.
pub(super) fn account(reference: &str) -> Account {
    let digits = Dice::of(0, reference).between(0, 99_999_999_999);
    let digits = format!("{digits:011}");
    Account {
        bank: BANK,
        number: format!("990-{}-{}-{}", &digits[..6], &digits[6..8], &digits[8..]),
        holder: HOLDER,
    }
}
