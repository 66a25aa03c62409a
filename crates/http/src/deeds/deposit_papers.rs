//! What a payment by deposit may need beside the money: where it would go back to, which no card can tell, and
//! for whom it is reported to the Korean tax office.

use crate::problem::Problem;
use crate::shop::Shop;
use records::{CashReceipt, ReceiptPurpose, RefundAccount};
use vocabulary::CheckoutId;

/// How many digits an account's number has.
const ACCOUNT_DIGITS: std::ops::RangeInclusive<usize> = 6..=20;
/// The longest name of a bank or a holder, in characters.
const NAME_CHARACTERS_MAX: usize = 60;

/// As it was typed; all of it may be left out.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct DepositPapers {
    /// What the bank is called.
    pub refund_bank: String,
    /// The number of the account.
    pub refund_number: String,
    /// In whose name it stands.
    pub refund_holder: String,
    /// `income` or `expense`; empty for no receipt.
    pub receipt: String,
    /// The number of a phone or of a business.
    pub receipt_number: String,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperFault {
    /// The others of its kind are filled in.
    Missing,
    /// It is no such number.
    Number,
    /// It is too long.
    Long,
}

impl DepositPapers {
    /// All that is wrong, field by field.
    pub fn faults(&self) -> Vec<(&'static str, PaperFault)> {
        let mut faults = Vec::new();
        let account = [
            ("refund_bank", self.refund_bank.trim()),
            ("refund_number", self.refund_number.trim()),
            ("refund_holder", self.refund_holder.trim()),
        ];
        let is_said = account.iter().any(|(_, text)| !text.is_empty());
        for (field, text) in account.into_iter().filter(|_| is_said) {
            let is_number = field == "refund_number";
            if text.is_empty() {
                faults.push((field, PaperFault::Missing));
            } else if is_number && !is_account(text) {
                faults.push((field, PaperFault::Number));
            } else if text.chars().count() > NAME_CHARACTERS_MAX {
                faults.push((field, PaperFault::Long));
            }
        }
        faults.extend(self.receipt_fault());
        faults
    }

    fn receipt_fault(&self) -> Option<(&'static str, PaperFault)> {
        let purpose = ReceiptPurpose::named(&self.receipt)?;
        let number = digits(&self.receipt_number);
        let fits = match purpose {
            ReceiptPurpose::Income => number.starts_with("01") && (10..=11).contains(&number.len()),
            ReceiptPurpose::Expense => is_business(&number),
        };
        match (number.is_empty(), fits) {
            (true, _) => Some(("receipt_number", PaperFault::Missing)),
            (false, false) => Some(("receipt_number", PaperFault::Number)),
            (false, true) => None,
        }
    }

    fn account(&self) -> Option<RefundAccount> {
        let number = self.refund_number.trim();
        (!number.is_empty()).then(|| RefundAccount {
            bank: self.refund_bank.trim().to_owned(),
            number: number.to_owned(),
            holder: self.refund_holder.trim().to_owned(),
        })
    }

    fn cash_receipt(&self) -> Option<CashReceipt> {
        ReceiptPurpose::named(&self.receipt).map(|purpose| CashReceipt {
            purpose,
            number: digits(&self.receipt_number),
        })
    }
}

/// Keeps what was typed, once nothing is wrong with it, for a checkout of the shopper's.
///
/// # Errors
/// Those of the records.
pub async fn keep_deposit_papers(
    shop: &Shop,
    checkout: CheckoutId,
    papers: &DepositPapers,
) -> Result<(), Problem> {
    if let Some(account) = papers.account() {
        let kept = shop
            .records
            .put_refund_account(checkout, &account, shop.now());
        kept.await?;
    }
    if let Some(receipt) = papers.cash_receipt() {
        let kept = shop
            .records
            .put_cash_receipt(checkout, &receipt, shop.now());
        kept.await?;
    }
    Ok(())
}

/// A number with all but its last four digits hidden.
pub fn masked(number: &str) -> String {
    let digits = digits(number);
    let tail = &digits[digits.len().saturating_sub(4)..];
    format!("••••{tail}")
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn is_account(text: &str) -> bool {
    let plain = text
        .chars()
        .all(|mark| mark.is_ascii_digit() || " -".contains(mark));
    plain && ACCOUNT_DIGITS.contains(&digits(text).len())
}

/// True for a Korean business's number: its tenth digit checks the others (National Tax Service).
fn is_business(digits: &str) -> bool {
    let digits: Vec<u32> = digits.bytes().map(|byte| u32::from(byte - b'0')).collect();
    let [first @ .., ninth, last] = digits.as_slice() else {
        return false;
    };
    if first.len() != 8 {
        return false;
    }
    let weights = [1, 3, 7, 1, 3, 7, 1, 3];
    let sum: u32 = first
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    (sum + ninth * 5 + ninth * 5 / 10 + last).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_whole_or_left_out_and_a_receipt_has_its_number() {
        assert_eq!(DepositPapers::default().faults(), []);
        let papers = DepositPapers {
            refund_bank: "신한은행".to_owned(),
            refund_number: "110-12".to_owned(),
            receipt: "income".to_owned(),
            ..DepositPapers::default()
        };
        let wrong = [
            ("refund_number", PaperFault::Number),
            ("refund_holder", PaperFault::Missing),
            ("receipt_number", PaperFault::Missing),
        ];
        assert_eq!(papers.faults(), wrong);
        let papers = DepositPapers {
            refund_number: "110-123-456789".to_owned(),
            refund_holder: "홍길동".to_owned(),
            receipt_number: "010-1234-5678".to_owned(),
            ..papers
        };
        assert_eq!(papers.faults(), []);
        assert_eq!(masked(&papers.refund_number), "••••6789");
    }

    #[test]
    fn a_business_number_carries_its_own_check() {
        let of = |number: &str| DepositPapers {
            receipt: "expense".to_owned(),
            receipt_number: number.to_owned(),
            ..DepositPapers::default()
        };
        // Samsung Electronics' and Kakao's, which are public.
        for good in ["124-81-00998", "120-81-47521"] {
            assert_eq!(of(good).faults(), [], "{good}");
        }
        for bad in ["124-81-00999", "124-81-0099", "010-1234-5678"] {
            let wrong = [("receipt_number", PaperFault::Number)];
            assert_eq!(of(bad).faults(), wrong, "{bad}");
        }
    }
}
