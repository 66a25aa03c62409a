//! The guide's page on settings, written from the table of settings.

use super::table::{Kind, SETTINGS, Setting};
use crate::secrets;
use std::fmt::Write as _;

const HEAD: &str = "\
# Settings

Nothing need be set. Values come from the defaults, then a TOML file, then the environment, then flags; the later wins.
The file is `doorbuster.toml` in the data folder, or the one that `--config` names. `doorbuster config` prints what is in
force and where each value came from. An unknown key or a bad value is an error that names the place and the nearest right
key.

```toml
listen = \"0.0.0.0:1111\"
public_url = \"https://festival.example\"

[festival]
name = \"Night of Deals\"

[limits]
requests_per_second = 100
```

A dot in a key stands for a TOML table. The environment variable of a key is `DOORBUSTER_` and the key in capitals with
underscores; its flag has dashes: `festival.name` is `DOORBUSTER_FESTIVAL_NAME` and `--festival-name`.

";

const SECRETS: &str = "
## Secrets

Secrets are no settings: they are never flags, and nothing prints them. They lie in `secrets.toml` in the data folder, made at
the first start for its owner's eyes alone (mode 600), or in the file that `secrets` names. An environment variable
wins over the file.

| in the file | environment | what |
| --- | --- | --- |
";

/// The page, in Markdown.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("| key | environment and flag | default | takes | what it is for |\n");
    page.push_str("| --- | --- | --- | --- | --- |\n");
    for setting in SETTINGS {
        row(&mut page, setting);
    }
    page.push_str(SECRETS);
    for (name, what) in secrets::NAMES.into_iter().zip(secrets::MEANINGS) {
        let variable = secrets::variable(name);
        writeln!(page, "| `{name}` | `{variable}` | {what} |").expect(TEXT);
    }
    page
}

const TEXT: &str = "a text takes every text";

fn row(page: &mut String, setting: &Setting) {
    let (variable, flag) = (setting.variable(), setting.flag());
    let default = match setting.default {
        "" => "none".to_owned(),
        default => format!("`{default}`"),
    };
    let (takes, help) = (takes(setting), setting.help);
    writeln!(
        page,
        "| `{}` | `{variable}`<br>`--{flag}` | {default} | {takes} | {help} |",
        setting.key
    )
    .expect(TEXT);
}

fn takes(setting: &Setting) -> String {
    match setting.kind {
        Kind::Text => "text".to_owned(),
        Kind::TextOrNone => "text, or nothing".to_owned(),
        Kind::MailServer => "`smtp://` or `smtps://` and a host, or nothing".to_owned(),
        Kind::Path => "a file or folder".to_owned(),
        Kind::PathOrNone => "a file or folder, or nothing".to_owned(),
        Kind::Address => "an address and port".to_owned(),
        Kind::HeaderOrNone => "the name of a header, or nothing".to_owned(),
        Kind::Url => "a web address without a slash at its end, or nothing".to_owned(),
        Kind::Number(least, most) => format!("{}, {least} to {most}", setting.unit),
        Kind::Choice(words) => words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", "),
        Kind::Currency => "a currency code (ISO 4217)".to_owned(),
        Kind::TimeZone => "a time zone of the IANA database".to_owned(),
        Kind::Countries => "codes of countries (ISO 3166), parted by commas".to_owned(),
        Kind::Hosts => "hosts, parted by commas, or nothing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_guide_lists_the_settings_that_there_are() {
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/configuration.md");
        let written = std::fs::read_to_string(&guide).unwrap_or_default();
        assert!(
            written == page(),
            "docs/guide/configuration.md is not what the table of settings says; write it anew:\n  \
             cargo run -p doorbuster -- config --markdown > configuration.md && mv configuration.md docs/guide/"
        );
    }

    #[test]
    fn every_number_says_what_it_counts() {
        for setting in SETTINGS {
            let counts = matches!(setting.kind, Kind::Number(..));
            assert_eq!(counts, !setting.unit.is_empty(), "{}", setting.key);
        }
    }
}
