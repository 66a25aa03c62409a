//! /v1/staff/deals and /v1/staff/stock.

use crate::house::House;
use serde_json::{Value, json};

const DEALS: &str = "/v1/staff/deals";

#[tokio::test]
async fn a_deal_is_scheduled_changed_and_ended_and_the_audit_says_so() {
    let house = House::unscheduled().await;
    house.deal("NIGHT", 10).await;
    let deal = house.get("viewer", "/v1/staff/deals/NIGHT").await.json();
    assert_eq!(deal["state"], "upcoming");
    assert_eq!(deal["hold_seconds"], 900, "the usual");
    assert_eq!(deal["skus"][0]["available"], 10);

    let changes = json!({"limit": 2, "skus": [{"sku": "COAT-S", "price": {"amount": 39_000, "currency": "KRW"}}]});
    let changed = house
        .patch("merchandiser", "/v1/staff/deals/NIGHT", &changes)
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let more = json!({"sku": "COAT-S", "units": 5});
    let added = house
        .post("merchandiser", "/v1/staff/deals/NIGHT/allotments", &more)
        .await;
    let seen = format!(
        "/v1/staff/deals/NIGHT?at_least={}",
        added.header("doorbuster-sequence")
    );
    let deal = house.get("viewer", &seen).await.json();
    assert_eq!(
        (&deal["limit"], &deal["hold_seconds"]),
        (&json!(2), &json!(900))
    );
    assert_eq!(deal["skus"][0]["price"]["amount"], 39_000);
    assert_eq!(deal["skus"][0]["allotted"], 15);

    let ended = house
        .post("merchandiser", "/v1/staff/deals/NIGHT/end", &json!(null))
        .await;
    house.settle(&ended).await;
    assert_eq!(
        house.get("viewer", "/v1/staff/deals/NIGHT").await.json()["state"],
        "over"
    );

    let deed = house.deed("deal.change").await;
    assert_eq!(
        (&deed["who"], &deed["target"]),
        (&json!("key merchandiser"), &json!("deal:NIGHT"))
    );
    assert_eq!(deed["before"]["terms"]["limit"], 0);
    assert_eq!(deed["after"]["terms"]["limit"], 2);
    assert_eq!(house.deed("deal.reprice").await["before"]["price"], 41_000);
    assert_eq!(
        house.deed("deal.add_allotment").await["after"]["allotted"],
        15
    );
    assert_eq!(house.deed("deal.end").await["after"]["over"], true);
}

#[tokio::test]
async fn of_two_who_change_terms_of_a_deal_at_once_neither_loses_what_the_other_did() {
    let house = House::open().await;
    let path = "/v1/staff/deals/NIGHT";
    for round in 1..=8 {
        let change = async |change: Value| {
            let changed = house.patch("merchandiser", path, &change).await;
            house.settle(&changed.is(200)).await;
        };
        tokio::join!(
            change(json!({"limit": round})),
            change(json!({"waitlist_max": 10 + round})),
            change(json!({"hold_seconds": 600 + round})),
        );
        let deal = house.get("viewer", path).await.json();
        let told = (&deal["limit"], &deal["waitlist_max"], &deal["hold_seconds"]);
        let asked = (&json!(round), &json!(10 + round), &json!(600 + round));
        assert_eq!(told, asked);
    }
}

#[tokio::test]
async fn the_same_key_is_one_deal_and_another_body_is_refused() {
    let house = House::unscheduled().await;
    let deal = |limit: u16| {
        json!({
            "deal": "NIGHT", "starts_at": "2026-11-10T15:00:00.000Z", "ends_at": "2026-11-10T16:00:00.000Z",
            "limit": limit, "skus": [{"sku": "COAT-M", "units": 3, "price": {"amount": 9, "currency": "KRW"}}],
        })
    };
    let first = house.keyed("merchandiser", DEALS, "k", &deal(1)).await;
    let again = house.keyed("merchandiser", DEALS, "k", &deal(1)).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.text, again.text);
    assert_eq!(
        (
            first.header("idempotent-replayed"),
            again.header("idempotent-replayed")
        ),
        ("", "true")
    );
    let other = house.keyed("merchandiser", DEALS, "k", &deal(2)).await;
    assert_eq!((other.status, &other.json()["number"]), (422, &json!(10)));
    let unkeyed = house.post("merchandiser", DEALS, &deal(1)).await;
    assert_eq!(
        (unkeyed.status, &unkeyed.json()["refusal"]),
        (409, &json!("deal_exists"))
    );
    let audit = house
        .get("viewer", "/v1/staff/audit?action=deal.schedule")
        .await
        .json();
    assert_eq!(audit["items"].as_array().expect("a list").len(), 1);
}

#[tokio::test]
async fn who_may_not_is_told_so_and_nothing_happens() {
    let house = House::unscheduled().await;
    assert_eq!(house.get("", DEALS).await.status, 401);
    assert_eq!(house.get("nobody's key", DEALS).await.status, 401);
    let moved = json!({"sku": "COAT-S", "units": 1});
    let refused = house.post("support", "/v1/staff/stock", &moved).await;
    assert_eq!(refused.json()["type"], "/problems/role_insufficient");
    assert_eq!(
        house.get("merchandiser", "/v1/staff/keys").await.status,
        403
    );
    assert_eq!(
        house.get("viewer", "/v1/staff/stock/COAT-S").await.json()["stock"],
        100
    );
    assert_eq!(
        house
            .post("viewer", "/v1/staff/shipments", &json!([]))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn lists_go_on_page_by_page_until_their_end() {
    let house = House::unscheduled().await;
    for deal in ["A", "B", "C"] {
        house.deal(deal, 1).await;
    }
    let first = house
        .get("viewer", "/v1/staff/deals?state=upcoming&limit=2")
        .await
        .json();
    let names = |page: &serde_json::Value| -> Vec<String> {
        let items = page["items"].as_array().expect("a list");
        items
            .iter()
            .map(|deal| deal["deal"].as_str().expect("an id").to_owned())
            .collect()
    };
    assert_eq!(names(&first), ["A", "B"]);
    let next = first["next"].as_str().expect("there is more");
    let rest = format!("/v1/staff/deals?state=upcoming&limit=2&cursor={next}");
    let rest = house.get("viewer", &rest).await.json();
    assert_eq!(
        (names(&rest), rest["next"].is_null()),
        (vec!["C".to_owned()], true)
    );
    assert_eq!(
        names(&house.get("viewer", DEALS).await.json()),
        ["C", "B", "A"]
    );
    assert_eq!(
        house
            .get("viewer", "/v1/staff/deals?state=open")
            .await
            .json()["items"],
        json!([])
    );
    assert_eq!(
        house.get("viewer", "/v1/staff/deals?limit=0").await.status,
        422
    );
    assert_eq!(
        house
            .get("viewer", "/v1/staff/deals?state=odd")
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn stock_comes_and_goes_but_never_below_what_is_free() {
    let house = House::unscheduled().await;
    let moved = |units: i64| json!({"sku": "COAT-S", "units": units});
    assert_eq!(
        house
            .post("merchandiser", "/v1/staff/stock", &moved(20))
            .await
            .status,
        200
    );
    assert_eq!(
        house
            .post("merchandiser", "/v1/staff/stock", &moved(-50))
            .await
            .status,
        200
    );
    let refused = house
        .post("merchandiser", "/v1/staff/stock", &moved(-71))
        .await;
    assert_eq!(refused.json()["refusal"], "stock_insufficient");
    let stock = house.get("viewer", "/v1/staff/stock/COAT-S").await.json();
    assert_eq!(stock, json!({"sku": "COAT-S", "stock": 70, "free": 70}));
    let deed = house.deed("stock.move").await;
    assert_eq!(
        (&deed["before"]["free"], &deed["after"]["free"]),
        (&json!(120), &json!(70))
    );
}

#[tokio::test]
async fn a_file_of_deals_goes_in_but_for_its_bad_rows_and_can_be_sent_again() {
    let house = House::unscheduled().await;
    let file = "deal,sku,price,allotment,start,end\n\
        D1,COAT-S,100,5,2026-11-11 00:00,2026-11-11 01:00\n\
        D2,COAT-S,0,5,2026-11-11 00:00,2026-11-11 01:00\n\
        D3,HAT,100,5,2026-11-11 00:00,2026-11-11 01:00\n";
    let import = "/v1/staff/schedule/import";
    let trial = house
        .csv("merchandiser", &format!("{import}?dry_run=true"), file)
        .await
        .json();
    assert_eq!(
        (&trial["scheduled"], &trial["same"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(house.get("viewer", DEALS).await.json()["items"], json!([]));
    let came = house.csv("merchandiser", import, file).await;
    house.settle(&came).await;
    let came = came.json();
    assert_eq!(came["scheduled"], 1);
    let problems: Vec<_> = came["problems"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|problem| (problem["line"].as_u64(), problem["cause"].as_str()))
        .collect();
    assert_eq!(
        problems,
        [
            (Some(3), Some("price_zero")),
            (Some(4), Some("sku_unknown"))
        ]
    );
    let again = house.csv("merchandiser", import, file).await.json();
    assert_eq!(
        (&again["scheduled"], &again["same"]),
        (&json!(0), &json!(1))
    );
    let deal = house.get("viewer", "/v1/staff/deals/D1").await.json();
    assert_eq!(
        deal["starts_at"], "2026-11-10T15:00:00.000Z",
        "midnight in Seoul"
    );
    assert_eq!(
        house.deed("deals.import").await["after"]["scheduled"],
        json!(["D1"])
    );
    assert_eq!(
        house
            .csv("merchandiser", import, "what,is,this\n")
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_bad_line_of_a_file_leaves_its_whole_deal_out() {
    let house = House::unscheduled().await;
    let file = "deal,sku,price,allotment,start,end\n\
        D1,COAT-S,100,5,2026-11-11 00:00,2026-11-11 01:00\n\
        D1,COAT-M,0,5,,\n";
    let import = "/v1/staff/schedule/import";
    let came = house.csv("merchandiser", import, file).await.json();
    assert_eq!(came["scheduled"], 0);
    let problems = came["problems"].as_array().expect("a list");
    let causes: Vec<_> = problems.iter().map(|problem| &problem["cause"]).collect();
    assert_eq!(causes, ["price_zero", "deal_left_out"]);
    let help = problems[1]["help"].as_str().expect("a text");
    assert!(help.ends_with("(deals.csv:3)"), "{help}");
}

#[tokio::test]
async fn a_trial_says_what_the_file_would_come_to_and_what_differs_is_told() {
    let house = House::unscheduled().await;
    let file = "deal,sku,price,allotment,start,end\n\
        D1,COAT-S,100,60,2026-11-11 00:00,2026-11-11 01:00\n\
        D2,COAT-S,100,60,2026-11-11 00:00,2026-11-11 01:00\n\
        D3,COAT-M,100,5,2020-11-11 00:00,2020-11-11 01:00\n";
    let import = "/v1/staff/schedule/import";
    let trial = format!("{import}?dry_run=true");
    let trial = house.csv("merchandiser", &trial, file).await.json();
    let came = house.csv("merchandiser", import, file).await;
    house.settle(&came).await;
    let came = came.json();
    assert_eq!(trial, came);
    assert_eq!(came["scheduled"], 1);
    assert_eq!(came["problems"][0]["cause"], "stock_insufficient");
    assert_eq!(came["problems"][1]["cause"], "deal_starts_in_past");

    let other = "deal,sku,price,allotment,start,end\n\
        D1,COAT-S,90,60,2026-11-11 00:00,2026-11-11 01:00\n";
    for path in [&format!("{import}?dry_run=true"), import] {
        let again = house.csv("merchandiser", path, other).await.json();
        assert_eq!(again["same"], 1);
        let told = &again["problems"][0];
        assert_eq!(
            (&told["line"], &told["cause"]),
            (&json!(2), &json!("differs"))
        );
        let help = told["help"].as_str().expect("a text");
        assert!(
            help.starts_with("on the schedule price of `COAT-S` is 100, not 90;"),
            "{help}"
        );
    }
}

const OPENS: &str = "2026-11-10T15:00:00.000Z";
const ENDS: &str = "2026-11-10T16:00:00.000Z";

fn won(amount: i64) -> Value {
    json!({"amount": amount, "currency": "KRW"})
}

/// A deal of some small coats.
fn draft(id: &str, units: u32, price: i64) -> Value {
    let skus = json!([{"sku": "COAT-S", "units": units, "price": won(price)}]);
    json!({"deal": id, "starts_at": OPENS, "ends_at": ENDS, "skus": skus})
}

#[tokio::test]
async fn a_deal_that_cannot_be_kept_is_not_scheduled() {
    let house = House::unscheduled().await;
    let staff = house.staff("merchandiser");
    let with = |field: &str, value: Value| {
        let mut deal = draft("NIGHT", 5, 100);
        deal[field] = value;
        deal
    };
    let sku = |sku: &str| json!([{"sku": sku, "units": 1, "price": won(1)}]);
    let twice = json!([sku("COAT-S")[0], sku("COAT-S")[0]]);
    for (deal, name) in [
        (draft("NIGHT", 0, 100), "nothing_asked"),
        (draft("NIGHT", 5, 0), "terms_contradict"),
        (with("ends_at", json!(OPENS)), "terms_contradict"),
        (with("skus", twice), "terms_contradict"),
        (with("skus", sku("HAT")), "sku_unknown"),
        (draft("NIGHT", 101, 100), "stock_insufficient"),
    ] {
        staff.post(DEALS, deal).await.refused(name);
    }
    let mut past = with("starts_at", json!("2026-11-10T13:00:00.000Z"));
    past["ends_at"] = json!("2026-11-10T14:00:00.000Z");
    staff.post(DEALS, past).await.refused("deal_starts_in_past");
    for (field, value) in [("skus", json!([])), ("starts_at", Value::Null)] {
        staff.post(DEALS, with(field, value)).await.is(422);
    }
    let dollars = json!([
        {"sku": "COAT-S", "units": 1, "price": won(1)},
        {"sku": "COAT-M", "units": 1, "price": {"amount": 1, "currency": "USD"}},
    ]);
    let answer = staff.post(DEALS, with("skus", dollars)).await.is(422);
    assert_eq!(answer.body["errors"][0]["field"], "skus.price.currency");
    let none = house.get("viewer", DEALS).await;
    assert_eq!(none.body["items"], json!([]));
}

#[tokio::test]
async fn what_stands_fast_in_a_deal_is_not_changed() {
    let house = House::unscheduled().await;
    house.deal("NIGHT", 5).await;
    house.deal("EARLIER", 5).await;
    let staff = house.staff("merchandiser");
    let night = "/v1/staff/deals/NIGHT";
    let price = |sku: &str, amount: i64| json!({"skus": [{"sku": sku, "price": won(amount)}]});
    staff.patch(night, json!({})).await.is(422);
    staff
        .patch(night, price("COAT-S", 0))
        .await
        .refused("terms_contradict");
    staff
        .patch(night, price("COAT-M", 1))
        .await
        .refused("sku_not_in_deal");
    staff
        .patch(night, price("HAT", 1))
        .await
        .refused("sku_unknown");
    staff
        .patch("/v1/staff/deals/NOON", price("COAT-S", 1))
        .await
        .refused("deal_unknown");
    let empty = json!({"ends_at": OPENS});
    staff.patch(night, empty).await.refused("terms_contradict");
    house.pass(60_001);
    let later = json!({"starts_at": "2026-11-10T15:30:00.000Z"});
    staff.patch(night, later).await.refused("deal_started");
    let ended = staff
        .post(&format!("{night}/end"), Value::Null)
        .await
        .is(200);
    house.settle(&ended).await;
    staff
        .post(&format!("{night}/end"), Value::Null)
        .await
        .refused("deal_over");
    staff
        .patch(night, json!({"limit": 1}))
        .await
        .refused("deal_starts_in_past");
    staff
        .patch(night, price("COAT-S", 1))
        .await
        .refused("deal_over");
}

#[tokio::test]
async fn stock_is_added_to_what_there_is_from_what_is_free() {
    let house = House::unscheduled().await;
    house.deal("NIGHT", 5).await;
    let staff = house.staff("merchandiser");
    let more = |sku: &str, units: u32| json!({"sku": sku, "units": units});
    let night = "/v1/staff/deals/NIGHT/allotments";
    for (path, body, name) in [
        (night, more("COAT-S", 0), "nothing_asked"),
        (night, more("HAT", 1), "sku_unknown"),
        (
            "/v1/staff/deals/NOON/allotments",
            more("COAT-S", 1),
            "deal_unknown",
        ),
        (night, more("COAT-M", 1), "sku_not_in_deal"),
        (night, more("COAT-S", 96), "stock_insufficient"),
        ("/v1/staff/stock", more("HAT", 1), "sku_unknown"),
        ("/v1/staff/stock", more("COAT-S", 0), "nothing_asked"),
    ] {
        staff.post(path, body).await.refused(name);
    }
    let unknown = house.get("viewer", "/v1/staff/stock/HAT").await;
    unknown.refused("sku_unknown");
    house.pass(60_000 + 3_600_000);
    staff
        .post(night, more("COAT-S", 1))
        .await
        .refused("deal_over");
}

#[tokio::test]
async fn a_deal_has_one_seller() {
    let house = House::unscheduled().await;
    house.sell_hats().await;
    let mut deal = draft("BOTH", 5, 100);
    let skus = deal["skus"].as_array_mut().expect("a list");
    skus.push(json!({"sku": "HAT-1", "units": 1, "price": won(1)}));
    let answer = house.post("merchandiser", DEALS, &deal).await;
    answer.refused("seller_differs");
}

#[tokio::test]
async fn a_mistyped_or_ill_typed_field_of_a_deal_is_refused_by_its_name() {
    let house = House::unscheduled().await;
    let staff = house.staff("merchandiser");
    let with = |field: &str, value: Value| {
        let mut deal = draft("NIGHT", 5, 100);
        deal[field] = value;
        deal
    };
    let mut no_skus = draft("NIGHT", 5, 100);
    no_skus.as_object_mut().expect("a deal").remove("skus");
    let pool = json!([{"sku": "COAT-S", "units": 5, "price": won(1), "unit": 5}]);
    let cents = json!([{"sku": "COAT-S", "units": 5, "price": {"amount": 1.5, "currency": "KRW"}}]);
    for (deal, field) in [
        (with("member_only", json!(true)), "member_only"),
        (with("limit", json!("two")), "limit"),
        (with("ends_at", json!("tomorrow")), "ends_at"),
        (with("skus", pool), "skus[0].unit"),
        (with("skus", cents), "skus[0].price.amount"),
        (no_skus, "skus"),
        (json!([draft("NIGHT", 5, 100)]), ""),
    ] {
        let answer = staff.post(DEALS, deal).await.is(422);
        assert_eq!(answer.problem(), "invalid");
        let error = &answer.body["errors"][0];
        assert_eq!(error["field"], field, "{}", answer.text);
        let detail = error["detail"].as_str().expect("a detail");
        assert!(
            !detail.contains("struct") && !detail.contains("u16"),
            "{detail}"
        );
    }
    house.deal("NIGHT", 5).await;
    let night = "/v1/staff/deals/NIGHT";
    let limits = json!({"limits": 2});
    let answer = staff.patch(night, limits).await.is(422);
    assert_eq!(answer.body["errors"][0]["field"], "limits");
    let end = json!({"at": "2026-11-11T00:00:00.000Z"});
    staff.post(&format!("{night}/end"), end).await.is(422);
    staff.post(&format!("{night}/end"), json!({})).await.is(200);
}
