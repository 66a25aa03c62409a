//! What the pages say: Fluent messages in the visitor's language, loaded once.
//!
//! The messages lie in `crates/http/locales`, a folder a language, a file a part of the house. Amounts and moments are written in
//! [`super::figures`].

use super::figures::grouped;
use super::language::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::tz::TimeZone;
use rust_embed::Embed;
use std::sync::LazyLock;
use vocabulary::Refusal;

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 3]> = LazyLock::new(|| {
    [
        bundle(Language::Ko),
        bundle(Language::Zh),
        bundle(Language::En),
    ]
});

/// A language with its messages and the festival's time zone.
#[derive(Clone)]
pub struct Words {
    /// Which language they are in.
    pub language: Language,
    /// In which moments are told.
    pub zone: TimeZone,
    bundle: &'static Bundle,
}

impl Words {
    /// The words of `language`, with moments told in `zone`.
    pub fn of(language: Language, zone: TimeZone) -> Words {
        let bundle = &BUNDLES[language as usize];
        Words {
            language,
            zone,
            bundle,
        }
    }

    /// The message `key`; the key itself where there is none, which the tests exclude.
    pub fn say(&self, key: &str) -> String {
        self.written(key, None)
    }

    /// The message `key` with what it tells of.
    pub fn say_with<'a, const N: usize>(
        &self,
        key: &str,
        arguments: [(&'a str, FluentValue<'a>); N],
    ) -> String {
        let arguments: FluentArgs<'a> = arguments.into_iter().collect();
        self.written(key, Some(&arguments))
    }

    /// Why the ledger says no.
    pub fn refusal(&self, refusal: Refusal) -> String {
        self.say(&format!("refusal-{}", refusal.name()))
    }

    /// What people call the shop's time zone; its name in the zone database where we have no word.
    pub fn zone_name(&self) -> String {
        let name = self.zone.iana_name().unwrap_or("UTC");
        let key = format!("time-zone-{}", name.replace('/', "-"));
        match self.knows(&key) {
            true => self.say(&key),
            false => name.to_owned(),
        }
    }

    /// True when there is a message `key`.
    pub fn knows(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    fn written(&self, key: &str, arguments: Option<&FluentArgs>) -> String {
        let message = self.bundle.get_message(key);
        let Some(pattern) = message.and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut faults = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, arguments, &mut faults)
            .into_owned();
        debug_assert!(faults.is_empty(), "{key}: {faults:?}");
        text
    }
}

/// The messages of all languages: `<tag>/<part of the house>.ftl`.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/locales"]
struct Locales;

fn bundle(language: Language) -> Bundle {
    let identifier = language.tag().parse().expect("our tags are well formed");
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // No text of ours runs from right to left, so no isolating marks are needed.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => whole(number.value).map(|whole| grouped(whole, 0)),
        _ => None,
    }));
    for source in sources(language) {
        let resource = FluentResource::try_new(source);
        let resource = resource.unwrap_or_else(|(_, faults)| panic!("{language:?}: {faults:?}"));
        bundle
            .add_resource(resource)
            .unwrap_or_else(|faults| panic!("{language:?}: {faults:?}"));
    }
    bundle
}

/// A count; none for what is less than nothing or has a fraction.
fn whole(number: f64) -> Option<u128> {
    (number >= 0.0 && number.fract() == 0.0).then_some(number as u128)
}

/// The texts of a language, one a file.
fn sources(language: Language) -> impl Iterator<Item = String> {
    let folder = format!("{}/", language.tag());
    let names = Locales::iter().filter(move |name| name.starts_with(&folder));
    names.map(|name| {
        let file = Locales::get(&name).expect("a listed file is there");
        String::from_utf8(file.data.into_owned()).expect("messages are UTF-8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;
    use vocabulary::EventKind;

    fn keys(language: Language) -> BTreeSet<String> {
        let all: String = super::sources(language).collect::<Vec<_>>().join("\n");
        let lines = all
            .lines()
            .filter(|line| !line.starts_with([' ', '#', '}']));
        lines
            .filter_map(|line| line.split_once('='))
            .map(|(key, _)| key.trim().to_owned())
            .collect()
    }

    /// The literal first arguments of `say`, `say_with` and `Field::of` in a source.
    fn used(source: &str) -> impl Iterator<Item = &str> {
        ["say(\"", "say_with(\""]
            .into_iter()
            .flat_map(move |call| source.split(call).skip(1))
            .filter_map(|rest| rest.split('"').next())
            .filter(|key| !key.contains('!'))
    }

    fn read_all(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the sources lie beside the manifest") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                read_all(&path, found);
            } else if !path.ends_with("words.rs") {
                found.push(std::fs::read_to_string(&path).expect("a source"));
            }
        }
    }

    #[test]
    fn the_three_languages_say_the_same_things() {
        let ko = keys(Language::Ko);
        assert!(ko.len() > 100);
        assert_eq!(ko, keys(Language::Zh));
        assert_eq!(ko, keys(Language::En));
    }

    #[test]
    fn every_message_that_a_page_says_is_there() {
        let ko = keys(Language::Ko);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages");
        let mut found = Vec::new();
        read_all(&folder, &mut found);
        let all: BTreeSet<&str> = found.iter().flat_map(|source| used(source)).collect();
        assert!(all.len() > 50);
        let missing: Vec<_> = all.into_iter().filter(|key| !ko.contains(*key)).collect();
        assert_eq!(missing, Vec::<&str>::new());
    }

    #[test]
    fn every_refusal_and_every_event_of_an_order_has_its_sentence() {
        let words = Words::of(Language::Ko, TimeZone::UTC);
        for refusal in Refusal::ALL {
            let key = format!("refusal-{}", refusal.name());
            assert!(words.knows(&key), "{key}");
        }
        for kind in EventKind::ALL
            .iter()
            .filter(|kind| crate::pages::history::tells(kind.name()))
        {
            let key = format!("event-{}", kind.name());
            assert!(words.knows(&key), "{key}");
        }
    }

    #[test]
    fn time_zones_are_called_as_people_call_them() {
        let name = |zone: &str, language| {
            let zone = TimeZone::get(zone).expect("it is in the zone database");
            Words::of(language, zone).zone_name()
        };
        assert_eq!(name("Asia/Seoul", Language::Ko), "한국 시간");
        assert_eq!(name("Asia/Seoul", Language::En), "Korean time");
        assert_eq!(name("Africa/Lagos", Language::Ko), "Africa/Lagos");
    }

    #[test]
    fn what_a_message_tells_of_stands_in_it() {
        let words = Words::of(Language::En, TimeZone::UTC);
        assert_eq!(
            words.say_with("claimed", [("percent", 63.into())]),
            "63% claimed"
        );
        assert_eq!(words.say("no such key"), "no such key");
    }
}
