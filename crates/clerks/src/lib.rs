//! Clerks: events in, errands out. A clerk decides purely; what it needs of the world it asks
//! through a port, and what comes of it goes back to the till as a command.

mod backoff;
pub mod contract;
mod memory_provider;
pub mod notices;
mod payment;
pub mod ports;
mod webhooks;

pub use memory_provider::MemoryProvider;
pub use payment::{
    Answer, Deed, Errand, PaymentClerk, PaymentFacts, RefundFacts, Standing, Stuck, Unfinished,
};
pub use webhooks::{
    Cursor, Endpoint, EndpointId, Errand as WebhookErrand, Happening, Message, Names, News,
    RefundDetails, Response, WEBHOOK_KINDS, WebhookClerk, WebhookStanding, message_of, rfc3339,
};
