//! Events, receipts and work as phrases: what a table can say of them. The first phrase of an
//! event is what it happened to.

use super::moment::{show_moment, show_span};
use super::names::Names;
use vocabulary::{
    DealId, DealTerms, DeclineReason, Deduct, Event, HoldId, HoldOrigin, Method, OrderId,
    PoolCounts, Receipt, Rules, SellerId, SkuId, Steps, Tax, Work,
};

/// The line that stands for shipping in a refund.
const SHIPPING_LINE: u8 = 255;

/// All that a table can say of an event.
pub(super) fn of_event(names: &Names, event: &Event) -> Vec<String> {
    of_schedule(names, event)
        .or_else(|| of_holding(names, event))
        .or_else(|| of_ordering(names, event))
        .or_else(|| of_payment(names, event))
        .or_else(|| of_refund(names, event))
        .or_else(|| of_shipment(names, event))
        .unwrap_or_else(|| of_memory(names, event))
}

/// All that a table can say of a receipt.
pub(super) fn of_receipt(receipt: &Receipt) -> Vec<String> {
    match receipt {
        Receipt::Done | Receipt::Seller(_) | Receipt::Sku(_) | Receipt::Deal(_) => vec![],
        Receipt::Hold { expires_at, .. } => vec![format!("until {}", show_moment(*expires_at))],
        Receipt::Place { ahead, .. } => vec![format!("{ahead} ahead")],
        Receipt::Checkout { total, pay_by, .. } => {
            vec![
                format!("{total} due"),
                format!("until {}", show_moment(*pay_by)),
            ]
        }
        Receipt::Payment { deadline, .. } => vec![format!("until {}", show_moment(*deadline))],
        Receipt::Refund { amount, .. } => vec![format!("{amount} back")],
        Receipt::Advanced { fired } => vec![format!("{fired} fired")],
    }
}

/// The numbers of a pool.
pub(super) fn of_counts(counts: PoolCounts) -> Vec<String> {
    vec![
        format!("{} available", counts.available),
        format!("{} held", counts.held),
        format!("{} ordered", counts.ordered),
        format!("{} sold", counts.sold),
    ]
}

/// The numbers of a SKU.
pub(super) fn of_stock(stock: u64, free: u64) -> Vec<String> {
    vec![format!("{stock} stock"), format!("{free} free")]
}

/// A piece of work.
pub(super) fn of_work(names: &Names, work: Work) -> String {
    match work {
        Work::Settle(payment) => format!("Settle {}", names.of(payment)),
        Work::Capture(payment) => format!("Capture {}", names.of(payment)),
        Work::Void(payment) => format!("Void {}", names.of(payment)),
        Work::Refund(refund) => format!("Refund {}", names.of(refund)),
    }
}

/// How a table names why a try to pay came to nothing.
pub(super) fn of_reason(reason: DeclineReason) -> &'static str {
    match reason {
        DeclineReason::Declined => "declined",
        DeclineReason::TimedOut => "timed out",
        DeclineReason::Abandoned => "abandoned",
        DeclineReason::ProviderFault => "provider fault",
    }
}

fn of_schedule(names: &Names, event: &Event) -> Option<Vec<String>> {
    Some(match event {
        Event::RulesAdopted { rules } => of_rules(rules),
        Event::SellerOpened { seller, .. } => vec![names.of(*seller)],
        Event::ShippingSet {
            seller,
            currency,
            fee,
            free_from,
        } => vec![
            names.of(*seller),
            format!("fee {fee} {currency}"),
            format!("free from {free_from}"),
        ],
        Event::SkuListed { sku, seller, .. } => {
            vec![names.of(*sku), format!("of {}", names.of(*seller))]
        }
        Event::StockChanged { sku, stock, free } => with(names.of(*sku), of_stock(*stock, *free)),
        Event::DealScheduled {
            deal,
            seller,
            currency,
            terms,
            ..
        } => {
            let whose = vec![format!("of {}", names.of(*seller)), currency.to_string()];
            with(names.of(*deal), [whose, of_terms(terms)].concat())
        }
        Event::DealPriced { deal, sku, price } => {
            vec![pool(names, *deal, *sku), format!("at {price}")]
        }
        Event::DealChanged { deal, terms } => with(names.of(*deal), of_terms(terms)),
        Event::ExtensionsAllowed {
            deal,
            times,
            span_ms,
        } => vec![
            names.of(*deal),
            format!("{times} times"),
            format!("{span_ms}ms"),
        ],
        Event::DealOpened { deal } | Event::DealClosed { deal } => vec![names.of(*deal)],
        Event::UnsoldReturned { deal, sku, units } => {
            vec![pool(names, *deal, *sku), format!("{units} units")]
        }
        Event::PoolChanged { deal, sku, counts } => {
            with(pool(names, *deal, *sku), of_counts(*counts))
        }
        _ => return None,
    })
}

fn of_holding(names: &Names, event: &Event) -> Option<Vec<String>> {
    Some(match event {
        Event::HoldPlaced {
            hold,
            deal,
            sku,
            units,
            price,
            currency,
            person,
            expires_at,
            origin,
        } => vec![
            names.of(*hold),
            format!("{units} {}", pool(names, *deal, *sku)),
            format!("at {price} {currency}"),
            format!("for {}", names.of_person(*person)),
            format!("until {}", show_moment(*expires_at)),
            match origin {
                HoldOrigin::Asked => "asked".to_owned(),
                HoldOrigin::Offered(place) => format!("offered to {}", names.of(*place)),
            },
        ],
        Event::HoldReleased { hold } | Event::HoldLapsed { hold } => vec![names.of(*hold)],
        Event::HoldExtended {
            hold,
            expires_at,
            times,
        } => vec![
            names.of(*hold),
            format!("until {}", show_moment(*expires_at)),
            format!("time {times}"),
        ],
        Event::WaitlistJoined {
            place,
            deal,
            sku,
            person,
        } => vec![
            names.of(*place),
            pool(names, *deal, *sku),
            format!("for {}", names.of_person(*person)),
        ],
        Event::WaitlistLeft { place } | Event::WaitlistEnded { place } => vec![names.of(*place)],
        _ => return None,
    })
}

fn of_ordering(names: &Names, event: &Event) -> Option<Vec<String>> {
    Some(match event {
        Event::CheckoutPlaced {
            checkout,
            person,
            zone,
            total,
            currency,
            pay_by,
        } => vec![
            names.of(*checkout),
            format!("for {}", names.of_person(*person)),
            format!("zone {zone}"),
            format!("total {total} {currency}"),
            format!("until {}", show_moment(*pay_by)),
        ],
        Event::OrderPlaced { .. } => of_order(names, event),
        Event::LinePlaced {
            order,
            line: number,
            hold,
            deal,
            sku,
            units,
            price,
            tax,
        } => vec![
            line(names, *order, *number),
            match *hold {
                HoldId::NONE => "from no hold".to_owned(),
                _ => format!("from {}", names.of(*hold)),
            },
            format!("{units} {}", pool(names, *deal, *sku)),
            format!("at {price}"),
            of_tax(*tax),
        ],
        Event::DeadlineMoved { checkout, pay_by } => vec![
            names.of(*checkout),
            format!("until {}", show_moment(*pay_by)),
        ],
        Event::OrderCancelled { order, by_staff } => {
            let by = if *by_staff { "by staff" } else { "by shopper" };
            vec![names.of(*order), by.to_owned()]
        }
        Event::OrderPaid {
            order,
            payment,
            total,
            currency,
        } => vec![
            names.of(*order),
            format!("by {}", names.of(*payment)),
            format!("total {total} {currency}"),
        ],
        Event::OrderConfirmed { order }
        | Event::OrderUnconfirmed { order }
        | Event::OrderLapsed { order }
        | Event::OrderReinstated { order } => vec![names.of(*order)],
        _ => return None,
    })
}

fn of_order(names: &Names, event: &Event) -> Vec<String> {
    let Event::OrderPlaced {
        order,
        checkout,
        seller,
        person,
        goods,
        shipping,
        surcharge,
        tax,
        total,
        currency,
    } = event
    else {
        return vec![];
    };
    vec![
        names.of(*order),
        format!("of {}", names.of(*checkout)),
        format!("from {}", names.of(*seller)),
        format!("for {}", names.of_person(*person)),
        format!("goods {goods}"),
        format!("shipping {shipping}"),
        format!("surcharge {surcharge}"),
        format!("tax {tax}"),
        format!("total {total} {currency}"),
    ]
}

fn of_payment(names: &Names, event: &Event) -> Option<Vec<String>> {
    Some(match event {
        Event::PaymentStarted {
            payment,
            amount,
            currency,
            method,
            steps,
            months,
            deadline,
        } => vec![
            names.of(*payment),
            format!("{amount} {currency}"),
            of_method(*method).to_owned(),
            of_steps(*steps).to_owned(),
            format!("{months} months"),
            format!("until {}", show_moment(*deadline)),
        ],
        Event::PaymentCaptured {
            payment,
            amount,
            currency,
        }
        | Event::MoneySuspended {
            payment,
            amount,
            currency,
        } => vec![names.of(*payment), format!("{amount} {currency}")],
        Event::PaymentDeclined { payment, reason } => {
            vec![names.of(*payment), of_reason(*reason).to_owned()]
        }
        Event::PaymentAuthorised { payment }
        | Event::PaymentLapsed { payment }
        | Event::PaymentVoided { payment } => vec![names.of(*payment)],
        _ => return None,
    })
}

fn of_refund(names: &Names, event: &Event) -> Option<Vec<String>> {
    Some(match event {
        Event::RefundOrdered {
            refund,
            payment,
            order,
            amount,
            currency,
        } => vec![
            names.of(*refund),
            format!("by {}", names.of(*payment)),
            match order {
                Some(order) => format!("of {}", names.of(*order)),
                None => "of suspense".to_owned(),
            },
            format!("{amount} {currency}"),
        ],
        Event::LineRefunded {
            refund,
            order,
            line: number,
            units,
            amount,
        } => vec![
            line(names, *order, *number),
            format!("by {}", names.of(*refund)),
            format!("{units} units"),
            format!("amount {amount}"),
        ],
        Event::RefundSent { refund } | Event::RefundFailed { refund } => vec![names.of(*refund)],
        Event::Posted {
            currency,
            seller,
            debit,
            credit,
            amount,
        } => vec![
            format!("{debit:?} to {credit:?}"),
            format!("{amount} {currency}"),
            format!("of {}", seller_or_house(names, *seller)),
        ],
        _ => return None,
    })
}

fn of_shipment(names: &Names, event: &Event) -> Option<Vec<String>> {
    let (order, number, units, more) = match event {
        Event::LineShipped { order, line, units }
        | Event::LineDelivered { order, line, units }
        | Event::ReturnAsked { order, line, units } => (order, line, units, None),
        Event::LineReturned {
            order,
            line,
            units,
            restocked,
        } => {
            let fate = if *restocked { "restocked" } else { "lost" };
            (order, line, units, Some(fate.to_owned()))
        }
        _ => return None,
    };
    let facts = vec![line(names, *order, *number), format!("{units} units")];
    Some(facts.into_iter().chain(more).collect())
}

fn of_memory(names: &Names, event: &Event) -> Vec<String> {
    match event {
        Event::WorkOrdered { work } | Event::WorkDone { work } => vec![of_work(names, *work)],
        Event::CheckoutFiled { filed } => vec![
            names.of(filed.checkout),
            format!("for {}", names.of_person(filed.person)),
            format!("{} orders", filed.orders.len()),
            format!("{} tries", filed.payments.len()),
            format!("{} refunds", filed.refunds.len()),
        ],
        Event::CheckoutRecalled { checkout } => vec![names.of(*checkout)],
        other => unreachable!("{:?} has its facts elsewhere", other.kind()),
    }
}

fn of_rules(rules: &Rules) -> Vec<String> {
    vec![
        format!("edition {}", rules.edition),
        format!("memory {}", show_span(rules.idempotency_ms)),
        format!("skew {}", show_span(rules.skew_ms)),
        format!("try {}", show_span(rules.payment_ms)),
        format!("grace {}", show_span(rules.grace_ms)),
        format!("withdrawal {}", show_span(rules.withdrawal_ms)),
        format!("filing {}", show_span(rules.file_after_ms)),
    ]
}

fn of_terms(terms: &DealTerms) -> Vec<String> {
    let audience = match (terms.members_only, terms.verified_only) {
        (false, false) => "for all",
        (true, false) => "members only",
        (false, true) => "verified only",
        (true, true) => "verified members only",
    };
    let deduct = match terms.deduct {
        Deduct::OnOrder => "deduct on order",
        Deduct::OnPayment => "deduct on payment",
    };
    vec![
        format!("from {}", show_moment(terms.starts_at)),
        format!("to {}", show_moment(terms.ends_at)),
        format!("hold {}", show_span(terms.hold_ms.into())),
        format!("pay {}", show_span(terms.payment_ms.into())),
        format!("deposit {}", show_span(terms.deposit_ms.into())),
        format!("limit {}", terms.limit),
        audience.to_owned(),
        deduct.to_owned(),
        format!("waitlist {}", terms.waitlist_max),
    ]
}

fn of_tax(tax: Tax) -> String {
    match tax {
        Tax::Included { basis_points } => {
            let (whole, part) = (basis_points / 100, basis_points % 100);
            match part {
                0 => format!("taxed {whole}%"),
                _ => format!("taxed {whole}.{part:02}%"),
            }
        }
        Tax::Exempt => "exempt".to_owned(),
    }
}

fn of_method(method: Method) -> &'static str {
    match method {
        Method::Card => "card",
        Method::Wallet => "wallet",
        Method::Deposit => "deposit",
    }
}

fn of_steps(steps: Steps) -> &'static str {
    match steps {
        Steps::One => "at once",
        Steps::Two => "in two steps",
    }
}

fn seller_or_house(names: &Names, seller: SellerId) -> String {
    match seller {
        SellerId(0) => "house".to_owned(),
        seller => names.of(seller),
    }
}

fn pool(names: &Names, deal: DealId, sku: SkuId) -> String {
    format!("{} in {}", names.of(sku), names.of(deal))
}

fn line(names: &Names, order: OrderId, line: u8) -> String {
    match line {
        SHIPPING_LINE => format!("shipping of {}", names.of(order)),
        line => format!("line {line} of {}", names.of(order)),
    }
}

fn with(first: String, mut rest: Vec<String>) -> Vec<String> {
    rest.insert(0, first);
    rest
}
