//! Finding orders by what people say on the phone: a number, a name, a phone number, a mail.

use crate::accounts::fold_mail;
use crate::contacts::{fold_name, fold_phone};
use crate::keys::{blob, signed};
use crate::orders::{Order, OrderCursor, read_order};
use crate::{Records, RecordsFault};
use sqlx::{QueryBuilder, Sqlite};

/// How many digits of an order's number are enough to look for it.
const NUMBER_DIGITS_MIN: usize = 8;

/// What somebody typed, by what it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// Orders or checkouts whose number begins so: the least and the greatest.
    Number(u128, u128),
    /// Four digits: the end of a phone number.
    PhoneTail(String),
    /// The beginning of a phone number.
    Phone(String),
    /// The beginning of a mail address.
    Mail(String),
    /// The beginning of a name.
    Name(String),
}

impl Records {
    /// Up to `count` orders that `text` may mean, placed before `before`, newest first. It may be
    /// the number of an order or checkout or its first digits (8 or more), a phone number or its
    /// last four digits, the beginning of a mail address, or of a name.
    pub async fn search_orders(
        &self,
        text: &str,
        before: OrderCursor,
        count: u32,
    ) -> Result<Vec<Order>, RecordsFault> {
        let Some(wanted) = wanted(text) else {
            return Ok(Vec::new());
        };
        let mut query = QueryBuilder::<Sqlite>::new("SELECT o.* FROM orders o ");
        push_condition(&mut query, wanted);
        query
            .push(" AND (o.placed_seq, o.id) < (")
            .push_bind(signed(before.seq.0));
        query.push(", ").push_bind(blob(before.order.0));
        query
            .push(") ORDER BY o.placed_seq DESC, o.id DESC LIMIT ")
            .push_bind(i64::from(count));
        let rows = query.build().fetch_all(&self.readers).await?;
        rows.iter().map(read_order).collect()
    }
}

fn push_condition(query: &mut QueryBuilder<Sqlite>, wanted: Wanted) {
    const CONTACTS: &str = "WHERE o.checkout_id IN (SELECT checkout_id FROM contacts WHERE ";
    match wanted {
        Wanted::Number(least, greatest) => {
            query.push("WHERE (o.id BETWEEN ").push_bind(blob(least));
            query.push(" AND ").push_bind(blob(greatest));
            query
                .push(" OR o.checkout_id BETWEEN ")
                .push_bind(blob(least));
            query.push(" AND ").push_bind(blob(greatest)).push(")");
        }
        Wanted::PhoneTail(tail) => {
            query
                .push(CONTACTS)
                .push("phone_tail = ")
                .push_bind(tail)
                .push(")");
        }
        Wanted::Phone(digits) => push_prefix(query.push(CONTACTS), "phone_digits", digits),
        Wanted::Mail(mail) => push_prefix(query.push(CONTACTS), "mail_folded", mail),
        Wanted::Name(name) => push_prefix(query.push(CONTACTS), "name_folded", name),
    }
}

/// Texts that begin with `prefix` lie between it and itself with the last character there is.
fn push_prefix(query: &mut QueryBuilder<Sqlite>, column: &'static str, prefix: String) {
    let end = format!("{prefix}\u{10ffff}");
    query.push(column).push(" BETWEEN ").push_bind(prefix);
    query.push(" AND ").push_bind(end).push(")");
}

fn wanted(text: &str) -> Option<Wanted> {
    let text = text.trim();
    if text.contains('@') {
        return Some(Wanted::Mail(fold_mail(text)));
    }
    if let Some(number) = number(text) {
        return Some(number);
    }
    let is_phone = text
        .chars()
        .all(|c| c.is_ascii_digit() || "+-() .".contains(c));
    let digits = fold_phone(text);
    match digits.len() {
        _ if !is_phone => Some(Wanted::Name(fold_name(text))).filter(|_| !text.is_empty()),
        0..4 => None,
        4 => Some(Wanted::PhoneTail(digits)),
        _ => Some(Wanted::Phone(digits)),
    }
}

/// The numbers that begin like `text`. An 11-digit phone number is none: order numbers of this
/// century begin with `01`, and phone numbers too, so digits alone must be more than a phone has.
fn number(text: &str) -> Option<Wanted> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let plausible = digits.len() >= NUMBER_DIGITS_MIN && digits.len() <= 32;
    let is_phone = digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !plausible || is_phone || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let least = u128::from_str_radix(&format!("{digits:0<32}"), 16).ok()?;
    let greatest = u128::from_str_radix(&format!("{digits:f<32}"), 16).ok()?;
    Some(Wanted::Number(least, greatest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_taken_for_what_it_can_be() {
        let name = |text: &str| Some(Wanted::Name(text.to_owned()));
        let phone = |text: &str| Some(Wanted::Phone(text.to_owned()));
        assert_eq!(wanted("홍 길동"), name("홍길동"));
        assert_eq!(
            wanted("Ada@Example.com"),
            Some(Wanted::Mail("ada@example.com".to_owned()))
        );
        assert_eq!(wanted("010-1234-5678"), phone("01012345678"));
        assert_eq!(wanted("+82 10 1234 5678"), phone("01012345678"));
        assert_eq!(wanted("5678"), Some(Wanted::PhoneTail("5678".to_owned())));
        assert_eq!(wanted("12"), None);
        assert_eq!(wanted(""), None);
        let (least, greatest) = (0x018c_2b4e << 96, (0x018c_2b4f << 96) - 1);
        assert_eq!(wanted("018c2b4e"), Some(Wanted::Number(least, greatest)));
        let whole = 0x018c_2b4e_5f00_7000_8000_0000_0000_0001;
        let text = "018C2B4E-5F00-7000-8000-000000000001";
        assert_eq!(wanted(text), Some(Wanted::Number(whole, whole)));
    }
}
