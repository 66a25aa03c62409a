//! The ports: what clerks need of the world, as traits. Adapters plug in; nothing here opens a
//! socket.

mod address_source;
mod callbacks;
mod notifier;
mod provider;
mod verifier;
mod webhooks;

pub use address_source::{AddressSource, AddressesFault, Finding, FoundAddress};
pub use callbacks::{Callback, CallbackFault, CallbackReader};
pub use notifier::{Letter, LetterTo, Notifier, SendFuture, Sent};
pub use provider::{
    OpenPayment, OpenedPayment, PaymentProvider, ProviderFault, ProviderFuture, ProviderPayment,
    ProviderRefund, ProviderState, VirtualAccount,
};
pub use verifier::{AskCode, AskedCode, PersonVerifier, VerifierFault, VerifierFuture};
pub use webhooks::{
    BookFault, BookFuture, DeliveryNote, HappeningsPage, WebhookAddress, WebhookBook,
};
