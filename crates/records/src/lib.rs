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
mod cash_receipts;
mod catalogue;
mod consents;
mod contacts;
mod database;
mod deals;
mod desk;
mod entrance_codes;
mod fault;
mod filed;
mod finding;
mod fold;
mod health;
mod invitations;
mod keys;
mod lockout;
mod migrations;
mod notices;
mod numbers;
mod orders;
mod origins;
mod paid_from;
mod password_resets;
mod passwords;
mod personal;
mod pictures;
mod refund_accounts;
mod returns;
mod rows;
mod search;
mod secrets;
mod sellers;
mod sessions;
mod shelved;
mod spill;
mod staff;
mod staff_factors;
mod staff_sessions;
mod states;
mod tables;
mod virtual_accounts;
mod watches;
mod waybills;
mod webhooks;

pub use accounts::{Account, AccountId, NewAccount, Registered, SignIn};
pub use addresses::{ADDRESSES_MAX, Address, AddressId, Place};
pub use answers::StoredAnswer;
pub use audit::{AuditEntry, AuditFilter, Deed};
pub use cash_receipts::{CashReceipt, ReceiptPurpose};
pub use catalogue::{Category, ImportCounts, Product, ProductFilter, Sku, SkuNumbers};
pub use consents::Consent;
pub use contacts::{CONTACTS_KEPT_MS, Contact};
pub use database::Records;
pub use deals::{Deal, ShelvedDeal};
pub use entrance_codes::ENTRANCE_CODES_KEPT_MS;
pub use fault::RecordsFault;
pub use finding::{DealSought, ProductSought};
pub use fold::OrdersReached;
pub use health::{FailedRefund, PaymentShares};
pub use invitations::{Invitation, NewInvitation};
pub use notices::{
    Channel, FreshNotice, NoticeDelivery, PushAddress, Reachable, StoredNotice, Wanted,
};
pub use numbers::NumberedSku;
pub use orders::{
    Checkout, Order, OrderCursor, OrderEvent, OrderFilter, OrderLine, OrderPayment, OrderRefund,
};
pub use origins::{Device, Origin};
pub use paid_from::PaidFrom;
pub use password_resets::{RESET_STANDS_MS, ResetPassword};
pub use personal::{Erased, Owner, PersonalRow};
pub use pictures::Picture;
pub use refund_accounts::RefundAccount;
pub use returns::{ReturnId, ReturnKind, ReturnLine, ReturnPayer, ReturnReason, ReturnRequest};
pub use secrets::{Secrets, Who};
pub use sellers::{Business, Seller, ShippingTerms};
pub use sessions::{Member, OpenedSession, SessionId};
pub use shelved::Shelved;
pub use staff::{ApiKey, Changed, Role, StaffId, StaffMember, StaffSignIn, Token};
pub use staff_factors::{Factors, StaffPasskey};
pub use staff_sessions::{NewStaffSession, OpenedBy, SignedIn, StaffSession};
pub use tables::{OrderTables, TablesFeed};
pub use virtual_accounts::VirtualAccount;
pub use waybills::{Waybill, WaybillId};
pub use webhooks::{Delivery, Endpoint, EndpointId, Told, WebhookCursor};
