//! No act at the desk is done by mistake: each is undone beside its notice, or names its effect before.

use super::desk::enter;
use super::desk_guards::{ACTS, Act, Guard};
use crate::house::{Browser, GIF, House, Page, STAFF};
use axum::http::StatusCode;
use doorbuster_http::rights::RIGHTS;
use doorbuster_http::totp::{CodeSecret, step_at};
use records::{Role, StaffId};
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn every_act_of_the_desk_has_an_undo_or_names_its_effect() {
    let posts = RIGHTS.iter().filter(|right| right.method == "POST");
    let pages: BTreeSet<&str> = posts
        .map(|right| right.path)
        .filter(|path| path.starts_with("/desk/"))
        .collect();
    let acts: BTreeSet<&str> = ACTS.iter().map(|act| act.path).collect();
    assert_eq!(acts, pages, "desk_guards.rs says what guards each");
    assert_eq!(acts.len(), ACTS.len(), "an act is there twice");
}

#[tokio::test]
async fn what_cannot_be_undone_is_asked_for_where_its_effect_is_named() {
    let house = House::open().await;
    house.sell_hats().await;
    let mut stage = Stage::set(&house).await;
    for act in ACTS {
        let Guard::Confirmation { page, says } = act.guard else {
            continue;
        };
        let address = stage.address_of(act, page).await;
        let shown = stage.desk.see(&address).await;
        assert_eq!(shown.status, StatusCode::OK, "{address}: {}", shown.text);
        assert!(sends_to(&shown, act.path), "{address}: {}", shown.text);
        for words in pieces_of(says) {
            assert!(shown.has(&words), "{}: {words}: {}", act.path, shown.text);
        }
    }
}

#[tokio::test]
async fn what_can_be_undone_is_undone_by_the_button_beside_its_notice() {
    let house = House::open().await;
    let mut hand = Hand {
        desk: enter(&house).await,
        undone: BTreeSet::new(),
    };
    hand.deals().await;
    hand.products().await;
    hand.people(&house).await;
    hand.others(&house).await;
    let guarded = ACTS.iter().filter(|act| act.guard == Guard::Undo);
    let wanted: BTreeSet<&str> = guarded.map(|act| act.path).collect();
    assert_eq!(hand.undone, wanted);
}

/// A house in which every act can be asked for.
struct Stage<'a> {
    house: &'a House,
    desk: Browser,
    bo: StaffId,
    order: String,
}

impl<'a> Stage<'a> {
    async fn set(house: &'a House) -> Stage<'a> {
        house.deal("STAGE", 9).await;
        house.pass(60_000);
        let order = house.order("STAGE", 1).await;
        let mut desk = enter(house).await;
        enter(house).await;
        desk.post("/desk/people/invite", &invited("ann@shop.kr"))
            .await;
        desk.post("/desk/keys", &new_key("Till")).await;
        let bo = house.hire("bo@shop.kr", Role::Viewer).await;
        let form = [
            ("email", "bo@shop.kr"),
            ("password", crate::house::PASSWORD),
        ];
        let entered = house.browser().post("/desk/sign-in", &form).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
        passkey(house, bo, b"bo").await;
        passkey(house, own_id(house).await, b"own").await;
        set_codes_up(house, &mut desk).await;
        Stage {
            house,
            desk,
            bo,
            order,
        }
    }

    /// Where the act is asked for, with what it is about.
    async fn address_of(&mut self, act: &Act, page: &str) -> String {
        match act.path {
            "/desk/deals/{deal}/allotments" => format!("{}?sku=COAT-S&units=1", named(page)),
            "/desk/schedule/bulk" => format!("{page}?deal=STAGE&what=end"),
            "/desk/schedule/import/{chore}/put" => self.previewed().await,
            "/desk/orders/{order}/refund" => {
                let paid = self.house.paid_order("STAGE", 1).await;
                format!("/desk/orders/{paid}/refund?scope=whole")
            }
            "/desk/orders/{order}/ship" => {
                let paid = self.house.paid_order("STAGE", 1).await;
                format!("/desk/orders/{paid}/ship")
            }
            "/desk/orders/{order}/parcels/{waybill}/arrived" => {
                let paid = self.house.paid_order("STAGE", 1).await;
                let row = json!([{"order": paid, "line": 0, "units": 1}]);
                let came = self
                    .house
                    .post("support", "/v1/staff/shipments", &row)
                    .await;
                self.house.settle(&came).await;
                format!("/desk/orders/{paid}")
            }
            "/desk/orders/{order}/cancel" => format!("/desk/orders/{}", self.order),
            path if path.starts_with("/desk/people/{member}/") => {
                format!("/desk/people/{}", self.bo)
            }
            _ => named(page),
        }
    }

    /// A file that was read and not put yet.
    async fn previewed(&mut self) -> String {
        let file = "sku,price,units,starts,ends\nCOAT-M,9000,1,2026-11-12 00:00,2026-11-12 01:00\n";
        let parts: [(&str, &str, &[u8]); 2] =
            [("key", "", b"stage"), ("file", "a.csv", file.as_bytes())];
        let taken = self.desk.post_parts("/desk/schedule/import", &parts).await;
        let chore = taken.location;
        self.desk.see_until(&chore, "import-put").await;
        chore
    }
}

/// The address of a page about the deal of the stage.
fn named(page: &str) -> String {
    page.replace("{deal}", "STAGE")
}

/// What the message says apart from what is filled in.
fn pieces_of(key: &str) -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/locales/ko");
    let files = std::fs::read_dir(folder).expect("a folder");
    let texts = files.map(|file| std::fs::read_to_string(file.expect("a file").path()));
    let message = texts
        .map(|text| text.expect("text"))
        .find_map(|text| {
            let begins = format!("{key} = ");
            let mut lines = text.lines();
            lines.find_map(|line| line.strip_prefix(&begins).map(str::to_owned))
        })
        .unwrap_or_else(|| panic!("no message {key}"));
    let pieces = message.split(['{', '}']).step_by(2).map(str::trim);
    pieces
        .filter(|piece| piece.chars().count() > 1)
        .map(str::to_owned)
        .collect()
}

/// True where a form of the page is sent to this address of the router.
fn sends_to(page: &Page, path: &str) -> bool {
    let actions = page.text.split("action=\"").skip(1);
    let mut actions = actions.filter_map(|rest| rest.split('"').next());
    actions.any(|action| {
        let (action, path): (Vec<_>, Vec<_>) =
            (action.split('/').collect(), path.split('/').collect());
        let fits = |(part, wanted): (&&str, &&str)| wanted.starts_with('{') || part == wanted;
        action.len() == path.len() && action.iter().zip(&path).all(fits)
    })
}

async fn own_id(house: &House) -> StaffId {
    let staff = house.shop.records.staff().await.expect("staff");
    let own = staff.into_iter().find(|member| member.mail == STAFF);
    own.expect("it was taken on").id
}

async fn passkey(house: &House, staff: StaffId, credential: &[u8]) {
    let records = &house.shop.records;
    let added = records.add_passkey(staff, credential, "Phone", "{}", house.now());
    assert!(added.await.expect("kept"));
}

async fn set_codes_up(house: &House, desk: &mut Browser) {
    let text = desk.see("/desk/me/codes").await.field("secret");
    let secret = CodeSecret::of_text(&text).expect("a secret");
    let code = secret.code(step_at(house.now()));
    let form = [("secret", text.as_str()), ("code", code.as_str())];
    let on = desk.post("/desk/me/codes", &form).await;
    assert!(
        on.status.is_success() || on.status.is_redirection(),
        "{}",
        on.text
    );
}

fn invited(mail: &str) -> [(&str, &str); 4] {
    let typed = [("email", mail), ("name", "Somebody"), ("role", "viewer")];
    [("key", mail), typed[0], typed[1], typed[2]]
}

fn new_key(name: &str) -> [(&str, &str); 3] {
    [("key", name), ("name", name), ("role", "viewer")]
}

/// Somebody who does every act and undoes it.
struct Hand {
    desk: Browser,
    undone: BTreeSet<&'static str>,
}

impl Hand {
    /// Presses the Undo of the page that tells of the act.
    async fn undo(&mut self, act: &str, told: &Page) -> Page {
        let undone = self.desk.press_undo(told).await;
        assert!(
            undone.has("class=\"notice\"") && !undone.has("notice-bad"),
            "{act}: {}",
            undone.text
        );
        let known = ACTS.iter().find(|known| known.path == act);
        self.undone.insert(known.expect("it is in the table").path);
        undone
    }

    async fn done(&mut self, act: &str, address: &str, form: &[(&str, &str)]) -> Page {
        let told = self.desk.post_and_follow(address, form).await;
        self.undo(act, &told).await
    }

    async fn deals(&mut self) {
        let (make, night) = ("/desk/schedule/make", "/desk/deals/NIGHT");
        let back = self.done(make, make, &deal("FIRST", "39000", "1")).await;
        assert!(back.has("딜을 시작 전에 거뒀어요"), "{}", back.text);
        self.desk.post(make, &deal("DESK", "39000", "1")).await;

        let change = "/desk/deals/{deal}/change";
        let mut changed = deal("DESK", "38000", "2");
        changed[0].1 = "change";
        let back = self.done(change, "/desk/deals/DESK/change", &changed).await;
        assert!(
            back.has("39,000원") && back.has("되돌렸어요"),
            "{}",
            back.text
        );

        let moved = [
            ("key", "m"),
            ("starts", "2026-11-11T03:00:00"),
            ("ends", "2026-11-11T04:00:00"),
        ];
        let back = self.done("/desk/deals/{deal}/move", "/desk/deals/DESK/move", &moved);
        assert!(back.await.has("11월 11일 01:00"));

        let moved = [("key", "n"), moved[1], moved[2]];
        self.desk.post(&format!("{night}/move"), &moved).await;
        let deed = self.desk.see(night).await.field("deed");
        let form = [("key", "b"), ("deed", deed.as_str())];
        let address = format!("{night}/take-back");
        let back = self.done("/desk/deals/{deal}/take-back", &address, &form);
        assert!(back.await.has("11월 11일 03:00"));
    }

    async fn products(&mut self) {
        let coat = "/desk/products/COAT";
        let product = "/desk/products/{product}";
        let back = self.done(product, coat, &coat_form("겨울 코트")).await;
        assert!(back.has("value=\"울 코트\""), "{}", back.text);

        self.desk.post(coat, &coat_form("겨울 코트")).await;
        let deed = self.desk.see(coat).await.field("deed");
        let form = [("key", "b"), ("deed", deed.as_str()), ("field", "name")];
        let address = format!("{coat}/bring-back");
        let act = "/desk/products/{product}/bring-back";
        let back = self.done(act, &address, &form).await;
        assert!(back.has("value=\"겨울 코트\""), "{}", back.text);

        let form = [
            ("key", "s"),
            ("sku", "COAT-S"),
            ("flow", "withdraw"),
            ("units", "3"),
            ("foreseen", "COAT-S:withdraw:3"),
        ];
        let address = format!("{coat}/stock");
        self.done("/desk/products/{product}/stock", &address, &form)
            .await;
        self.pictures(coat).await;
    }

    async fn pictures(&mut self, coat: &str) {
        let address = format!("{coat}/pictures");
        let parts: [(&str, &str, &[u8]); 1] = [("pictures", "a.gif", GIF)];
        for twice in [true, false] {
            let sent = self.desk.post_parts(&address, &parts).await;
            let told = self.desk.see(&sent.location).await;
            if twice {
                let back = self.undo("/desk/products/{product}/pictures", &told).await;
                assert!(!back.has("class=\"gallery-picture\""), "{}", back.text);
            }
        }
        let act = "/desk/products/{product}/pictures/order";
        let form = [("key", "o"), ("order", "")];
        let back = self.done(act, &format!("{address}/order"), &form).await;
        assert!(
            back.has("class=\"gallery-picture\""),
            "it is there again: {}",
            back.text
        );
    }

    async fn people(&mut self, house: &House) {
        let bo = house.hire("bo@shop.kr", Role::Viewer).await;
        let member = [
            ("role", "merchandiser"),
            ("active", "yes"),
            ("was_role", "viewer"),
            ("was_active", "yes"),
        ];
        let address = format!("/desk/people/{bo}");
        self.done("/desk/people/{member}", &address, &member).await;
        let invite = "/desk/people/invite";
        let told = self.desk.post(invite, &invited("ann@shop.kr")).await;
        let back = self.undo(invite, &told).await;
        assert!(!back.has("ann@shop.kr"), "{}", back.text);
        let told = self.desk.post("/desk/keys", &new_key("Till")).await;
        self.undo("/desk/keys", &told).await;
    }

    async fn others(&mut self, house: &House) {
        passkey(house, own_id(house).await, b"own").await;
        let me = self.desk.see("/desk/me").await;
        let rename = me.text.split("/desk/me/passkeys/").find_map(|rest| {
            let (id, _) = rest.split_once("/rename\"")?;
            Some(format!("/desk/me/passkeys/{id}/rename"))
        });
        let act = "/desk/me/passkeys/{passkey}/rename";
        let rename = rename.expect("it has a passkey");
        let back = self.done(act, &rename, &[("name", "Laptop")]).await;
        assert!(back.has("<strong>Phone</strong>"), "{}", back.text);
        // A session that a password alone opened is let in nowhere under this policy; a key is.
        self.desk = house.browser();
        self.desk.bearer = "owner";
        let policy = "/desk/people/policy";
        self.done(policy, policy, &[("required", "yes")]).await;

        let ask = json!({"url": "https://shop.example/hooks", "kinds": ["OrderPaid"]});
        let made = house.post("owner", "/v1/staff/webhooks", &ask).await.json();
        let id = made["webhook"].as_str().expect("an id").to_owned();
        for (deed, before) in [("pause", "resume"), ("resume", "pause")] {
            self.desk
                .post(&format!("/desk/webhooks/{id}/{before}"), &[])
                .await;
            let act = format!("/desk/webhooks/{{webhook}}/{deed}");
            let address = format!("/desk/webhooks/{id}/{deed}");
            self.done(&act, &address, &[]).await;
        }
    }
}

/// The form of a deal of small coats.
fn deal<'a>(id: &'a str, price: &'a str, limit: &'a str) -> [(&'a str, &'a str); 15] {
    [
        ("key", id),
        ("deal", id),
        ("price", price),
        ("starts", "2026-11-11T01:00:00"),
        ("ends", "2026-11-11T02:00:00"),
        ("limit", limit),
        ("hold_seconds", "60"),
        ("extensions", "0"),
        ("extension_seconds", "0"),
        ("payment_minutes", "5"),
        ("deposit_minutes", "0"),
        ("waitlist", "3"),
        ("sku", "COAT-S"),
        ("units", "5"),
        ("confirmed", "yes"),
    ]
}

fn coat_form(name: &str) -> Vec<(&str, &str)> {
    let mut form = vec![
        ("key", "c"),
        ("name-ko", name),
        ("category-ko", "여성복 > 코트"),
        ("price", "55000"),
        ("list_price", "69000"),
        ("brand", ""),
        ("colours", ""),
    ];
    for (sku, size) in [("COAT-S", "S"), ("COAT-M", "M")] {
        form.extend([("sku", sku), ("option-ko", size), ("stock", "100")]);
    }
    form
}
