//! Adapters: what the ports plug into. Payment providers over HTTP and the sandbox, the webhook
//! sender, the crowd's HTTP driver. Nothing here decides what is true.

mod bundled_addresses;
mod callbacks;
pub mod crowd_http;
mod drive_payments;
mod drive_webhooks;
mod guard;
mod juso;
mod letters;
mod mail;
mod provider_http;
mod provider_wire;
mod push;
pub mod sandbox;
mod signature;
mod verifier_http;
mod webhooks;

pub use bundled_addresses::BundledAddresses;
pub use callbacks::{SignedCallbacks, parse_callback};
pub use drive_payments::{Happened, PaymentDriver, TurnedAway, drive_payments};
pub use drive_webhooks::{WebhookDriver, WebhookOrder, drive_webhooks};
pub use guard::is_public;
pub use juso::{JUSO_URL, JusoAddresses};
pub use letters::Letters;
pub use mail::{MailFault, MailSender};
pub use provider_http::{HttpProvider, ProviderAddress};
pub use push::{PushFault, PushSender};
pub use signature::{
    NotASecret, Secret, TOLERANCE_MS, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, sign,
    verify_signature,
};
pub use verifier_http::HttpVerifier;
pub use webhooks::{Reach, Sent, WebhookSender};
