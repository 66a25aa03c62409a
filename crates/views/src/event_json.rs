//! How an event is written for people and for other programs: ids as text, amounts as whole minor
//! units beside their currency, moments as milliseconds since the epoch.

use serde_json::{Value, json};
use vocabulary::{DealTerms, Deduct, Event, HoldId, HoldOrigin, PoolCounts, Rules, Tax, Work};

/// The fields of an event as a JSON object; its name is [`vocabulary::EventKind::name`].
///
/// Keys of persons are left out: what is written here may leave the house.
pub fn event_json(event: &Event) -> Value {
    scheduling(event)
        .or_else(|| holding(event))
        .or_else(|| ordering(event))
        .or_else(|| paying(event))
        .or_else(|| refunding(event))
        .or_else(|| after_payment(event))
        .unwrap_or_else(|| bookkeeping(event))
}

fn scheduling(event: &Event) -> Option<Value> {
    Some(match *event {
        Event::RulesAdopted { rules } => rules_json(rules),
        Event::SellerOpened { seller, reference } => {
            json!({"seller": seller, "reference": reference.to_string()})
        }
        Event::ShippingSet {
            seller,
            currency,
            fee,
            free_from,
        } => json!({
            "seller": seller, "currency": currency.code(), "fee": fee, "free_from": free_from,
        }),
        Event::SkuListed {
            sku,
            seller,
            reference,
        } => {
            json!({"sku": sku, "seller": seller, "reference": reference.to_string()})
        }
        Event::StockChanged { sku, stock, free } => {
            json!({"sku": sku, "stock": stock, "free": free})
        }
        Event::DealScheduled {
            deal,
            reference,
            seller,
            currency,
            terms,
        } => json!({
            "deal": deal, "reference": reference.to_string(), "seller": seller,
            "currency": currency.code(), "terms": terms_json(terms),
        }),
        Event::DealPriced { deal, sku, price } => {
            json!({"deal": deal, "sku": sku, "price": price})
        }
        Event::DealChanged { deal, terms } => json!({"deal": deal, "terms": terms_json(terms)}),
        Event::ExtensionsAllowed {
            deal,
            times,
            span_ms,
        } => json!({"deal": deal, "times": times, "span_ms": span_ms}),
        Event::DealOpened { deal } | Event::DealClosed { deal } => json!({"deal": deal}),
        Event::UnsoldReturned { deal, sku, units } => {
            json!({"deal": deal, "sku": sku, "units": units})
        }
        Event::PoolChanged { deal, sku, counts } => {
            json!({"deal": deal, "sku": sku, "counts": counts_json(counts)})
        }
        _ => return None,
    })
}

fn holding(event: &Event) -> Option<Value> {
    Some(match *event {
        Event::HoldPlaced {
            hold,
            deal,
            sku,
            units,
            price,
            currency,
            expires_at,
            origin,
            ..
        } => {
            json!({
                "hold": hold, "deal": deal, "sku": sku, "units": units, "price": price,
                "currency": currency.code(), "expires_at": expires_at,
                "offered_for": match origin {
                    HoldOrigin::Asked => Value::Null,
                    HoldOrigin::Offered(place) => json!(place),
                },
            })
        }
        Event::HoldExtended {
            hold,
            expires_at,
            times,
        } => json!({"hold": hold, "expires_at": expires_at, "times": times}),
        Event::HoldReleased { hold } | Event::HoldLapsed { hold } => json!({"hold": hold}),
        Event::WaitlistJoined {
            place, deal, sku, ..
        } => {
            json!({"place": place, "deal": deal, "sku": sku})
        }
        Event::WaitlistLeft { place } | Event::WaitlistEnded { place } => json!({"place": place}),
        _ => return None,
    })
}

fn ordering(event: &Event) -> Option<Value> {
    Some(match *event {
        Event::CheckoutPlaced {
            checkout,
            zone,
            total,
            currency,
            pay_by,
            ..
        } => json!({
            "checkout": checkout.to_string(), "zone": zone, "total": total,
            "currency": currency.code(), "pay_by": pay_by,
        }),
        Event::OrderPlaced {
            order,
            checkout,
            seller,
            goods,
            shipping,
            surcharge,
            tax,
            total,
            currency,
            ..
        } => json!({
            "order": order.to_string(), "checkout": checkout.to_string(), "seller": seller,
            "goods": goods, "shipping": shipping, "surcharge": surcharge, "tax": tax,
            "total": total, "currency": currency.code(),
        }),
        Event::LinePlaced {
            order,
            line,
            hold,
            deal,
            sku,
            units,
            price,
            tax,
        } => json!({
            "order": order.to_string(), "line": line, "hold": (hold != HoldId::NONE).then_some(hold),
            "deal": deal, "sku": sku,
            "units": units, "price": price, "tax": tax_json(tax),
        }),
        Event::DeadlineMoved { checkout, pay_by } => {
            json!({"checkout": checkout.to_string(), "pay_by": pay_by})
        }
        Event::OrderConfirmed { order }
        | Event::OrderUnconfirmed { order }
        | Event::OrderLapsed { order }
        | Event::OrderReinstated { order } => json!({"order": order.to_string()}),
        Event::OrderPaid {
            order,
            payment,
            total,
            currency,
        } => json!({
            "order": order.to_string(), "payment": payment.to_string(), "total": total,
            "currency": currency.code(),
        }),
        Event::OrderCancelled { order, by_staff } => {
            json!({"order": order.to_string(), "by_staff": by_staff})
        }
        _ => return None,
    })
}

fn paying(event: &Event) -> Option<Value> {
    Some(match *event {
        Event::PaymentStarted {
            payment,
            amount,
            currency,
            method,
            steps,
            months,
            deadline,
        } => {
            json!({
                "payment": payment.to_string(), "amount": amount, "currency": currency.code(),
                "method": word(method), "steps": word(steps), "months": months,
                "deadline": deadline,
            })
        }
        Event::PaymentAuthorised { payment }
        | Event::PaymentLapsed { payment }
        | Event::PaymentVoided { payment } => json!({"payment": payment.to_string()}),
        Event::PaymentCaptured {
            payment,
            amount,
            currency,
        }
        | Event::MoneySuspended {
            payment,
            amount,
            currency,
        } => {
            json!({
                "payment": payment.to_string(), "amount": amount, "currency": currency.code(),
            })
        }
        Event::PaymentDeclined { payment, reason } => {
            json!({"payment": payment.to_string(), "reason": word(reason)})
        }
        _ => return None,
    })
}

fn refunding(event: &Event) -> Option<Value> {
    Some(match *event {
        Event::RefundOrdered {
            refund,
            payment,
            order,
            amount,
            currency,
        } => json!({
            "refund": refund, "payment": payment.to_string(),
            "order": order.map(|order| order.to_string()), "amount": amount,
            "currency": currency.code(),
        }),
        Event::LineRefunded {
            refund,
            order,
            line,
            units,
            amount,
        } => json!({
            "refund": refund, "order": order.to_string(), "line": line, "units": units,
            "amount": amount,
        }),
        Event::RefundSent { refund } | Event::RefundFailed { refund } => json!({"refund": refund}),
        _ => return None,
    })
}

fn after_payment(event: &Event) -> Option<Value> {
    Some(match *event {
        Event::LineShipped { order, line, units }
        | Event::LineDelivered { order, line, units }
        | Event::ReturnAsked { order, line, units } => {
            json!({"order": order.to_string(), "line": line, "units": units})
        }
        Event::LineReturned {
            order,
            line,
            units,
            restocked,
        } => json!({
            "order": order.to_string(), "line": line, "units": units, "restocked": restocked,
        }),
        _ => return None,
    })
}

fn bookkeeping(event: &Event) -> Value {
    match event {
        Event::WorkOrdered { work } | Event::WorkDone { work } => work_json(*work),
        Event::Posted {
            currency,
            seller,
            debit,
            credit,
            amount,
        } => json!({
            "currency": currency.code(), "seller": seller, "debit": word(debit),
            "credit": word(credit), "amount": amount,
        }),
        Event::CheckoutFiled { filed } => json!({
            "checkout": filed.checkout.to_string(),
            "orders": filed.orders.iter().map(|filed| filed.order.to_string()).collect::<Vec<_>>(),
            "states": filed.orders.iter().map(|filed| word(filed.state)).collect::<Vec<_>>(),
        }),
        Event::CheckoutRecalled { checkout } => json!({"checkout": checkout.to_string()}),
        _ => unreachable!("every other event is written above"),
    }
}

/// The name of a state, method, reason or account.
fn word(word: impl std::fmt::Debug) -> String {
    format!("{word:?}")
}

fn work_json(work: Work) -> Value {
    match work {
        Work::Settle(payment) | Work::Capture(payment) | Work::Void(payment) => {
            let name = word(work);
            let name = name.split('(').next().unwrap_or_default();
            json!({"work": name, "payment": payment.to_string()})
        }
        Work::Refund(refund) => json!({"work": "Refund", "refund": refund}),
    }
}

fn tax_json(tax: Tax) -> Value {
    match tax {
        Tax::Included { basis_points } => json!({"included_basis_points": basis_points}),
        Tax::Exempt => json!("exempt"),
    }
}

fn counts_json(counts: PoolCounts) -> Value {
    json!({
        "available": counts.available, "held": counts.held, "ordered": counts.ordered,
        "sold": counts.sold,
    })
}

fn terms_json(terms: DealTerms) -> Value {
    json!({
        "starts_at": terms.starts_at, "ends_at": terms.ends_at, "hold_ms": terms.hold_ms,
        "payment_ms": terms.payment_ms, "deposit_ms": terms.deposit_ms, "limit": terms.limit,
        "members_only": terms.members_only, "verified_only": terms.verified_only,
        "deduct": match terms.deduct {
            Deduct::OnOrder => "order",
            Deduct::OnPayment => "payment",
        },
        "waitlist_max": terms.waitlist_max,
    })
}

fn rules_json(rules: Rules) -> Value {
    json!({
        "edition": rules.edition, "idempotency_ms": rules.idempotency_ms,
        "skew_ms": rules.skew_ms, "payment_ms": rules.payment_ms, "grace_ms": rules.grace_ms,
        "withdrawal_ms": rules.withdrawal_ms, "file_after_ms": rules.file_after_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use money::Currency;
    use vocabulary::{CheckoutId, OrderId, OrderState, PaymentId};

    #[test]
    fn ids_are_text_and_amounts_are_whole_minor_units() {
        let event = Event::OrderPaid {
            order: OrderId(7),
            payment: PaymentId {
                checkout: CheckoutId(8),
                attempt: 2,
            },
            total: money::Amount(12_900),
            currency: Currency::KRW,
        };
        let expected = json!({
            "order": "00000000-0000-0000-0000-000000000007",
            "payment": "00000000-0000-0000-0000-000000000008.2",
            "total": 12_900,
            "currency": "KRW",
        });
        assert_eq!(event_json(&event), expected);
        assert_eq!(word(OrderState::Paid), "Paid");
    }
}
