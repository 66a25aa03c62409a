//! Adapters: what the ports plug into. Payment providers over HTTP and the sandbox, the webhook
//! sender, the crowd's HTTP driver. Nothing here decides what is true.

pub mod sandbox;
mod signature;

pub use signature::{
    NotASecret, Secret, TOLERANCE_MS, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, sign,
    verify_signature,
};
