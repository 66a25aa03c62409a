//! What calls back: a payment provider that says in plain words what happened, and signs with a word.

use clerks::ports::{Callback, CallbackFault, CallbackReader};
use money::{Amount, Currency};
use vocabulary::Millis;

/// Reads `authorised <payment> <amount>` and `captured <payment> <amount>`, signed `signed`.
pub struct PlainCallbacks;

impl CallbackReader for PlainCallbacks {
    fn read(
        &self,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        _: Millis,
    ) -> Result<Callback, CallbackFault> {
        if header("signature").as_deref() != Some("signed") {
            return Err(CallbackFault::Unsigned("it is not signed"));
        }
        let text = String::from_utf8_lossy(body).into_owned();
        let unreadable = || CallbackFault::Unreadable(text.clone());
        let (kind, rest) = text.split_once(' ').ok_or_else(unreadable)?;
        let (payment, amount) = rest.split_once(' ').ok_or_else(unreadable)?;
        let payment = payment.parse().map_err(|_| unreadable())?;
        let amount = Amount(amount.parse().map_err(|_| unreadable())?);
        let currency = Currency::KRW;
        match kind {
            "authorised" => Ok(Callback::Authorised {
                payment,
                amount,
                currency,
            }),
            "captured" => Ok(Callback::Captured {
                payment,
                amount,
                currency,
            }),
            _ => Err(unreadable()),
        }
    }
}
