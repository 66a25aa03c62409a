//! Rule: every message is said somewhere, once in each language, and the three languages say it with the same
//! arguments.
//!
//! A key is said where a string of `crates/http` holds it, whole or put together (`refusal-{}`), or where
//! another message refers to it. What begins with a hole (`{kind}-title`) is a key where it is said at once;
//! otherwise it is more likely the name of a field (`{name}-error`).

use std::collections::{BTreeMap, BTreeSet};

use super::Violation;
use super::source::{first_name, last_name, names_in};
use super::tree::{File, Tree};

const LOCALES: &str = "crates/http/locales/";
const SPEAKERS: &str = "crates/http/src/";
/// The language that is written first.
const FIRST: &str = "ko";

/// Finds messages that nobody says, and those that differ between the languages.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    let languages = languages(tree, &mut violations);
    violations.extend(unsaid(tree, &languages));
    violations.extend(unlike(&languages));
    violations
}

/// The messages of a language, by their keys.
type Messages<'a> = BTreeMap<&'a str, Message<'a>>;

struct Message<'a> {
    path: &'a str,
    line: usize,
    /// The arguments it tells of.
    arguments: BTreeSet<&'a str>,
    /// The messages it refers to.
    refers: BTreeSet<&'a str>,
}

fn languages<'a>(
    tree: &'a Tree,
    violations: &mut Vec<Violation>,
) -> BTreeMap<&'a str, Messages<'a>> {
    let mut languages: BTreeMap<&str, Messages> = BTreeMap::new();
    for file in &tree.files {
        let place = file.path.strip_prefix(LOCALES);
        if let Some((language, _)) = place.and_then(|place| place.split_once('/')) {
            read(file, languages.entry(language).or_default(), violations);
        }
    }
    languages
}

fn read<'a>(file: &'a File, messages: &mut Messages<'a>, violations: &mut Vec<Violation>) {
    let mut key = "";
    for (line, text) in file.lines() {
        let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
        if let Some((name, _)) = text.split_once('=').filter(|_| begins) {
            key = name.trim();
            let message = Message {
                path: &file.path,
                line,
                arguments: BTreeSet::new(),
                refers: BTreeSet::new(),
            };
            if let Some(other) = messages.insert(key, message) {
                let what = format!("`{key}` is said in {}:{}, too", other.path, other.line);
                violations.push(Violation::at(&file.path, line, what, "delete one of them"));
            }
        }
        if let Some(message) = messages.get_mut(key).filter(|_| !text.starts_with('#')) {
            message.arguments.extend(arguments(text));
            message.refers.extend(referred(text));
        }
    }
}

/// The arguments in braces, also those of functions: `{ $units }`, `{ NUMBER($units) }`.
fn arguments(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.split('{').skip(1);
    let marked = inside.flat_map(|it| it.split('}').next().unwrap_or_default().split('$').skip(1));
    marked.map(first_name).filter(|name| !name.is_empty())
}

/// The messages that stand in braces.
fn referred(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.split('{').skip(1);
    let names = inside.map(|it| first_name(it.trim_start()));
    names.filter(|name| !name.is_empty())
}

fn unsaid(tree: &Tree, languages: &BTreeMap<&str, Messages>) -> Vec<Violation> {
    let Some(messages) = languages.get(FIRST) else {
        return Vec::new();
    };
    let said = Said::read(tree);
    let all = languages.values().flat_map(|messages| messages.values());
    let referred: BTreeSet<&str> = all
        .flat_map(|message| message.refers.iter().copied())
        .collect();
    let dead = messages
        .iter()
        .filter(|(key, _)| !referred.contains(*key) && !said.knows(key));
    let told = dead.map(|(key, message)| {
        let what = format!("nobody says `{key}`");
        Violation::at(
            message.path,
            message.line,
            what,
            "delete it in each language",
        )
    });
    told.collect()
}

fn unlike(languages: &BTreeMap<&str, Messages>) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mend = "the languages say the same things with the same arguments";
    for (language, messages) in languages {
        for (other, theirs) in languages {
            for (key, message) in messages {
                let what = match theirs.get(key) {
                    None => format!("`{key}` is not said in {other}"),
                    Some(their) if their.arguments != message.arguments => {
                        format!("`{key}` has other arguments in {other} than in {language}")
                    }
                    Some(_) => continue,
                };
                violations.push(Violation::at(message.path, message.line, what, mend));
            }
        }
    }
    violations
}

/// What is said by the strings of a room.
#[derive(Default)]
struct Said<'a> {
    keys: BTreeSet<&'a str>,
    /// Beginnings and ends of keys that are put together.
    patterns: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Said<'a> {
    fn read(tree: &'a Tree) -> Said<'a> {
        let mut said = Said::default();
        let sources = tree.sources();
        for (_, source) in sources.filter(|(file, _)| file.path.starts_with(SPEAKERS)) {
            for text in source.said.split('"').skip(1).step_by(2) {
                let place = text.as_ptr() as usize - source.said.as_ptr() as usize;
                let at_once = is_said_at_once(&source.shipped[..place]);
                let patterns = patterns_in(text);
                said.keys.extend(names_in(text));
                said.patterns
                    .extend(patterns.filter(|(begins, _)| at_once || !begins.is_empty()));
                let begins = text.ends_with('-') && first_name(text) == text;
                said.patterns.extend(begins.then_some((text, "")));
            }
        }
        said
    }

    fn knows(&self, key: &str) -> bool {
        let fits = |(begins, ends): &(&str, &str)| {
            key.len() > begins.len() + ends.len() && key.starts_with(begins) && key.ends_with(ends)
        };
        self.keys.contains(key) || self.patterns.iter().any(fits)
    }
}

/// True where the string behind `code` is put together only to be said.
fn is_said_at_once(code: &str) -> bool {
    let mut call: Vec<char> = code
        .chars()
        .rev()
        .filter(|it| !it.is_whitespace())
        .take(32)
        .collect();
    call.reverse();
    let call: String = call.into_iter().collect();
    let call = call.trim_end_matches('"');
    ["say(&format!(", "say_with(&format!("]
        .iter()
        .any(|said| call.ends_with(said))
}

/// The beginning and the end of keys that have a hole: `refusal-{name}`, `{kind}-title`.
fn patterns_in(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let open = text.match_indices('{');
    let pattern = move |(place, _)| {
        let behind = text[place..].split_once('}')?.1;
        let (begins, ends) = (last_name(&text[..place]), first_name(behind));
        let tells = begins.ends_with('-') || ends.starts_with('-');
        tells.then_some((begins, ends))
    };
    open.filter_map(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(ko: &str, en: &str, code: &str) -> Vec<String> {
        let tree = Tree::of(&[
            ("crates/http/locales/ko/a.ftl", ko),
            ("crates/http/locales/en/a.ftl", en),
            ("crates/http/src/pages/a.rs", code),
        ]);
        let told = check(&tree).into_iter();
        told.map(|it| format!("{}:{} {}", &it.path[LOCALES.len()..], it.line, it.what))
            .collect()
    }

    #[test]
    fn a_message_that_nobody_says_is_found() {
        let said = "cart = 장바구니\nrefusal-late = 늦었어요\ndeal-title = 딜\nall = { cart-all }\ncart-all = 모두\n";
        let code = "fn a() { w.say(\"cart\"); w.say(\"all\"); format!(\"refusal-{}\", b); w.say(&format!(\"{c}-title\")) }";
        assert_eq!(found(said, said, code), [] as [String; 0]);
        let fields = format!("{code} fn b() {{ format!(\"{{name}}-title\") }}")
            .replace("w.say(&format!(\"{c}-title\"))", "()");
        assert_eq!(
            found(said, said, &fields),
            ["ko/a.ftl:3 nobody says `deal-title`"]
        );
        let more = format!("{said}# gone\ngone = 없어요\n");
        let code =
            format!("// gone\n{code}\n#[cfg(test)]\nmod tests {{ fn a() {{ b(\"gone\") }} }}");
        assert_eq!(
            found(&more, &more, &code),
            ["ko/a.ftl:7 nobody says `gone`"]
        );
    }

    #[test]
    fn a_message_that_is_said_twice_is_found() {
        let twice = "a = { $name }\nb = 나\na = { NUMBER($name) }\n";
        assert_eq!(
            found(
                twice,
                "a = { NUMBER($name) }\nb = b\n",
                "fn a() { (\"a\", \"b\") }"
            ),
            ["ko/a.ftl:3 `a` is said in crates/http/locales/ko/a.ftl:1, too"]
        );
    }

    #[test]
    fn what_one_language_lacks_or_says_with_other_arguments_is_found() {
        let code = "fn a() { (\"a\", \"b\", \"c\") }";
        let ko =
            "a = { $name }\nb = { $units ->\n    [one] 하나\n   *[other] { $units }\n }\nc = 다\n";
        let en = "a = { $title }\nb = { NUMBER($units) } { $units }\n";
        assert_eq!(
            found(ko, en, code),
            [
                "en/a.ftl:1 `a` has other arguments in ko than in en",
                "ko/a.ftl:1 `a` has other arguments in en than in ko",
                "ko/a.ftl:6 `c` is not said in en",
            ]
        );
    }
}
