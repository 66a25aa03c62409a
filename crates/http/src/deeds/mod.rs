//! Deeds: what shoppers and staff can do, one a file, used by the API and the pages alike. They
//! speak the shop's own ids and return plain data; how it is shown is not decided here.

mod accounts;
mod address_book;
mod ask_return;
mod be_reachable;
mod buy_now;
mod cancel_order;
mod check_contact;
mod deal_state;
mod deposit_papers;
mod device;
mod export_me;
mod extend_hold;
mod forgotten;
mod hand_over;
mod join_waitlist;
mod keep_cart;
mod leave_waitlist;
mod my_account;
mod place_checkout;
mod place_hold;
mod quote;
mod release_hold;
mod shipments;
pub mod staff;
mod start_payment;
mod sum;
mod verify_person;
mod watch;

pub use accounts::{SignIn, SignUp, all_of, check_sign_up, sign_in, sign_out, sign_up};
pub use address_book::{
    SavedAddressAsk, SavedAddressChange, change_address, forget_address, save_address,
    saved_address,
};
pub use ask_return::{
    LineAsk, NOTE_CHARACTERS_MAX, ReturnAsk, ReturnQuote, ask_return, quote_return, way_back,
};
pub use be_reachable::{be_reachable, subscribe_push};
pub use buy_now::{Purchase, buy_now_command, checkout_beside, finish_purchase};
pub use cancel_order::cancel_order;
pub use check_contact::{ContactFault, DROP_OFFS, contact_faults};
pub use deal_state::DealState;
pub use deposit_papers::{DepositPapers, PaperFault, keep_deposit_papers, masked};
pub use device::DeviceAsk;
pub use export_me::export_me;
pub use extend_hold::extend_hold;
pub use forgotten::{forget_password, forgotten_by, reset_password};
pub use hand_over::hand_over;
pub use join_waitlist::{PlaceAsk, PlaceTaken, join_waitlist, wait_command};
pub use leave_waitlist::leave_waitlist;
pub use my_account::{
    ProfileChange, account_of, change_mail, change_password, change_profile, choose_consents,
    erase_guest, erase_me, my_account, owner, sign_out_elsewhere,
};
pub use place_checkout::{
    AddressAsk, CheckoutAsk, ContactAsk, PlacedCheckout, PlacedOrder, checkout_command,
    finish_checkout, place_checkout,
};
pub(crate) use place_checkout::{place_of, seller_id};
pub use place_hold::{Held, HoldAsk, held, hold_command, place_hold};
pub use quote::{Quote, SellerQuote, quote};
pub use release_hold::release_hold;
pub use shipments::{Shipment, all_shipments, parcels, shipments};
pub use start_payment::{
    MethodAsk, PaymentAsk, StartedPayment, finish_payment, payment_command, start_payment,
};
pub use sum::Sum;
pub use verify_person::{ask_code, confirm_code};
pub use watch::{ToldOfOpening, unwatch, watch};

use crate::problem::Problem;
use std::str::FromStr;

/// Reads an id that stands in `field`.
///
/// # Errors
/// [`crate::problem::Kind::INVALID`] with the field.
pub fn parse<T: FromStr>(field: &str, text: &str) -> Result<T, Problem> {
    text.parse()
        .map_err(|_| Problem::field(field, format!("`{text}` is no id of this kind")))
}

/// Reads a number that the ledger gave, as it stands in `field`.
///
/// # Errors
/// As [`parse`].
pub fn parse_number<T>(field: &str, text: &str, make: fn(u64) -> T) -> Result<T, Problem> {
    parse::<u64>(field, text).map(make)
}
