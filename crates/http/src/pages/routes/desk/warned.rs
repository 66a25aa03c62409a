//! What is foreseen of a deal, in words.

use crate::deeds::staff::Warning;
use crate::pages::frame::Frame;
use money::Currency;

/// Each warning as a sentence.
pub fn warned(frame: &Frame, currency: Currency, warnings: &[Warning]) -> Vec<String> {
    let mut said: Vec<String> = warnings
        .iter()
        .map(|warning| sentence(frame, currency, warning))
        .collect();
    said.dedup();
    said
}

fn sentence(frame: &Frame, currency: Currency, warning: &Warning) -> String {
    let w = &frame.words;
    match warning {
        Warning::OpensAtOnce => w.say("warn-opens-at-once"),
        Warning::Overlaps { sku, deal } => w.say_with(
            "warn-overlaps",
            [("sku", sku.as_str().into()), ("deal", deal.as_str().into())],
        ),
        Warning::NoCheaper { sku, otherwise } => w.say_with(
            "warn-no-cheaper",
            [
                ("sku", sku.as_str().into()),
                ("amount", w.amount(*otherwise, currency).into()),
            ],
        ),
        Warning::OtherCurrency { sku, product } => w.say_with(
            "warn-other-currency",
            [
                ("sku", sku.as_str().into()),
                ("deal", currency.code().into()),
                ("product", product.code().into()),
            ],
        ),
    }
}
