//! The sandbox provider as a process of its own, with its own folder and its own file of secrets:
//! orders are paid there, and its books agree with the shop's.

use super::festival::{CATALOGUE, DEALS, Festival};
use super::journal::Journal;
use super::process::{Running, until};
use super::web::Web;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn orders_are_paid_at_a_sandbox_apart_and_its_books_agree() {
    let festival = Festival::of(CATALOGUE, DEALS);
    let url = festival.provider();
    let soon = ["--rules-payment-ms", "8000", "--rules-grace-ms", "2000"];
    let mut festival = festival.set(&["--provider-url", &url]).set(&soon);
    let sandbox = sandbox(&festival, &shared_secrets(&festival));
    festival.start();
    festival.is_shopped_at();
    until(PATIENCE, "nothing left for the clerks to do", || {
        let left = festival.run(&["inspect", "outbox"]).done().out;
        left.trim().is_empty().then_some(())
    });
    let said = festival.run(&["reconcile", "--provider-url", &url]).done();
    assert!(said.out.contains("payment by payment"), "{}", said.out);
    festival.stop();
    sandbox.terminate(PATIENCE).done();

    let paid = Journal::of(&festival.data()).all("OrderPaid").count();
    assert!(paid > 0, "nothing was sold");
    assert!(festival.beside("pay").exists(), "its books lie apart");
    assert!(
        !festival.data().join("sandbox").exists(),
        "the shop keeps none"
    );
}

#[test]
fn a_sandbox_without_the_shared_secrets_says_where_they_may_be() {
    let festival = Festival::nowhere();
    let said = festival.run(&["sandbox"]).refused();
    for hint in ["--secrets", "DOORBUSTER_SECRET_PROVIDER_KEY", "callbacks"] {
        assert!(said.contains(hint), "{said}");
    }
}

/// A file with what shop and provider share, and nothing else.
fn shared_secrets(festival: &Festival) -> PathBuf {
    let secret = |name: &str| format!("{name} = \"{}\"\n", festival.secret(name));
    let text = secret("provider_key") + &secret("callbacks");
    let file = festival.write("pay.toml", &text);
    fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("it is ours");
    file
}

fn sandbox(festival: &Festival, secrets: &std::path::Path) -> Running {
    let listen = festival.provider().replace("http://", "");
    let path = |path: PathBuf| path.display().to_string();
    let (nowhere, books) = (
        path(festival.beside("nowhere")),
        path(festival.beside("pay")),
    );
    let secrets = path(secrets.to_owned());
    let shop = festival.shop().replace("localhost", "127.0.0.1");
    let mut sandbox = Running::start([
        "sandbox",
        "--data",
        &nowhere,
        "--sandbox-data",
        &books,
        "--secrets",
        &secrets,
        "--sandbox-listen",
        &listen,
        "--sandbox-shop-url",
        &shop,
        "--knob",
        "repeat_rate=0.5",
        "--knob",
        "lose_rate=0.1",
    ]);
    let (web, healthy) = (Web::open(), format!("{}/healthz", festival.provider()));
    until(PATIENCE, "the sandbox answers", || {
        let ended = sandbox.ended();
        assert!(ended.is_none(), "it ended: {}", sandbox.complaints());
        (web.status(&healthy) == Some(200)).then_some(())
    });
    sandbox
}
