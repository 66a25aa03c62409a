//! What calls back: a payment provider that says in plain words what happened, and signs with a word. And
//! who verifies persons: by the code `123456`, and nobody whose name is `nobody`. And the mailbox of everybody.

use clerks::ports::{
    AskCode, AskedCode, Callback, CallbackFault, CallbackReader, Letter, Notifier, PersonVerifier,
    SendFuture, Sent, VerifierFault, VerifierFuture,
};
use money::{Amount, Currency};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use vocabulary::Millis;

/// Reads `authorised <payment> <amount>` and `captured <payment> <amount>`, of which a list has one a
/// line, signed `signed`.
pub struct PlainCallbacks;

/// Verifies who knows the code; the person is called by their phone.
pub struct KnowingVerifier;

impl PersonVerifier for KnowingVerifier {
    fn request(&self, ask: AskCode) -> VerifierFuture<'_, AskedCode> {
        Box::pin(async move {
            match ask.name.as_str() {
                "nobody" => Err(VerifierFault::Refused(ask.name)),
                "later" => Err(VerifierFault::Unavailable("asleep".to_owned())),
                _ => Ok(AskedCode {
                    id: ask.phone,
                    page: Some("http://localhost:1112/verifications/1".to_owned()),
                }),
            }
        })
    }

    fn confirm<'a>(&'a self, id: &'a str, code: &'a str) -> VerifierFuture<'a, String> {
        Box::pin(async move {
            match code {
                "123456" => Ok(id.to_owned()),
                "old" => Err(VerifierFault::Over),
                _ => Err(VerifierFault::WrongCode),
            }
        })
    }
}

type Header<'a> = &'a dyn Fn(&str) -> Option<String>;

impl CallbackReader for PlainCallbacks {
    fn read(&self, header: Header<'_>, body: &[u8], _: Millis) -> Result<Callback, CallbackFault> {
        signed(header)?;
        callback(&String::from_utf8_lossy(body))
    }

    fn read_all(
        &self,
        header: Header<'_>,
        body: &[u8],
        _: Millis,
    ) -> Result<Vec<Result<Callback, CallbackFault>>, CallbackFault> {
        signed(header)?;
        let text = String::from_utf8_lossy(body);
        Ok(text.lines().map(callback).collect())
    }
}

fn signed(header: Header<'_>) -> Result<(), CallbackFault> {
    match header("signature").as_deref() {
        Some("signed") => Ok(()),
        _ => Err(CallbackFault::Unsigned("it is not signed")),
    }
}

fn callback(text: &str) -> Result<Callback, CallbackFault> {
    let unreadable = || CallbackFault::Unreadable(text.to_owned());
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

/// A mailbox into which all letters go.
pub struct Mailbox {
    has_mail: bool,
    letters: watch::Sender<Vec<Letter>>,
}

impl Mailbox {
    pub fn of(has_mail: bool) -> Arc<Mailbox> {
        let letters = watch::Sender::default();
        Arc::new(Mailbox { has_mail, letters })
    }

    /// The letters in it, once there are so many.
    pub async fn letters(&self, count: usize) -> Vec<Letter> {
        let mut letters = self.letters.subscribe();
        let enough = letters.wait_for(|letters| letters.len() >= count);
        let came = tokio::time::timeout(Duration::from_secs(60), enough).await;
        came.expect("so many letters").expect("a mailbox").clone()
    }
}

impl Notifier for Mailbox {
    fn send<'a>(&'a self, letter: &'a Letter) -> SendFuture<'a> {
        self.letters
            .send_modify(|letters| letters.push(letter.clone()));
        Box::pin(async { Sent::Taken })
    }

    fn has_mail(&self) -> bool {
        self.has_mail
    }
}
