//! The commands, one a file, all of one shape: the checks in the order of precedence, then the
//! change with its events. This file only leads each command to its own.

mod add_allotment;
mod adopt_rules;
mod advance_to;
mod allow_extensions;
mod ask_return;
mod buy_now;
mod cancel_order;
mod change_deal;
mod end_deal;
mod extend_hold;
mod join_waitlist;
mod leave_waitlist;
mod list_sku;
mod open_seller;
mod place_checkout;
mod place_hold;
mod recall_checkout;
mod receive_stock;
mod record_authorisation;
mod record_capture;
mod record_decline;
mod record_delivery;
mod record_refund;
mod record_refund_failure;
mod record_return;
mod record_shipment;
mod record_void;
mod release_hold;
mod reprice_deal;
mod request_refund;
mod schedule_deal;
mod set_shipping;
mod start_payment;
mod withdraw_stock;

use crate::ledger::Ledger;
use crate::sellers::ShippingTerms;
use crate::turn::{Decision, Turn};
use vocabulary::Command;

/// Decides a command.
pub(crate) fn decide(ledger: &mut Ledger, turn: &mut Turn, command: &Command) -> Decision {
    use Command::*;
    match command {
        AdoptRules { .. }
        | OpenSeller { .. }
        | SetShipping { .. }
        | ListSku { .. }
        | ReceiveStock { .. }
        | WithdrawStock { .. } => set_up_shop(ledger, turn, command),
        ScheduleDeal { .. }
        | ChangeDeal { .. }
        | RepriceDeal { .. }
        | AddAllotment { .. }
        | AllowExtensions { .. }
        | EndDeal { .. } => set_up_deal(ledger, turn, command),
        PlaceHold { .. }
        | ReleaseHold { .. }
        | ExtendHold { .. }
        | JoinWaitlist { .. }
        | LeaveWaitlist { .. }
        | PlaceCheckout { .. }
        | BuyNow { .. }
        | CancelOrder { .. } => buy(ledger, turn, command),
        StartPayment { .. }
        | RecordAuthorisation { .. }
        | RecordCapture { .. }
        | RecordDecline { .. }
        | RecordVoid { .. }
        | RequestRefund { .. }
        | RecordRefund { .. }
        | RecordRefundFailure { .. } => move_money(ledger, turn, command),
        RecordShipment { .. }
        | RecordDelivery { .. }
        | AskReturn { .. }
        | RecordReturn { .. }
        | AdvanceTo { .. }
        | RecallCheckout { .. } => go_on(ledger, turn, command),
    }
}

fn set_up_shop(ledger: &mut Ledger, turn: &mut Turn, command: &Command) -> Decision {
    match *command {
        Command::AdoptRules { rules } => adopt_rules::adopt_rules(ledger, turn, rules),
        Command::OpenSeller { reference } => open_seller::open_seller(ledger, turn, reference),
        Command::SetShipping {
            seller,
            currency,
            fee,
            free_from,
            tax,
            ref surcharges,
        } => {
            let terms = ShippingTerms {
                fee,
                free_from,
                tax,
                surcharges: surcharges.clone(),
            };
            set_shipping::set_shipping(ledger, turn, seller, currency, terms)
        }
        Command::ListSku {
            reference,
            seller,
            tax,
        } => list_sku::list_sku(ledger, turn, reference, seller, tax),
        Command::ReceiveStock { sku, units } => {
            receive_stock::receive_stock(ledger, turn, sku, units)
        }
        Command::WithdrawStock { sku, units } => {
            withdraw_stock::withdraw_stock(ledger, turn, sku, units)
        }
        ref other => strayed(other),
    }
}

fn set_up_deal(ledger: &mut Ledger, turn: &mut Turn, command: &Command) -> Decision {
    match *command {
        Command::ScheduleDeal {
            reference,
            seller,
            currency,
            terms,
            ref pools,
        } => schedule_deal::schedule_deal(ledger, turn, reference, seller, currency, terms, pools),
        Command::ChangeDeal { deal, terms } => change_deal::change_deal(ledger, turn, deal, terms),
        Command::RepriceDeal { deal, sku, price } => {
            reprice_deal::reprice_deal(ledger, turn, deal, sku, price)
        }
        Command::AddAllotment { deal, sku, units } => {
            add_allotment::add_allotment(ledger, turn, deal, sku, units)
        }
        Command::AllowExtensions {
            deal,
            times,
            span_ms,
        } => allow_extensions::allow_extensions(ledger, turn, deal, times, span_ms),
        Command::EndDeal { deal } => end_deal::end_deal(ledger, turn, deal),
        ref other => strayed(other),
    }
}

fn buy(ledger: &mut Ledger, turn: &mut Turn, command: &Command) -> Decision {
    match *command {
        Command::PlaceHold {
            deal,
            sku,
            units,
            shopper,
            or_wait,
        } => place_hold::place_hold(ledger, turn, (deal, sku), units, shopper, or_wait),
        Command::BuyNow {
            deal,
            sku,
            units,
            shopper,
            checkout,
            order,
            zone,
        } => {
            let ask = place_checkout::Ask {
                checkout,
                orders: &[order],
                holds: &[],
                person: shopper.person,
                zone,
            };
            buy_now::buy_now(ledger, turn, (deal, sku), units, shopper, &ask)
        }
        Command::ExtendHold { hold, person } => {
            extend_hold::extend_hold(ledger, turn, hold, person)
        }
        Command::ReleaseHold { hold, person } => {
            release_hold::release_hold(ledger, turn, hold, person)
        }
        Command::JoinWaitlist { deal, sku, shopper } => {
            join_waitlist::join_waitlist(ledger, turn, deal, sku, shopper)
        }
        Command::LeaveWaitlist { place, person } => {
            leave_waitlist::leave_waitlist(ledger, turn, place, person)
        }
        Command::PlaceCheckout {
            checkout,
            ref orders,
            ref holds,
            person,
            zone,
        } => {
            let ask = place_checkout::Ask {
                checkout,
                orders,
                holds,
                person,
                zone,
            };
            place_checkout::place_checkout(ledger, turn, &ask)
        }
        Command::CancelOrder { order, by } => cancel_order::cancel_order(ledger, turn, order, by),
        ref other => strayed(other),
    }
}

fn move_money(ledger: &mut Ledger, turn: &mut Turn, command: &Command) -> Decision {
    match *command {
        Command::StartPayment {
            checkout,
            person,
            method,
            steps,
            months,
            amount,
            currency,
        } => {
            let how = start_payment::How {
                method,
                steps,
                months,
            };
            let money = (amount, currency);
            start_payment::start_payment(ledger, turn, checkout, person, how, money)
        }
        Command::RecordAuthorisation {
            payment,
            amount,
            currency,
        } => record_authorisation::record_authorisation(ledger, turn, payment, amount, currency),
        Command::RecordCapture {
            payment,
            amount,
            currency,
        } => record_capture::record_capture(ledger, turn, payment, amount, currency),
        Command::RecordDecline { payment, reason } => {
            record_decline::record_decline(ledger, turn, payment, reason)
        }
        Command::RecordVoid { payment } => record_void::record_void(ledger, turn, payment),
        Command::RequestRefund { order, scope } => {
            request_refund::request_refund(ledger, turn, order, scope)
        }
        Command::RecordRefund { refund } => record_refund::record_refund(ledger, turn, refund),
        Command::RecordRefundFailure { refund } => {
            record_refund_failure::record_refund_failure(ledger, turn, refund)
        }
        ref other => strayed(other),
    }
}

fn go_on(ledger: &mut Ledger, turn: &mut Turn, command: &Command) -> Decision {
    match *command {
        Command::RecordShipment { order, line, units } => {
            record_shipment::record_shipment(ledger, turn, order, line, units)
        }
        Command::RecordDelivery { order, line, units } => {
            record_delivery::record_delivery(ledger, turn, order, line, units)
        }
        Command::AskReturn {
            order,
            line,
            units,
            person,
        } => ask_return::ask_return(ledger, turn, (order, line), units, person),
        Command::RecordReturn {
            order,
            line,
            units,
            restock,
        } => record_return::record_return(ledger, turn, (order, line), units, restock),
        Command::AdvanceTo { limit } => advance_to::advance_to(ledger, turn, limit),
        Command::RecallCheckout { ref filed } => {
            recall_checkout::recall_checkout(ledger, turn, filed)
        }
        ref other => strayed(other),
    }
}

fn strayed(command: &Command) -> ! {
    unreachable!("{} has a place of its own above", command.kind().name())
}
