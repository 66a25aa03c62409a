//! Records: the only room that speaks SQL. The catalogue, people, staff with what they did, and the
//! order tables that are folded from the journal's events.
//!
//! One file, `records.sqlite`, in the data folder. What is scarce is decided in the ledger and never
//! here; what both learn, the journal learns first. Nothing here reads a clock: callers say when.

mod accounts;
mod addresses;
mod answers;
mod audit;
mod backlog;
mod catalogue;
mod contacts;
mod database;
mod deals;
mod desk;
mod fault;
mod filed;
mod fold;
mod health;
mod invitations;
mod keys;
mod lockout;
mod migrations;
mod numbers;
mod orders;
mod passwords;
mod pictures;
mod rows;
mod search;
mod secrets;
mod sellers;
mod sessions;
mod spill;
mod staff;
mod staff_factors;
mod staff_sessions;
mod states;
mod tables;
mod virtual_accounts;
mod watches;
mod webhooks;

pub use accounts::{Account, AccountId, Erased, NewAccount, Registered, SignIn};
pub use addresses::{Address, AddressId, Place};
pub use answers::StoredAnswer;
pub use audit::{AuditEntry, AuditFilter, Deed};
pub use catalogue::{Category, ImportCounts, Product, ProductFilter, Sku, SkuNumbers};
pub use contacts::{CONTACTS_KEPT_MS, Contact};
pub use database::Records;
pub use deals::Deal;
pub use fault::RecordsFault;
pub use fold::OrdersReached;
pub use health::{FailedRefund, PaymentShares};
pub use invitations::{Invitation, NewInvitation};
pub use numbers::NumberedSku;
pub use orders::{Checkout, Order, OrderCursor, OrderEvent, OrderLine, OrderPayment, OrderRefund};
pub use pictures::Picture;
pub use secrets::{Secrets, Who};
pub use sellers::{Seller, ShippingTerms};
pub use sessions::{Member, SessionId};
pub use staff::{ApiKey, Changed, Role, StaffId, StaffMember, StaffSignIn, Token};
pub use staff_factors::{Factors, StaffPasskey};
pub use staff_sessions::{NewStaffSession, OpenedBy, SignedIn, StaffSession};
pub use tables::{OrderTables, TablesFeed};
pub use virtual_accounts::VirtualAccount;
pub use webhooks::{Delivery, Endpoint, EndpointId, Told, WebhookCursor};
