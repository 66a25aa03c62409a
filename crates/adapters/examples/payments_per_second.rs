//! How many payments a second the sandbox and the payment clerk's driver do over the loopback.
//!
//! `cargo run --release -p adapters --example payments_per_second -- 20000`

use adapters::sandbox::{Knobs, Sandbox, SandboxConfig};
use adapters::{Happened, HttpProvider, PaymentDriver, ProviderAddress, Secret, drive_payments};
use clerks::ports::{OpenPayment, PaymentProvider};
use clerks::{PaymentClerk, PaymentFacts, Standing, Unfinished};
use futures::StreamExt;
use money::{Amount, Currency};
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use vocabulary::{CheckoutId, Method, Millis, Outcome, PaymentId, Receipt, Steps};

const SIDE_BY_SIDE: usize = 64;

type Fallible<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Fallible<()> {
    let count: u128 = std::env::args()
        .nth(1)
        .map_or(Ok(5_000), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let config = SandboxConfig {
        key: "rehearsal".into(),
        callback_secret: Secret::parse("a secret of the rehearsal")?,
        callback_url: "http://127.0.0.1:9/".into(),
        public_url: url.clone(),
        knobs: Knobs {
            lose_rate: 1.0,
            ..Knobs::default()
        },
        seed: 1,
    };
    let sandbox = Sandbox::open(folder.path(), config)?;
    tokio::spawn(sandbox.serve(listener, std::future::pending()));
    let provider = Arc::new(HttpProvider::at(ProviderAddress {
        base_url: url,
        api_key: "rehearsal".into(),
        timeout_ms: 10_000,
    })?);
    open_and_pay(&provider, count).await;
    capture_all(provider, count).await;
    Ok(())
}

async fn open_and_pay(provider: &Arc<HttpProvider>, count: u128) {
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let browser = &browser.build().expect("a client");
    let began = Instant::now();
    let numbers = futures::stream::iter(0..count);
    let paying = numbers.for_each_concurrent(SIDE_BY_SIDE, |number| async move {
        let opened = provider.open(opening(number)).await.expect("it opens");
        let form = [
            ("number", "4242424242424242"),
            ("expiry", "12/34"),
            ("cvc", "123"),
        ];
        let response = browser.post(opened.redirect_url).form(&form).send().await;
        assert_eq!(response.expect("the page answers").status(), 303);
    });
    paying.await;
    say("requests to the sandbox (open, page)", 2 * count, began);
}

async fn capture_all(provider: Arc<HttpProvider>, count: u128) {
    let mut clerk = PaymentClerk::returning_to("http://shop.example/");
    for number in 0..count {
        clerk.restore(Millis(0), Unfinished::Capture(payment(number), facts()));
    }
    let (keep_open, happened) = mpsc::channel::<Happened>(1);
    let (show, mut standing) = watch::channel(Standing {
        outstanding: 1,
        ..Standing::default()
    });
    let clock = Instant::now();
    let driver = PaymentDriver {
        provider,
        submit: |_| async { Ok(Outcome::Done(Receipt::Done)) },
        clock: move || Millis(clock.elapsed().as_millis() as u64),
        happened,
        standing: show,
        in_flight_max: SIDE_BY_SIDE,
    };
    let driving = tokio::spawn(drive_payments(clerk, driver));
    let done = standing
        .wait_for(|standing| standing.outstanding == 0)
        .await;
    done.expect("the driver works on");
    say("payments captured by the clerk", count, clock);
    drop(keep_open);
    driving.await.expect("it ends");
}

fn say(what: &str, count: u128, began: Instant) {
    let per_second = count * 1_000 / began.elapsed().as_millis().max(1);
    println!("{what}: {count}, {per_second} a second");
}

fn payment(number: u128) -> PaymentId {
    PaymentId {
        checkout: CheckoutId(number),
        attempt: 1,
    }
}

fn facts() -> PaymentFacts {
    PaymentFacts {
        amount: Amount(39_900),
        currency: Currency::KRW,
        method: Method::Card,
        steps: Steps::Two,
        months: 0,
        deadline: Millis(4_102_444_800_000),
    }
}

fn opening(number: u128) -> OpenPayment {
    let facts = facts();
    OpenPayment {
        payment: payment(number),
        amount: facts.amount,
        currency: facts.currency,
        method: facts.method,
        steps: facts.steps,
        months: facts.months,
        return_url: "http://shop.example/back".into(),
        expires_at: facts.deadline,
    }
}
