//! What staff did: who, when, to what, and what is different since.

use super::head::Head;
use crate::pages::figures::machine_moment;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::tile::escaped;
use crate::pages::words::Words;
use maud::{Markup, html};
use serde_json::Value;
use std::collections::BTreeMap;
use vocabulary::Millis;

/// A deed of staff.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// When.
    pub at: Millis,
    /// Who.
    pub who: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub target: String,
    /// What was before.
    pub before: Option<Value>,
    /// What was after.
    pub after: Option<Value>,
}

/// Which deeds are asked for, as it was typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct AuditAsked {
    /// Only of this one.
    pub who: String,
    /// Only of this name.
    pub action: String,
    /// Only to this.
    pub target: String,
    /// From this day on.
    pub from: String,
    /// Up to and with this day.
    pub to: String,
    /// Only those before this number.
    pub before: Option<u64>,
}

/// The list, newest first.
#[derive(Clone, Debug, Default)]
pub struct AuditPage {
    /// What was asked for.
    pub asked: AuditAsked,
    /// The names of what was ever done, and who ever did something.
    pub names: (Vec<String>, Vec<String>),
    /// The deeds of this page.
    pub rows: Vec<AuditRow>,
    /// Behind which number the next page begins.
    pub next: Option<u64>,
    /// A day that cannot be read.
    pub wrong_day: bool,
}

impl AuditAsked {
    /// The address of `page` with these filters.
    pub fn address(&self, page: &str, before: Option<u64>) -> String {
        let fields = [
            ("who", &self.who),
            ("action", &self.action),
            ("target", &self.target),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let mut pairs: Vec<String> = fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", escaped(value)))
            .collect();
        pairs.extend(before.map(|before| format!("before={before}")));
        match pairs.is_empty() {
            true => page.to_owned(),
            false => format!("{page}?{}", pairs.join("&")),
        }
    }

    fn filters(&self) -> bool {
        !self.address("", None).is_empty()
    }
}

impl AuditPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("desk-audit");
        let csv = self.asked.address("/desk/audit.csv", None);
        let actions = html! { a.button-quiet href=(csv) download { (icon("download")) " CSV" } };
        let head = Head {
            title: &title,
            actions: Some(actions),
            ..Head::default()
        };
        let body = html! {
            (head.render(w))
            (self.form(w))
            @if self.wrong_day { p.notice.notice-bad role="alert" { (w.say("audit-day-wrong")) } }
            @if self.rows.is_empty() { p.empty { (w.say(if self.asked.filters() { "audit-none-found" } else { "audit-none" })) } }
            @else { ol.audit { @for row in &self.rows { li { (row.render(w)) } } } }
            @if self.asked.before.is_some() || self.next.is_some() {
                nav.pager aria-label=(w.say("pages")) {
                    @if self.asked.before.is_some() { a href=(self.asked.address("/desk/audit", None)) { (w.say("audit-newest")) } }
                    @if let Some(next) = self.next { a rel="next" href=(self.asked.address("/desk/audit", Some(next))) { (w.say("page-next")) } }
                }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn form(&self, w: &Words) -> Markup {
        let (actions, people) = &self.names;
        html! {
            form.desk-filter method="get" action="/desk/audit" role="search" aria-label=(w.say("audit-filter")) {
                (choice(w, "who", &w.say("who"), people, &self.asked.who, &|who| who.to_owned()))
                (choice(w, "action", &w.say("action"), actions, &self.asked.action, &|action| deed(w, action)))
                div.field { label for="target" { (w.say("target")) } input #target name="target" value=(self.asked.target) autocomplete="off" placeholder="deal:…"; }
                div.field { label for="from" { (w.say("audit-from")) } input #from name="from" type="date" value=(self.asked.from); }
                div.field { label for="to" { (w.say("audit-to")) } input #to name="to" type="date" value=(self.asked.to); }
                div.desk-filter-buttons {
                    button.button-quiet type="submit" { (w.say("audit-show")) }
                    @if self.asked.filters() { a.link-button href="/desk/audit" { (w.say("audit-all")) } }
                }
            }
        }
    }
}

impl AuditRow {
    fn render(&self, w: &Words) -> Markup {
        let differences = differences(self.before.as_ref(), self.after.as_ref());
        html! {
            p.audit-line {
                time datetime=(machine_moment(self.at)) { (w.exact_moment(self.at)) }
                span.audit-what { strong { (deed(w, &self.action)) } " " (linked(&self.target)) }
                a.audit-who href=(format!("/desk/audit?who={}", escaped(&self.who))) { (self.who) }
            }
            @if !differences.is_empty() {
                details.audit-more {
                    summary { (w.say_with("audit-differences", [("count", differences.len().into())])) }
                    dl.audit-differences {
                        @for (field, (before, after)) in &differences {
                            div {
                                dt { (field) }
                                dd {
                                    @if let Some(before) = before { del { (before) } }
                                    @if before.is_some() && after.is_some() { span.sr-only { " → " } }
                                    @if let Some(after) = after { ins { (after) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A deed in words; its own name where we have none.
fn deed(w: &Words, action: &str) -> String {
    let key = format!("audit-deed-{}", action.replace(['.', '_'], "-"));
    if w.knows(&key) {
        w.say(&key)
    } else {
        action.to_owned()
    }
}

/// What a deed was done to, with its page where it has one. What was done to many is said by the deed's own words.
fn linked(target: &str) -> Markup {
    let Some((kind, id)) = target.split_once(':') else {
        return html! {};
    };
    let page = match kind {
        "deal" => Some("deals"),
        "order" => Some("orders"),
        "product" => Some("products"),
        _ => None,
    };
    html! {
        @if let Some(page) = page { a href=(format!("/desk/{page}/{}", escaped(id))) { (id) } } @else { (id) }
    }
}

fn choice(
    w: &Words,
    name: &str,
    label: &str,
    options: &[String],
    chosen: &str,
    said: &dyn Fn(&str) -> String,
) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                option value="" { (w.say("audit-any")) }
                @for option in options { option value=(option) selected[option == chosen] { (said(option)) } }
            }
        }
    }
}

type Differences = BTreeMap<String, (Option<String>, Option<String>)>;

/// What is different, field by field; what stayed the same is left out.
fn differences(before: Option<&Value>, after: Option<&Value>) -> Differences {
    let mut found = Differences::new();
    if let Some(before) = before {
        leaves("", before, &mut |field, text| {
            found.entry(field).or_default().0 = Some(text);
        });
    }
    if let Some(after) = after {
        leaves("", after, &mut |field, text| {
            found.entry(field).or_default().1 = Some(text);
        });
    }
    found.retain(|_, (before, after)| before != after);
    found
}

/// Every value at the end of a path, as text.
fn leaves(path: &str, value: &Value, found: &mut dyn FnMut(String, String)) {
    let below = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                leaves(&below(name), value, found);
            }
        }
        Value::Array(items) => {
            for (place, value) in items.iter().enumerate() {
                leaves(&below(&(place + 1).to_string()), value, found);
            }
        }
        Value::Null => {}
        Value::String(text) => found(path.to_owned(), text.clone()),
        other => found(path.to_owned(), other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::Language;
    use jiff::tz::TimeZone;
    use serde_json::json;

    /// The names that stand as texts in the deeds of staff, where no list of them is kept.
    fn acts() -> Vec<String> {
        let deeds = concat!(env!("CARGO_MANIFEST_DIR"), "/src/deeds/staff");
        let is_act = |text: &&str| {
            let plain = |part: &str| {
                let mut letters = part.chars();
                !part.is_empty()
                    && letters.all(|letter| letter.is_ascii_lowercase() || letter == '_')
            };
            let parts = text.split_once('.');
            parts.is_some_and(|(noun, verb)| plain(noun) && plain(verb) && verb != "csv")
        };
        let mut acts = Vec::new();
        for file in std::fs::read_dir(deeds).expect("a folder") {
            let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
            acts.extend(text.split('"').filter(is_act).map(str::to_owned));
        }
        acts
    }

    #[test]
    fn every_act_has_its_words() {
        let acts = acts();
        assert!(acts.iter().any(|act| act == "orders.ship"), "{acts:?}");
        for language in [Language::Ko, Language::Zh, Language::En] {
            let w = Words::of(language, TimeZone::UTC);
            for act in &acts {
                assert_ne!(&deed(&w, act), act);
            }
        }
    }

    #[test]
    fn what_was_done_to_many_is_not_named_twice() {
        assert_eq!(linked("orders").into_string(), "");
        let product = linked("product:C-0003").into_string();
        assert_eq!(product, "<a href=\"/desk/products/C-0003\">C-0003</a>");
    }

    #[test]
    fn only_what_is_different_is_told_by_its_path() {
        let before = json!({"role": "viewer", "active": true, "terms": {"limit": 1}, "gone": "x"});
        let after = json!({"role": "owner", "active": true, "terms": {"limit": 2}, "skus": [7]});
        let found = differences(Some(&before), Some(&after));
        let told: Vec<_> = found
            .iter()
            .map(|(field, (before, after))| (field.as_str(), before.as_deref(), after.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("gone", Some("x"), None),
                ("role", Some("viewer"), Some("owner")),
                ("skus.1", None, Some("7")),
                ("terms.limit", Some("1"), Some("2")),
            ]
        );
        assert!(differences(None, None).is_empty());
    }

    #[test]
    fn filters_stay_while_one_leafs() {
        let asked = AuditAsked {
            who: "a@shop.kr".to_owned(),
            from: "2026-11-11".to_owned(),
            ..AuditAsked::default()
        };
        assert_eq!(
            asked.address("/desk/audit", Some(7)),
            "/desk/audit?who=a%40shop.kr&from=2026-11-11&before=7"
        );
        assert_eq!(
            AuditAsked::default().address("/desk/audit", None),
            "/desk/audit"
        );
    }
}
