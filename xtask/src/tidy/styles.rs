//! Rule: a class has one room that styles it, somebody who wears it, and a rule for whoever wears it.
//!
//! A room is a sheet of `web/styles`. A page has the sheets of the ground and those of its wing, so no two of
//! these may style a class by itself; a sheet may style another's class where one of its own stands beside it
//! (`.cart .row`), on paper, or where the owner says so: `/* Shared: .row */`. Classes are worn by the pages
//! (`crates/http`), or put on by scripts.

use std::collections::{BTreeMap, BTreeSet};

use super::Violation;
use super::source::{Source, first_name, line_of, names_in};
use super::tree::{File, Tree};

const GROUND: &str = "ground";
const WINGS: [&str; 3] = ["shop", "desk", "board"];
const PAGES: &str = "crates/http/src/";
const SCRIPTS: &str = "web/scripts/";

/// Finds classes that two rooms style, that nobody wears, and that have no rule.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let sheets = Sheet::all(tree);
    let mut violations = styled_twice(&sheets);
    violations.extend(worn_by_nobody(&sheets, tree));
    violations.extend(without_rule(&sheets, tree));
    violations
}

/// A style sheet.
struct Sheet<'a> {
    path: &'a str,
    wing: &'a str,
    /// The classes that others may style, too.
    shared: BTreeSet<&'a str>,
    selectors: Vec<Selector>,
}

/// One selector of a list.
struct Selector {
    line: usize,
    /// Its classes, each once.
    classes: BTreeSet<String>,
    /// It holds on paper only.
    on_paper: bool,
}

impl<'a> Sheet<'a> {
    fn all(tree: &'a Tree) -> Vec<Sheet<'a>> {
        tree.files.iter().filter_map(Sheet::read).collect()
    }

    fn read(file: &'a File) -> Option<Sheet<'a>> {
        let (wing, name) = file.path.strip_prefix("web/styles/")?.split_once('/')?;
        name.ends_with(".css").then(|| Sheet {
            path: &file.path,
            wing,
            shared: shared(&file.text),
            selectors: selectors(&without_comments(&file.text)),
        })
    }

    /// The first line that styles a class by itself, for each class.
    fn own(&self) -> BTreeMap<&str, usize> {
        let mut own = BTreeMap::new();
        let alone = self.selectors.iter().filter(|it| !it.on_paper);
        for selector in alone.filter(|it| it.classes.len() == 1) {
            for class in &selector.classes {
                own.entry(class.as_str()).or_insert(selector.line);
            }
        }
        own
    }
}

fn styled_twice(sheets: &[Sheet]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for wing in WINGS {
        let mut owners: BTreeMap<&str, &Sheet> = BTreeMap::new();
        let of_page = |it: &&Sheet| it.wing == GROUND || it.wing == wing;
        for sheet in sheets.iter().filter(of_page) {
            for (class, line) in sheet.own() {
                let owner = *owners.entry(class).or_insert(sheet);
                let may = [owner, sheet].iter().any(|it| it.shared.contains(class));
                if owner.path != sheet.path && !may {
                    let what = format!("`.{class}` is styled by {}, too", owner.path);
                    let mend = "let one sheet style it, name a class of this sheet beside it, or share it there";
                    violations.push(Violation::at(sheet.path, line, what, mend));
                }
            }
        }
    }
    violations
}

fn worn_by_nobody(sheets: &[Sheet], tree: &Tree) -> Vec<Violation> {
    let (worn, scripts) = (worn(tree), hooks(tree));
    let mut violations = Vec::new();
    for sheet in sheets {
        for selector in &sheet.selectors {
            let dead = |class: &&String| {
                let class = class.as_str();
                !worn.contains(class) && !scripts.contains(class)
            };
            for class in selector.classes.iter().filter(dead) {
                let what = format!("nobody wears `.{class}`");
                let mend = "delete the rule";
                violations.push(Violation::at(sheet.path, selector.line, what, mend));
            }
        }
    }
    violations
}

fn without_rule(sheets: &[Sheet], tree: &Tree) -> Vec<Violation> {
    let selectors = sheets.iter().flat_map(|sheet| &sheet.selectors);
    let styled: BTreeSet<&str> = selectors
        .flat_map(|selector| selector.classes.iter().map(String::as_str))
        .collect();
    let scripts = hooks(tree);
    let mut violations = Vec::new();
    for (file, source) in pages(tree) {
        for (place, class) in classes_of(source) {
            if !styled.contains(class) && !scripts.contains(class) {
                let what = format!("`.{class}` has no rule, and no script asks for it");
                let line = line_of(&source.shipped, place);
                violations.push(Violation::at(&file.path, line, what, "take it off"));
            }
        }
    }
    violations
}

fn pages(tree: &Tree) -> impl Iterator<Item = (&File, &Source)> {
    let sources = tree.sources();
    sources.filter(|(file, _)| file.path.starts_with(PAGES))
}

/// What pages wear. A name may be told in any string: it is chosen in one place and worn in another.
fn worn(tree: &Tree) -> BTreeSet<&str> {
    let mut worn = BTreeSet::new();
    for (_, source) in pages(tree) {
        worn.extend(classes_of(source).into_iter().map(|(_, class)| class));
        worn.extend(names_in(&source.said));
    }
    worn
}

/// The classes that the markup of a source names, with their places: `p.lead`, `class="lead"`.
fn classes_of(source: &Source) -> Vec<(usize, &str)> {
    let code = &source.shipped;
    let mut found = Vec::new();
    for (place, _) in code.match_indices("html! {") {
        markup(code, place + "html! ".len(), &mut found);
    }
    for (place, mark) in code.match_indices("class=") {
        let begins = place + mark.len();
        let said = match code[begins..].starts_with('(') {
            true => &source.said[begins..behind(code, begins)],
            false => first_string(&source.said[begins..]),
        };
        found.extend(names_in(said).map(|name| (place, name)));
    }
    found
}

/// Walks through markup that opens at `begins`. What stands in brackets and what decides, loops or binds is
/// no markup.
fn markup<'a>(code: &'a str, begins: usize, found: &mut Vec<(usize, &'a str)>) {
    let (mut place, mut depth) = (begins, 0usize);
    while let Some(byte) = code.as_bytes().get(place) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return,
            b'}' => depth -= 1,
            b'(' | b'[' => {
                place = behind(code, place);
                continue;
            }
            b'@' => {
                place = behind_statement(code, place);
                continue;
            }
            b'.' => found.extend(class_at(code, place + 1).map(|class| (place, class))),
            _ => {}
        }
        place += 1;
    }
}

fn class_at(code: &str, place: usize) -> Option<&str> {
    let name = first_name(&code[place..]);
    let is_call = code[place + name.len()..].starts_with('(');
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains('_');
    (is_name && !is_call).then_some(name)
}

/// The place behind the bracket that closes the one at `place`.
fn behind(code: &str, place: usize) -> usize {
    let mut depth = 0usize;
    for (offset, byte) in code[place..].bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 1 => return place + offset + 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// The place of the block of `@if`, `@for` and their like, or behind a `@let`.
fn behind_statement(code: &str, place: usize) -> usize {
    let binds = code[place..].starts_with("@let ");
    let mut place = place;
    while let Some(byte) = code.as_bytes().get(place) {
        match byte {
            b'{' if !binds => return place,
            b'(' | b'[' | b'{' => place = behind(code, place),
            b';' if binds => return place,
            _ => place += 1,
        }
    }
    place
}

/// The words of the strings in scripts: among them whatever class a script asks for or puts on.
fn hooks(tree: &Tree) -> BTreeSet<&str> {
    let scripts = tree.files.iter();
    let scripts = scripts.filter(|file| file.path.starts_with(SCRIPTS));
    let lines = scripts.flat_map(|file| file.text.lines());
    let code = lines.filter(|line| !line.trim_start().starts_with(['/', '*']));
    let strings = code.flat_map(|line| line.split(['"', '`']).skip(1).step_by(2));
    strings.flat_map(names_in).collect()
}

/// The classes of `/* Shared: .row, .tag */`.
fn shared(text: &str) -> BTreeSet<&str> {
    let notes = text.split("Shared: ").skip(1);
    let lists = notes.filter_map(|note| note.split("*/").next());
    lists.flat_map(names_in).collect()
}

fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut bare = String::with_capacity(text.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        let (inside, behind) = comment.split_once("*/").unwrap_or((comment, ""));
        bare.push_str(before);
        bare.extend(inside.matches('\n'));
        rest = behind;
    }
    bare + rest
}

fn selectors(text: &str) -> Vec<Selector> {
    let (mut found, mut blocks, mut begins) = (Vec::new(), Vec::new(), 0);
    for (place, mark) in text.match_indices(['{', '}', ';']) {
        let prelude = &text[begins..place];
        begins = place + 1;
        match mark {
            "{" => {
                blocks.push(prelude.contains("@media print"));
                if !prelude.contains('@') {
                    let on_paper = blocks.contains(&true);
                    let line = line_of(text, place);
                    let one = |it: String| Selector {
                        line,
                        classes: classes_in(&it),
                        on_paper,
                    };
                    found.extend(listed(prelude).into_iter().map(one));
                }
            }
            "}" => drop(blocks.pop()),
            _ => {}
        }
    }
    found
}

/// The selectors of a list; commas in brackets do not part them.
fn listed(list: &str) -> Vec<String> {
    let mut depth = 0usize;
    let mut parts = vec![String::new()];
    for letter in list.chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match (letter, depth, parts.last_mut()) {
            (',', 0, _) => parts.push(String::new()),
            (_, _, Some(part)) => part.push(letter),
            (_, _, None) => {}
        }
    }
    parts
}

fn classes_in(selector: &str) -> BTreeSet<String> {
    let behind_dots = selector.split('.').skip(1);
    let names = behind_dots.map(first_name);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn first_string(text: &str) -> &str {
    let inside = text.strip_prefix('"').unwrap_or_default();
    inside.split('"').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "crates/http/src/pages/cart.rs";

    fn found(texts: &[(&str, &str)]) -> Vec<String> {
        let told = check(&Tree::of(texts)).into_iter();
        let told = told.map(|it| format!("{}:{} {}", it.path, it.line, it.what));
        let told: BTreeSet<String> = told.collect();
        told.into_iter().collect()
    }

    #[test]
    fn a_class_that_two_sheets_of_a_page_style_is_found() {
        let page = (PAGE, "fn a() { html! { p.row { } p.cart { } } }");
        let ground = ("web/styles/ground/a.css", ".row { margin: 0 }");
        let twice = ["web/styles/shop/b.css:2 `.row` is styled by web/styles/ground/a.css, too"];
        for (sheet, expected) in [
            ("/* b */\n.cart, .row:hover { margin: 0 }", &twice[..]),
            ("\n@media (hover) { :is(a, .row) { margin: 0 } }", &twice),
            (".cart .row { margin: 0 }", &[]),
            ("@media print { .row { margin: 0 } }", &[]),
            ("/* Shared: .row */ .row { margin: 0 }", &[]),
        ] {
            let shop = ("web/styles/shop/b.css", sheet);
            let mut told = found(&[page, ground, shop]);
            told.retain(|it| it.contains("is styled by"));
            assert_eq!(told, expected, "{sheet}");
        }
        let (shop, desk) = ("web/styles/shop/b.css", "web/styles/desk/b.css");
        let wings = found(&[page, (shop, ".row { }"), (desk, ".row { }")]);
        assert!(!wings.concat().contains("is styled by"), "{wings:?}");
    }

    #[test]
    fn a_class_that_nobody_wears_is_found() {
        let sheet = (
            "web/styles/shop/a.css",
            ".a, .b { }\n.c-warm { } .d { } .e { }\n.gone { }",
        );
        let page = "// gone\nfn f() { let class = \"b\"; html! { p.a[true] { } p class=(if x { \"c-warm\" }) { } } }\n\
                    fn g() { html! { i class=\"d\" { } } }";
        let script = (
            "web/scripts/shop/a.js",
            "// gone\npage.querySelector(\".e\");",
        );
        assert_eq!(
            found(&[sheet, (PAGE, page), script]),
            ["web/styles/shop/a.css:3 nobody wears `.gone`"]
        );
    }

    #[test]
    fn a_class_without_a_rule_is_found() {
        let page = "fn f() {\n html! {\n p.lone { (a.b) @if c.d { @let e = { f.g }; (h) } i.hook[x.y] { } } } }";
        let script = ("web/scripts/shop/a.js", "page.querySelector(`.hook`);");
        let expected = format!("{PAGE}:3 `.lone` has no rule, and no script asks for it");
        assert_eq!(found(&[(PAGE, page), script]), [expected]);
    }
}
