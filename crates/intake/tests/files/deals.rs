//! Deals out of files: terms, defaults, several SKUs a deal, and what is wrong row by row.

use crate::desk::folder;
use intake::{DealDefaults, DealDraft, DealPool, Extensions, Mapping, Source, read_deals};
use money::{Amount, Currency};
use vocabulary::{DealTerms, Deduct, Millis, PoolDraft, SkuId};

/// Midnight of 11 November 2026 in Seoul.
const BELL: u64 = 1_794_322_800_000;

fn read(name: &str, text: &str, mapping: Option<&str>) -> (Vec<DealDraft>, Vec<String>) {
    let folder = folder(&[(name, text.as_bytes())]);
    let source = Source::open(folder.path()).expect("a source");
    let mapping = mapping.map(|text| Mapping::parse(text, "m.toml").expect("a good mapping"));
    let (mut deals, mut said) = (Vec::new(), Vec::new());
    let defaults = DealDefaults::in_seoul();
    read_deals(&source, mapping.as_ref(), &defaults, &mut |row| match row {
        Ok(located) => deals.push(located.draft),
        Err(problem) => said.push(format!(
            "{} {}",
            problem.location.line,
            problem.cause.name()
        )),
    })
    .expect("readable");
    (deals, said)
}

fn terms() -> DealTerms {
    DealTerms {
        starts_at: Millis(BELL),
        ends_at: Millis(BELL + 3_600_000),
        hold_ms: 900_000,
        payment_ms: 1_800_000,
        deposit_ms: 0,
        limit: 1,
        members_only: false,
        verified_only: false,
        deduct: Deduct::OnOrder,
        waitlist_max: 1_000,
    }
}

fn pool(sku: &str, allotment: u32, price: i64) -> DealPool {
    DealPool {
        sku: sku.into(),
        allotment,
        price: Amount(price),
    }
}

#[test]
fn the_least_line_takes_the_rules_of_the_originals() {
    let (deals, said) = read(
        "a.csv",
        "sku,price,allotment,start,end\nS1,\"9,900\",100,2026-11-11 00:00:00.000,2026-11-11 01:00\n",
        None,
    );
    let expected = DealDraft {
        id: "S1@2026-11-10T15:00:00.000+00:00".into(),
        currency: Currency::KRW,
        terms: terms(),
        extensions: Extensions::default(),
        pools: vec![pool("S1", 100, 9_900)],
    };
    assert_eq!((deals, said), (vec![expected], vec![]));
}

#[test]
fn lines_of_one_deal_are_its_pools_and_may_leave_its_terms_blank() {
    let (deals, said) = read(
        "a.csv",
        "deal,sku,price,allotment,start,end,limit,hold,payment,deduct,waitlist,members_only\n\
         D,S1,9900,100,2026-11-11,2026-11-11T01:00:00+09:00,2,20s,30m,payment,,yes\n\
         E,S3,100,1,2026-11-11,2026-11-12,,,,,,\n\
         D,S2,8900,50,,,,,,,,\n\
         E,S1,50,1,2026-11-11 00:00,2026-11-12 00:00,,,,,,\n",
        None,
    );
    let expected = DealTerms {
        hold_ms: 20_000,
        limit: 2,
        deduct: Deduct::OnPayment,
        waitlist_max: 0,
        members_only: true,
        ..terms()
    };
    assert_eq!(deals.len(), 2);
    assert_eq!((&deals[0].id[..], deals[0].terms), ("D", expected));
    assert_eq!(
        deals[0].pools,
        [pool("S1", 100, 9_900), pool("S2", 50, 8_900)]
    );
    assert_eq!(deals[1].pools, [pool("S3", 1, 100), pool("S1", 1, 50)]);
    assert_eq!(said, [""; 0]);
}

/// What is said of these lines, and the ids of the deals that are left.
fn left_of(lines: &str) -> (Vec<String>, Vec<String>) {
    let header = "deal,sku,price,allotment,start,end,limit\n";
    let (deals, said) = read("a.csv", &format!("{header}{lines}"), None);
    (deals.into_iter().map(|deal| deal.id).collect(), said)
}

#[test]
fn a_bad_line_leaves_its_whole_deal_out_and_the_deal_says_so_once() {
    let good = "D,S1,9900,100,2026-11-11,2026-11-12,1\nE,S1,90,1,2026-11-11,2026-11-12,\n";
    let bad_lines = [
        ("D,S2,0,50,,,", "price_zero"),
        ("D,S1,8900,50,,,", "duplicate_sku"),
        ("D,S2,8900,50,,,3", "conflicting_lines"),
        ("D,S2,8900,50,,2026-11-11 24:00,", "not_a_time"),
        ("D,S2,\"8,900,50,,,", "broken_quoting"),
        ("D,S2,8900,50", "wrong_width"),
        ("\"D\"x,S2,8900,50", "broken_quoting"),
    ];
    for (bad, cause) in bad_lines {
        let said = vec![format!("4 {cause}"), "2 deal_left_out".to_owned()];
        let left = left_of(&format!("{good}{bad}\nD,S3,900,5,,,\n"));
        assert_eq!(left, (vec!["E".to_owned()], said), "{bad}");
    }
}

#[test]
fn what_is_wrong_in_the_first_line_is_not_said_again_of_those_that_take_it_over() {
    let (left, said) = left_of(
        "D,S1,9900,100,soon,2026-11-12,1\n\
         D,S2,9900,0.5,,,\n\
         D,S3,9900,100,,,\n\
         F,S1,0,1,2026-11-11,2026-11-12,\n",
    );
    assert_eq!(left, [""; 0]);
    assert_eq!(
        said,
        [
            "2 not_a_time",
            "3 not_a_whole_number",
            "5 price_zero",
            "2 deal_left_out"
        ]
    );
}

#[test]
fn a_bad_json_row_leaves_its_deal_out_too() {
    let row = |sku: &str| {
        format!(
            r#"{{"deal":"D","sku":"{sku}","price":9,"allotment":1,"start":"2026-11-11","end":"2026-11-12"}}"#
        )
    };
    let broken = row("S2").replace("9,", "9");
    let lines = format!("{}\n{broken}\n", row("S1"));
    let (deals, said) = read("a.jsonl", &lines, None);
    assert_eq!(deals, []);
    assert_eq!(said, ["2 broken_json", "1 deal_left_out"]);
}

#[test]
fn a_deal_that_is_left_out_names_the_line_that_did_it() {
    let folder = folder(&[(
        "a.csv",
        b"deal,sku,price,allotment,start,end\nD,S1,9,1,2026-11-11,2026-11-12\nD,S2,0,1,,\n",
    )]);
    let source = Source::open(folder.path()).expect("a source");
    let mut said = Vec::new();
    let tally = read_deals(&source, None, &DealDefaults::in_seoul(), &mut |row| {
        said.extend(row.err().map(|problem| problem.to_string()));
    });
    let tally = tally.expect("readable");
    assert_eq!((tally.rows, tally.drafts, tally.refused), (2, 0, 2));
    assert_eq!(
        said[1],
        "a.csv:2: deal_left_out: deal `D`: a deal goes in whole or not at all; mend its wrong line \
         and import it again (a.csv:3) (the deal is left out)"
    );
}

#[test]
fn each_broken_rule_has_its_own_cause() {
    let good = "S1,9900,100,2026-11-11,2026-11-12,1,15m,order,5,no,2,60s";
    let table = [
        ("S1,", ",", "missing_field"),
        (",9900,", ",0,", "price_zero"),
        (",9900,", ",99.5,", "price_fraction"),
        (",100,", ",0,", "allotment_zero"),
        (",100,", ",,", "missing_field"),
        (",100,", ",-1,", "not_a_whole_number"),
        ("2026-11-11,", ",", "missing_field"),
        ("2026-11-11,", "soon,", "not_a_time"),
        (",2026-11-12", ",2026-11-11", "ends_before_start"),
        (",1,15m", ",70000,15m", "not_a_whole_number"),
        ("15m", "15 minutes", "not_a_duration"),
        ("15m", "0", "duration_out_of_range"),
        ("order", "shipping", "unknown_deduct"),
        ("order", "payment", "waitlist_without_holds"),
        (",no", ",perhaps", "not_yes_or_no"),
        (",2,60s", ",often,60s", "not_a_whole_number"),
        (",2,60s", ",11,60s", "extensions_contradict"),
        (",2,60s", ",0,60s", "extensions_contradict"),
        (",2,60s", ",2,", "extensions_contradict"),
        (",2,60s", ",2,1500ms", "extensions_contradict"),
    ];
    let header = "sku,price,allotment,start,end,limit,hold,deduct,waitlist,members_only,extensions,extension\n";
    assert_eq!(read("a.csv", &format!("{header}{good}\n"), None).1, [""; 0]);
    for (right, wrong, cause) in table {
        let text = format!("{header}{}\n", good.replacen(right, wrong, 1));
        let (deals, said) = read("a.csv", &text, None);
        assert_eq!(
            (deals, said),
            (vec![], vec![format!("2 {cause}")]),
            "{text}"
        );
    }
}

#[test]
fn a_mapping_and_json_work_for_deals_too() {
    let mapping = r#"
        [deal]
        sku = "/item/code"
        price = "/won"
        allotment = { columns = ["/units", "/pieces"] }
        start = { template = "{/day} {/from}" }
        end = { template = "{/day} {/to}" }
        limit = { value = "3" }
    "#;
    let text = r#"[{"item":{"code":"S1"},"won":9900,"pieces":7,"day":"2026-11-11","from":"00:00","to":"01:00"}]"#;
    let (deals, said) = read("a.json", text, Some(mapping));
    assert_eq!(said, [""; 0]);
    assert_eq!(
        deals[0].terms,
        DealTerms {
            limit: 3,
            ..terms()
        }
    );
    assert_eq!(deals[0].pools, [pool("S1", 7, 9_900)]);
}

#[test]
fn a_draft_says_in_what_the_deal_on_the_schedule_differs() {
    let (deals, _) = read(
        "a.csv",
        "deal,sku,price,allotment,start,end\nD,S1,9,1,2026-11-11,2026-11-12\nD,S2,9,1,,\n",
        None,
    );
    let draft = &deals[0];
    assert_eq!(draft.differs(draft), None);
    let numbered = [(7, 3, 8), (9, 1, 9)].map(|(sku, units, price)| PoolDraft {
        sku: SkuId(sku),
        units,
        price: Amount(price),
    });
    let terms = DealTerms {
        limit: 2,
        ..draft.terms
    };
    let numbers = [7, 8].map(|sku| PoolDraft {
        sku: SkuId(sku),
        ..numbered[0]
    });
    let extensions = Extensions {
        times: 2,
        span_ms: 60_000,
    };
    let shared = (draft.currency, terms, extensions);
    let standing = draft.standing(shared, &numbers, numbered.into_iter());
    assert_eq!(
        draft.differs(&standing).expect("it differs"),
        "on the schedule limit is 2, not 1, extensions is 2, not 0, extension is 1m, not 0, price of `S1` is 8, not 9, allotment of `S1` is 3, not 1, \
         it has no SKU `S2`, it has SKU `#9` besides; nothing was changed: \
         change it at the desk or by PATCH /v1/staff/deals/D, \
         more time for holds by POST /v1/staff/deals/D/extensions"
    );
}

#[test]
fn an_id_that_no_address_can_have_is_refused_by_its_reason() {
    let line = |id: &str| format!("{id},S1,100,1,2026-11-11 00:00,2026-11-11 01:00");
    let ids = [".", "make", "..", "import"];
    let text = format!(
        "deal,sku,price,allotment,start,end\n{}\n",
        ids.map(line).join("\n")
    );
    let (deals, said) = read("a.csv", &text, None);
    assert_eq!(said, ["2 reserved_id", "4 reserved_id"]);
    let ids: Vec<&str> = deals.iter().map(|deal| deal.id.as_str()).collect();
    assert_eq!(ids, ["make", "import"]);
}
