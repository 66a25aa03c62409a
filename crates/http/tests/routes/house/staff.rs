//! What staff do, each role by a key of its own, and the orders that they are asked about.

use super::client::{Answer, Client};
use super::{BELL, House};
use money::{Amount, Currency};
use records::{Contact, Device, Role, StaffId, Token};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use vocabulary::{
    CheckoutId, Command, Method, Millis, OrderId, PersonKey, Receipt, Shopper, Steps, Zone,
};

const PERSON: PersonKey = PersonKey(7);

/// Who may enter the desk, and with which password.
pub const STAFF: &str = "desk@doorbuster.example";
pub const PASSWORD: &str = "a long enough password";

impl House {
    pub(super) async fn employ(&self) {
        let records = &self.shop.records;
        for role in [Role::Viewer, Role::Support, Role::Merchandiser, Role::Owner] {
            let token = Token(role.as_str().to_owned());
            let put = records.put_api_key(role.as_str(), role, &token, Millis(BELL));
            put.await.expect("a key");
        }
        let password = PASSWORD.to_owned();
        let staff = records.add_staff(STAFF, "Desk", Role::Owner, password, Millis(BELL));
        staff.await.expect("staff");
    }

    /// Somebody more on the staff, with the password of all.
    pub async fn hire(&self, mail: &str, role: Role) -> StaffId {
        let password = PASSWORD.to_owned();
        let hired = self
            .shop
            .records
            .add_staff(mail, "Hired", role, password, self.now());
        hired.await.expect("staff").expect("the login is free")
    }

    /// A program with the key of this role, or with this session.
    pub fn staff(&self, bearer: &str) -> Client {
        match bearer {
            "" => self.stranger(),
            bearer => self.stranger().with(&json!(bearer)),
        }
    }

    /// Puts a deal of `units` small coats at 41,000 won on the schedule, open from the bell on.
    pub async fn deal(&self, id: &str, units: u32) {
        let asked = json!({
            "deal": id, "starts_at": "2026-11-10T15:00:00.000Z", "ends_at": "2026-11-10T16:00:00.000Z",
            "limit": 0,
            "skus": [{"sku": "COAT-S", "units": units, "price": {"amount": 41_000, "currency": "KRW"}}],
        });
        let answer = self.post("merchandiser", "/v1/staff/deals", &asked).await;
        self.settle(&answer.is(201)).await;
    }

    /// Somebody buys `units` of the deal and pays; the order's id.
    pub async fn paid_order(&self, deal: &str, units: u16) -> String {
        let order = self.order(deal, units).await;
        let id: OrderId = order.parse().expect("a uuid");
        let amount = Amount(41_000 * i64::from(units));
        let currency = Currency::KRW;
        let start = Command::StartPayment {
            checkout: checkout_of(id),
            person: PERSON,
            method: Method::Card,
            steps: Steps::One,
            months: 0,
            amount,
            currency,
        };
        let Receipt::Payment { payment, .. } = self.command(start).await else {
            panic!("a payment has a number");
        };
        let capture = Command::RecordCapture {
            payment,
            amount,
            currency,
        };
        self.command(capture).await;
        order
    }

    /// Somebody orders `units` of the deal, as yet unpaid; the order's id.
    pub async fn order(&self, deal: &str, units: u16) -> String {
        let deal = self.shop.directory.deal(deal).await.expect("a deal").number;
        let (sku, _) = self.shop.directory.sku("COAT-S").await.expect("a SKU");
        let shopper = Shopper {
            person: PERSON,
            member: false,
            verified: false,
        };
        let hold = Command::PlaceHold {
            deal,
            sku,
            units,
            shopper,
            or_wait: false,
        };
        let Receipt::Hold { hold, .. } = self.command(hold).await else {
            panic!("a hold has a number");
        };
        let nth = self.orders.fetch_add(1, Ordering::SeqCst);
        let now = u128::from(self.now().0);
        let order = OrderId((now << 80) | (7 << 76) | (2 << 62) | u128::from(nth));
        let placed = Command::PlaceCheckout {
            checkout: checkout_of(order),
            orders: [order].into_iter().collect(),
            holds: [hold].into_iter().collect(),
            person: PERSON,
            zone: Zone(0),
        };
        self.command(placed).await;
        let contact = Contact {
            name: "홍길동".to_owned(),
            phone: "010-1234-5678".to_owned(),
            mail: "hong@example.com".to_owned(),
            memo: "=cmd".to_owned(),
            ..Contact::default()
        };
        let records = &self.shop.records;
        let put = records.put_contact(
            checkout_of(order),
            None,
            contact,
            Device::Computer,
            Millis(BELL),
        );
        put.await.expect("stored");
        order.to_string()
    }

    pub async fn get(&self, role: &str, path: &str) -> Answer {
        self.staff(role).get(path).await
    }

    pub async fn post(&self, role: &str, path: &str, body: &Value) -> Answer {
        self.staff(role).post(path, body).await
    }

    /// As `post`, with an Idempotency-Key.
    pub async fn keyed(&self, role: &str, path: &str, key: &str, body: &Value) -> Answer {
        self.staff(role).post_once(key, path, body).await
    }

    pub async fn patch(&self, role: &str, path: &str, body: &Value) -> Answer {
        self.staff(role).patch(path, body).await
    }

    pub async fn delete(&self, role: &str, path: &str) -> Answer {
        self.staff(role).delete(path).await
    }

    pub async fn csv(&self, role: &str, path: &str, text: &str) -> Answer {
        self.staff(role).csv(path, text).await
    }

    /// The newest deed of that name in the audit.
    pub async fn deed(&self, action: &str) -> Value {
        let path = format!("/v1/staff/audit?action={action}&limit=1");
        let answer = self.get("viewer", &path).await;
        answer.json()["items"][0].clone()
    }
}

fn checkout_of(order: OrderId) -> CheckoutId {
    CheckoutId(order.0 | (1 << 32))
}
