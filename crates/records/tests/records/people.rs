//! People: accounts, sessions, addresses, contacts, watches, erasure.

use crate::{NOW, fresh};
use money::{Amount, Currency};
use records::{
    ADDRESSES_MAX, Account, AccountId, Address, CONTACTS_KEPT_MS, CashReceipt, Consent, Contact,
    Device, NewAccount, Owner, PersonalRow, Place, Reachable, ReceiptPurpose, Records,
    RefundAccount, Registered, ReturnId, ReturnKind, ReturnLine, ReturnReason, ReturnRequest,
    SignIn, VirtualAccount, Who,
};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use vocabulary::{CheckoutId, DealId, Millis, OrderId, PaymentId, PersonKey, Zone};

fn new_account() -> NewAccount {
    NewAccount {
        mail: " Gildong@Example.KR ".to_owned(),
        password: "동해물과백두산이".to_owned(),
        name: "홍길동".to_owned(),
        locale: "ko".to_owned(),
    }
}

async fn registered(records: &Records) -> AccountId {
    match records
        .register(new_account(), NOW)
        .await
        .expect("registered")
    {
        Registered::Done(account) => account,
        Registered::Taken => panic!("nobody has registered before"),
    }
}

fn place() -> Place {
    Place {
        country: "KR".to_owned(),
        postcode: "04524".to_owned(),
        province: "KR-11".to_owned(),
        city: String::new(),
        line1: "서울 중구 세종대로 110".to_owned(),
        line2: String::new(),
    }
}

fn contact() -> Contact {
    Contact {
        name: "홍길동".to_owned(),
        phone: "010-7777-8888".to_owned(),
        mail: "gildong@example.kr".to_owned(),
        place: place(),
        drop_off: "door".to_owned(),
        ..Contact::default()
    }
}

/// Where the member signs in from.
const HOME: &str = "203.0.113.7";

#[tokio::test]
async fn a_mail_registers_once_and_signs_in_in_any_case() {
    let (_folder, records) = fresh().await;
    let account = registered(&records).await;
    let again = records
        .register(new_account(), NOW)
        .await
        .expect("an answer");
    assert_eq!(again, Registered::Taken);
    let password = new_account().password;
    let signed_in = records
        .sign_in("GILDONG@example.kr", password, HOME, NOW)
        .await
        .expect("an answer");
    assert_eq!(signed_in, SignIn::In(account));
    let found: Account = records
        .account(account)
        .await
        .expect("read")
        .expect("known");
    assert_eq!(
        (found.mail.as_str(), found.name.as_str()),
        ("gildong@example.kr", "홍길동")
    );
}

#[tokio::test]
async fn wrong_passwords_lock_a_login_whether_it_exists_or_not() {
    let (_folder, records) = fresh().await;
    registered(&records).await;
    for login in ["gildong@example.kr", "nobody@example.kr"] {
        for _failure in 0..5 {
            let wrong = records
                .sign_in(login, "wrong".to_owned(), HOME, NOW)
                .await
                .expect("an answer");
            assert_eq!(wrong, SignIn::Wrong);
        }
        let locked = records
            .sign_in(login, new_account().password, HOME, NOW)
            .await
            .expect("an answer");
        assert!(
            matches!(locked, SignIn::Locked { .. }),
            "{login}: {locked:?}"
        );
    }
    let SignIn::Locked { until } = records
        .sign_in("gildong@example.kr", String::new(), HOME, NOW)
        .await
        .expect("an answer")
    else {
        panic!("still locked");
    };
    let password = new_account().password;
    let later = records
        .sign_in("gildong@example.kr", password, HOME, until)
        .await
        .expect("an answer");
    assert!(matches!(later, SignIn::In(_)));
}

#[tokio::test]
async fn a_session_lives_until_it_is_ended_or_not_seen_for_a_month() {
    let (_folder, records) = fresh().await;
    let account = registered(&records).await;
    let first = records
        .open_session(account, "Chrome · Android", NOW)
        .await
        .expect("a session");
    let second = records
        .open_session(account, "Chrome · Android", NOW)
        .await
        .expect("a session");
    let day = 24 * 60 * 60 * 1_000;
    for days in [1, 20, 45] {
        let member = records
            .member(first, NOW.plus(days * day))
            .await
            .expect("read");
        assert_eq!(member.expect("signed in").account, account);
    }
    assert_eq!(
        records
            .member(second, NOW.plus(30 * day))
            .await
            .expect("read"),
        None
    );
    records.revoke_session(first, NOW).await.expect("ended");
    assert_eq!(records.member(first, NOW).await.expect("read"), None);
}

#[tokio::test]
async fn a_new_password_ends_all_sessions() {
    let (_folder, records) = fresh().await;
    let account = registered(&records).await;
    let session = records
        .open_session(account, "Chrome · Android", NOW)
        .await
        .expect("a session");
    records
        .change_password(account, "새 비밀번호".to_owned(), NOW)
        .await
        .expect("changed");
    assert_eq!(records.member(session, NOW).await.expect("read"), None);
    let old = records
        .sign_in("gildong@example.kr", new_account().password, HOME, NOW)
        .await;
    assert_eq!(old.expect("an answer"), SignIn::Wrong);
}

#[tokio::test]
async fn the_first_contact_of_a_checkout_stays() {
    let (_folder, records) = fresh().await;
    let checkout = CheckoutId(1);
    let other = Contact {
        name: "다른 사람".to_owned(),
        ..contact()
    };
    for put in [contact(), contact(), other] {
        records
            .put_contact(checkout, None, put, Device::Computer, NOW)
            .await
            .expect("stored");
    }
    assert_eq!(
        records.contact(checkout).await.expect("read"),
        Some(contact())
    );
}

#[tokio::test]
async fn many_contacts_at_once_are_all_stored_and_a_bad_one_spoils_no_other() {
    let (_folder, records) = fresh().await;
    let puts = (0..300_u128).map(|n| {
        let records = records.clone();
        let stranger = (n == 77).then_some(AccountId(999));
        tokio::spawn(async move {
            records
                .put_contact(CheckoutId(n), stranger, contact(), Device::Phone, NOW)
                .await
                .is_ok()
        })
    });
    let puts: Vec<_> = puts.collect();
    let mut stored = 0;
    for put in puts {
        stored += usize::from(put.await.expect("no panic"));
    }
    assert_eq!(stored, 299);
    for n in (0..300).filter(|n| *n != 77) {
        assert!(
            records
                .contact(CheckoutId(n))
                .await
                .expect("read")
                .is_some(),
            "{n}"
        );
    }
}

fn address(recipient: &str) -> Address {
    Address {
        recipient: recipient.to_owned(),
        phone: String::new(),
        place: place(),
        zone: Zone(2),
        first: false,
    }
}

#[tokio::test]
async fn an_address_is_changed_and_removed_by_its_owner_alone() {
    let (_folder, records) = fresh().await;
    let account = registered(&records).await;
    let added = records.add_address(account, &address("홍길동"), NOW).await;
    let id = added.expect("added").expect("there is room");
    let stranger = AccountId(7);
    let changed = records.change_address(stranger, id, &address("남")).await;
    assert!(!changed.expect("an answer"));
    let removed = records.remove_address(stranger, id).await;
    assert!(!removed.expect("an answer"));
    let there = records.addresses(account).await.expect("read");
    assert_eq!(there, [(id, address("홍길동"))]);
    let changed = records
        .change_address(account, id, &address("홍판서"))
        .await;
    assert!(changed.expect("an answer"));
    let there = records.addresses(account).await.expect("read");
    assert_eq!(there, [(id, address("홍판서"))]);
    let removed = records.remove_address(account, id).await;
    assert!(removed.expect("an answer"));
    assert_eq!(records.addresses(account).await.expect("read"), []);
}

#[tokio::test]
async fn a_member_has_one_first_choice_and_twenty_addresses_at_most() {
    let (_folder, records) = fresh().await;
    let account = registered(&records).await;
    let first = |recipient: &str| Address {
        first: true,
        ..address(recipient)
    };
    let firsts = async || {
        let all = records.addresses(account).await.expect("read");
        let firsts: Vec<String> = all
            .into_iter()
            .filter(|(_, address)| address.first)
            .map(|(_, address)| address.recipient)
            .collect();
        firsts
    };
    let add = async |address: Address| records.add_address(account, &address, NOW).await;
    let home = add(first("집")).await.expect("added").expect("room");
    add(first("회사")).await.expect("added").expect("room");
    assert_eq!(firsts().await, ["회사"]);
    let changed = records.change_address(account, home, &first("집")).await;
    assert!(changed.expect("an answer"));
    assert_eq!(firsts().await, ["집"]);
    let stranger = AccountId(7);
    let changed = records.change_address(stranger, home, &first("남")).await;
    assert!(!changed.expect("an answer"));
    assert_eq!(firsts().await, ["집"]);
    for _ in 2..ADDRESSES_MAX {
        add(address("친구")).await.expect("added").expect("room");
    }
    assert_eq!(add(address("하나 더")).await.expect("an answer"), None);
}

#[tokio::test]
async fn who_paid_by_deposit_names_where_it_goes_back_and_whom_to_report() {
    let (_folder, records) = fresh().await;
    let checkout = CheckoutId(1);
    assert_eq!(records.refund_account(checkout).await.expect("read"), None);
    assert_eq!(records.cash_receipt(checkout).await.expect("read"), None);
    for number in ["110-123-456789", "110-123-000000"] {
        let account = RefundAccount {
            bank: "신한은행".to_owned(),
            number: number.to_owned(),
            holder: "홍길동".to_owned(),
        };
        let put = records.put_refund_account(checkout, &account, NOW).await;
        put.expect("stored");
        let there = records.refund_account(checkout).await.expect("read");
        assert_eq!(there, Some(account.clone()));
        assert_eq!(format!("{account:?}"), "RefundAccount(..)");
    }
    let receipt = CashReceipt {
        purpose: ReceiptPurpose::Expense,
        number: "1234567890".to_owned(),
    };
    let put = records.put_cash_receipt(checkout, &receipt, NOW).await;
    put.expect("stored");
    let there = records.cash_receipt(checkout).await.expect("read");
    assert_eq!(there, Some(receipt));
    let later = Millis(NOW.0 + CONTACTS_KEPT_MS);
    records.purge_contacts(later).await.expect("purged");
    assert_eq!(records.refund_account(checkout).await.expect("read"), None);
    assert_eq!(records.cash_receipt(checkout).await.expect("read"), None);
}

#[tokio::test]
async fn watching_twice_is_watching_once() {
    let (_folder, records) = fresh().await;
    for person in [3, 1, 2, 1] {
        records
            .watch(PersonKey(person), DealId(9), person == 2, NOW)
            .await
            .expect("watched");
    }
    let first = records.watchers(DealId(9), None, 2).await.expect("read");
    let rest = records
        .watchers(DealId(9), first.last().map(|(person, _)| *person), 2)
        .await
        .expect("read");
    assert_eq!(
        [first, rest].concat(),
        [
            (PersonKey(1), false),
            (PersonKey(2), true),
            (PersonKey(3), false)
        ]
    );
    records
        .watch_as(PersonKey(2), PersonKey(4))
        .await
        .expect("watched");
    let last = records.watchers(DealId(9), Some(PersonKey(3)), 2).await;
    assert_eq!(last.expect("read"), [(PersonKey(4), true)]);
    records
        .unwatch(PersonKey(1), DealId(9))
        .await
        .expect("unwatched");
    assert!(
        records
            .watches(PersonKey(1))
            .await
            .expect("read")
            .is_empty()
    );
}

#[tokio::test]
async fn a_member_s_consent_to_nights_counts_for_their_watches_as_long_as_it_is_given() {
    let (_folder, records) = fresh().await;
    let account = registered(&records).await;
    let reachable = Reachable {
        account: Some(account),
        locale: "ko".to_owned(),
    };
    for (person, at_night) in [(1, false), (2, true)] {
        let noted = records.note_reachable(PersonKey(person), &reachable, NOW);
        noted.await.expect("noted");
        let watched = records.watch(PersonKey(person), DealId(9), at_night, NOW);
        watched.await.expect("watched");
    }
    let stranger = records.watch(PersonKey(3), DealId(9), false, NOW);
    stranger.await.expect("watched");
    let kinds = [Consent::Advertising, Consent::AdvertisingAtNight];
    let nights = async |wanted: &[Consent], at| {
        let wanted = wanted.iter().copied().collect();
        let noted = records.set_consents(account, &kinds, &wanted, at);
        noted.await.expect("noted");
        let watchers = records.watchers(DealId(9), None, 9).await.expect("read");
        watchers
            .into_iter()
            .map(|(_, at_night)| at_night)
            .collect::<Vec<_>>()
    };
    assert_eq!(nights(&kinds, NOW).await, [true, true, false]);
    let withdrawn = nights(&kinds[..1], NOW.plus(1)).await;
    assert_eq!(withdrawn, [false, true, false]);
}

/// True when a file of the records holds `text` anywhere, in tables or logs.
fn on_disk(folder: &tempfile::TempDir, text: &str) -> bool {
    let files = std::fs::read_dir(folder.path()).expect("the folder");
    files.into_iter().any(|file| {
        let bytes = std::fs::read(file.expect("a file").path()).expect("its bytes");
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    })
}

#[tokio::test]
async fn an_erased_member_is_gone_from_the_file_but_contracts_stay_their_years() {
    let (folder, records) = fresh().await;
    let account = registered(&records).await;
    let person = records
        .secrets(NOW)
        .await
        .expect("secrets")
        .person_key(Who::Member(account));
    let address = Address {
        recipient: "비밀수령인".to_owned(),
        phone: "02-999-0000".to_owned(),
        place: place(),
        zone: Zone(0),
        first: true,
    };
    records
        .add_address(account, &address, NOW)
        .await
        .expect("added");
    records
        .open_session(account, "Chrome · Android", NOW)
        .await
        .expect("a session");
    records
        .watch(person, DealId(1), false, NOW)
        .await
        .expect("watched");
    let young = Contact {
        name: "young contract".to_owned(),
        mail: String::new(),
        ..contact()
    };
    let old = Contact {
        name: "old contract".to_owned(),
        mail: String::new(),
        ..contact()
    };
    let later = NOW.plus(CONTACTS_KEPT_MS);
    records
        .put_contact(CheckoutId(1), Some(account), old, Device::Phone, NOW)
        .await
        .expect("stored");
    records
        .put_contact(CheckoutId(2), Some(account), young, Device::Phone, later)
        .await
        .expect("stored");
    for (checkout, number) in [(1, "990-111-222"), (9, "990-999-999")] {
        let payment = PaymentId {
            checkout: CheckoutId(checkout),
            attempt: 1,
        };
        let deposit = VirtualAccount {
            bank: "은행".to_owned(),
            number: number.to_owned(),
            holder: "홍길동".to_owned(),
        };
        let stored = records.put_virtual_account(payment, deposit, NOW);
        stored.await.expect("stored");
    }
    let agreed = [Consent::Terms].into();
    let noted = records.set_consents(account, &Consent::ALL, &agreed, NOW);
    noted.await.expect("noted");
    let returned = return_request(CheckoutId(2), person, "비밀메모");
    records.put_return(&returned).await.expect("stored");
    let owner = Owner {
        account: Some(account),
        persons: vec![person],
    };
    let exported = exported(&records, &owner).await;
    let exported = format!("{exported:?}");
    for text in [
        "gildong@example.kr",
        "비밀수령인",
        "old contract",
        "young contract",
        "990-111-222",
        "비밀메모",
    ] {
        assert!(exported.contains(text) && on_disk(&folder, text), "{text}");
    }

    assert!(!exported.contains("990-999-999"), "it is another's");

    let erased = records.erase_person(&owner, later).await.expect("erased");
    for section in [
        "addresses",
        "sessions",
        "watches",
        "consents",
        "deliveries",
        "deposits",
        "returns",
    ] {
        assert_eq!(erased.rows[section], 1, "{section}");
    }
    assert_eq!(erased.contacts_kept, 1);
    for text in [
        "gildong@example.kr",
        "비밀수령인",
        "02-999-0000",
        "old contract",
        "990-111-222",
        "비밀메모",
        "Chrome · Android",
    ] {
        assert!(!on_disk(&folder, text), "{text}");
    }
    assert_eq!(records.account(account).await.expect("read"), None);
    assert!(
        records
            .contact(CheckoutId(2))
            .await
            .expect("read")
            .is_some()
    );
    let purged = records
        .purge_contacts(later.plus(CONTACTS_KEPT_MS))
        .await
        .expect("purged");
    assert_eq!(purged, 1);
    assert!(!on_disk(&folder, "young contract"));
    assert!(!on_disk(&folder, "990-999-999"));
    let returns = records.returns_of(OrderId(5)).await.expect("read");
    assert_eq!(returns, [], "they go with the contacts of their age");
}

#[tokio::test]
async fn an_erasure_that_finds_nothing_rewrites_nothing() {
    let (folder, records) = fresh().await;
    registered(&records).await;
    let log = folder.path().join("records.sqlite-wal");
    let written = || std::fs::metadata(&log).expect("a log").len();
    assert!(written() > 0);
    let nobody = Owner {
        account: None,
        persons: vec![PersonKey(77)],
    };
    records.erase_person(&nobody, NOW).await.expect("erased");
    assert!(written() > 0, "nothing was to be scrubbed");
    let watched = records.watch(PersonKey(77), DealId(1), false, NOW);
    watched.await.expect("watched");
    records.erase_person(&nobody, NOW).await.expect("erased");
    assert_eq!(written(), 0);
}

fn return_request(checkout: CheckoutId, person: PersonKey, note: &str) -> ReturnRequest {
    ReturnRequest {
        id: ReturnId(7),
        order: OrderId(5),
        checkout,
        person,
        kind: ReturnKind::Exchange,
        reason: ReturnReason::WrongSize,
        payer: ReturnReason::WrongSize.payer(),
        fee: Amount(6_000),
        currency: Currency::KRW,
        note: note.to_owned(),
        asked_at: NOW,
        lines: vec![ReturnLine {
            line: 0,
            units: 2,
            wish: Some("COAT-M".to_owned()),
        }],
    }
}

/// All that is stored of somebody.
async fn exported(records: &Records, owner: &Owner) -> Vec<PersonalRow> {
    let (rows, mut sent) = tokio::sync::mpsc::channel(1_000);
    let exported = records.export_person(owner, &rows).await;
    exported.expect("exported");
    drop(rows);
    let mut all = Vec::new();
    while let Some(row) = sent.recv().await {
        all.push(row);
    }
    all
}

#[tokio::test]
async fn a_request_to_send_units_back_reads_back_and_a_repeat_changes_nothing() {
    let (_folder, records) = fresh().await;
    let asked = return_request(CheckoutId(2), PersonKey(3), "작아요");
    records.put_return(&asked).await.expect("stored");
    let other = return_request(CheckoutId(2), PersonKey(3), "커요");
    records.put_return(&other).await.expect("ignored");
    let found = records.returns_of(OrderId(5)).await.expect("read");
    assert_eq!(found, [asked]);
    assert_eq!(ReturnReason::of_name("late"), Some(ReturnReason::Late));
}

#[tokio::test]
async fn a_consent_that_was_withdrawn_is_given_again_as_another() {
    let (_folder, records) = fresh().await;
    let account = registered(&records).await;
    let kinds = [Consent::Advertising, Consent::AdvertisingAtNight];
    let set = async |wanted: &[Consent], at| {
        let wanted = wanted.iter().copied().collect();
        let noted = records.set_consents(account, &kinds, &wanted, at).await;
        noted.expect("noted");
        records.consents(account).await.expect("read")
    };
    assert_eq!(set(&kinds, NOW).await, kinds.into());
    let day = [Consent::Advertising];
    assert_eq!(set(&day, NOW.plus(1)).await, day.into());
    assert_eq!(set(&kinds, NOW.plus(2)).await, kinds.into());
    let owner = Owner {
        account: Some(account),
        persons: Vec::new(),
    };
    let rows = exported(&records, &owner).await;
    let consents = rows.iter().filter(|row| row.section == "consents");
    assert_eq!(consents.count(), 3);
}

/// Tables with a column that says whose a row is, but which hold no more of a person than others do.
const COPIES: [&str; 1] = [
    // The ledger's own form of checkouts, orders, payments and refunds.
    "filed_checkouts",
];

#[tokio::test]
async fn every_table_that_knows_a_person_is_in_the_export() {
    let (folder, _records) = fresh().await;
    let options = SqliteConnectOptions::new().filename(folder.path().join("records.sqlite"));
    let mut file = options.connect().await.expect("the file");
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND (m.name = 'accounts' OR c.name IN (
             'account_id', 'account', 'person', 'person_key', 'member_id', 'shopper',
             'checkout_id', 'checkout', 'order_id', 'request_id'))
         ORDER BY m.name",
    )
    .fetch_all(&mut file)
    .await
    .expect("tables");
    assert!(tables.len() > 10);
    let known: Vec<&str> = Records::personal_tables().chain(COPIES).collect();
    let left_out: Vec<_> = tables
        .iter()
        .filter(|table| !known.contains(&table.as_str()))
        .collect();
    assert_eq!(
        left_out,
        Vec::<&String>::new(),
        "say in `personal` how its rows leave, and in `accounts` how they are erased"
    );
}

#[tokio::test]
async fn an_export_holds_what_is_theirs_under_each_of_their_keys_and_nothing_of_others() {
    let (_folder, records) = fresh().await;
    for (person, deal) in [(1, 11), (2, 12), (3, 13)] {
        let watched = records.watch(PersonKey(person), DealId(deal), false, NOW);
        watched.await.expect("watched");
    }
    let owner = Owner {
        account: None,
        persons: vec![PersonKey(1), PersonKey(3)],
    };
    let rows = exported(&records, &owner).await;
    let deals: Vec<i64> = rows
        .iter()
        .filter_map(|row| row.row["deal"].as_i64())
        .collect();
    assert_eq!(deals, [11, 13]);
}

#[tokio::test]
async fn a_mail_changes_unless_somebody_else_has_it() {
    let (_folder, records) = fresh().await;
    let account = registered(&records).await;
    let other = NewAccount {
        mail: "taken@example.kr".to_owned(),
        ..new_account()
    };
    records.register(other, NOW).await.expect("registered");
    let change = async |mail| records.change_mail(account, mail).await.expect("an answer");
    assert!(!change("Taken@example.kr").await);
    assert!(change("gildong@example.kr").await, "to the same");
    assert!(change(" New@example.kr").await);
    let changed = records.account(account).await.expect("read");
    assert_eq!(changed.expect("there").mail, "new@example.kr");
}

#[tokio::test]
async fn sign_ins_of_long_ago_are_forgotten() {
    let (_folder, records) = fresh().await;
    registered(&records).await;
    let sign_in = async |password: &str, at| {
        let mail = "gildong@example.kr";
        let said = records.sign_in(mail, password.to_owned(), HOME, at);
        said.await.expect("an answer")
    };
    const DAY: u64 = 24 * 60 * 60 * 1_000;
    sign_in(&new_account().password, NOW).await;
    sign_in("wrong", NOW).await;
    let prune = async |days: u64| {
        let pruned = records.prune_sign_ins(NOW.plus(days * DAY + 1)).await;
        pruned.expect("pruned")
    };
    assert_eq!(prune(29).await, 0);
    assert_eq!(prune(30).await, 2, "the failures here and everywhere");
    assert_eq!(prune(180).await, 1, "the known address");
}

#[tokio::test]
async fn wrong_passwords_from_one_address_lock_nobody_out_elsewhere() {
    let (_folder, records) = fresh().await;
    registered(&records).await;
    let sign_in = async |password: &str, address: &str| {
        let mail = "gildong@example.kr";
        let said = records.sign_in(mail, password.to_owned(), address, NOW);
        said.await.expect("an answer")
    };
    for _failure in 0..5 {
        assert_eq!(sign_in("wrong", "198.51.100.1").await, SignIn::Wrong);
    }
    let password = new_account().password;
    let locked = sign_in(&password, "198.51.100.1").await;
    assert!(matches!(locked, SignIn::Locked { .. }), "{locked:?}");
    let home = sign_in(&password, HOME).await;
    assert!(matches!(home, SignIn::In(_)), "{home:?}");
    let locked = sign_in(&password, "198.51.100.1").await;
    assert!(matches!(locked, SignIn::Locked { .. }), "still: {locked:?}");
}
