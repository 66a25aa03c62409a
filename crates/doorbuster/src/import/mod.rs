//! `doorbuster import`: sellers, catalogues and deals from files into a festival. The journal
//! learns of sellers, SKUs, stock and deals; the records keep what they are called and look like.

mod catalogue;
mod deals;
mod demo;
mod listing;
mod over_http;
mod pictures;
mod report;
mod sellers;
mod telling;

use crate::config::{Config, SettingFlags, Settings, only};
use crate::house::House;
use anyhow::{anyhow, ensure};
use clap::{Args as ClapArgs, Parser, Subcommand};
use intake::{Fault, Mapping};
use std::path::PathBuf;
use std::process::ExitCode;

/// How an import ends that left rows out while others went in; 2 is for a wrong command line.
const ROWS_LEFT_OUT: u8 = 3;

/// Bring sellers, a catalogue or deals into a festival.
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  doorbuster import catalogue products.csv --dry-run
      Says what would change, row by row what is wrong, and changes nothing.
  doorbuster import catalogue musinsa_ko --mapping demo/mappings/musinsa.toml
      A folder of CSV files; the mapping says which column is what.
  doorbuster import catalogue old.csv --encoding euc-kr --problems problems.txt
      A file whose encoding is told; all that is wrong goes into a file, too.
  doorbuster import deals deals.csv
      Lines of SKU, price, allotment, start, end, limit, hold.
  doorbuster import deals deals.csv --to http://localhost:1111
      The same while the shop is served.
  doorbuster import demo demo
      The demo festival: its deals open from now on.

Good rows go in, bad ones are reported with file, line and column; a second run changes nothing.
The exit code is 0 when every row went in, 3 when rows were left out and the others went in, and 1
when nothing did. A dry run ends as the import would.
Without `--to` the server must not be running on the same data folder.
The columns and the mapping file are explained in docs/guide/import.md.")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// The settings that an import turns on; its help leaves the others out.
const SHOWN: &[&str] = &[
    "data",
    "public_url",
    "secrets",
    "festival.currency",
    "festival.time_zone",
];

#[derive(Debug, Subcommand)]
enum What {
    /// Products with their SKUs, prices and pictures: CSV, TSV, JSON, JSON Lines, a folder or a .tar.xz of them.
    #[command(
        mut_args(only(SHOWN)),
        after_help = "\
Examples:
  doorbuster import catalogue products.csv --dry-run
  doorbuster import catalogue export/ --mapping my-shop.toml --problems problems.txt
  doorbuster import catalogue old.csv --encoding euc-kr"
    )]
    Catalogue(MappedArgs),
    /// Deals: a line for each SKU of a deal.
    #[command(
        mut_args(only(SHOWN)),
        after_help = "\
Examples:
  doorbuster import deals deals.csv
  doorbuster import deals deals.csv --to http://localhost:1111
      While the shop is served.
  doorbuster import deals rehearsal.csv --from 2026-11-10T20:00:00+09:00
      Starts such as `+20s` count from then.

deals.csv:
  deal,sku,price,allotment,start,end,limit,hold
  night-1,TSHIRT-M,9900,500,2026-11-11 00:00:00.000,2026-11-11 06:00:00.000,1,15m"
    )]
    Deals(DealArgs),
    /// Sellers with their shipping terms: JSON Lines.
    #[command(
        mut_args(only(SHOWN)),
        after_help = "\
Example:
  doorbuster import sellers sellers.jsonl

sellers.jsonl, one seller a line:
  {\"id\":\"s1\",\"name\":{\"ko\":\"밤의 그릇\"},\"shipping\":{\"fee\":3000,\"free_from\":50000,\"surcharges\":{\"jeju\":3000}}}"
    )]
    Sellers(FileArgs),
    /// The demo festival: sellers, catalogue and a day of deals that begins now.
    #[command(
        mut_args(only(SHOWN)),
        after_help = "\
Example:
  doorbuster import demo demo
      From the folder of the repository; the first deals open 20 s from now."
    )]
    Demo(DemoArgs),
}

#[derive(Debug, ClapArgs)]
struct FileArgs {
    /// A file, a folder or an archive.
    path: PathBuf,
    /// Say what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where to write the problems, one a line; all are shown, up to a screenful, in any case.
    #[arg(long, value_name = "FILE")]
    problems: Option<PathBuf>,
    #[command(flatten)]
    settings: SettingFlags,
}

#[derive(Debug, ClapArgs)]
struct MappedArgs {
    #[command(flatten)]
    file: FileArgs,
    /// Which column is what (TOML); without one the files have the native columns.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The encoding of the files, such as euc-kr, gbk or utf-16le; without it it is found out. It wins
    /// over the mapping's.
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
}

#[derive(Debug, ClapArgs)]
struct DealArgs {
    #[command(flatten)]
    mapped: MappedArgs,
    /// Send them to the shop that is served there, with the owner's key of the data folder.
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// The moment from which offsets such as `+20s` or `+1h30m` in the files count (RFC 3339); now by default.
    #[arg(long, value_name = "TIME")]
    from: Option<jiff::Timestamp>,
}

#[derive(Debug, ClapArgs)]
struct DemoArgs {
    /// The folder with sellers.jsonl, catalogue.jsonl and deals.csv.
    #[arg(default_value = "demo")]
    folder: PathBuf,
    /// Make this staff account, of the role owner.
    #[arg(long, value_name = "MAIL", requires = "password")]
    staff: Option<String>,
    /// Its password.
    #[arg(long, requires = "staff")]
    password: Option<String>,
    /// How long after now the festival begins, in seconds; its first deals open 20 s later.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    begins_in: u64,
    #[command(flatten)]
    settings: SettingFlags,
}

/// Runs the command; the code with which it ends says whether rows were left out.
///
/// # Errors
/// When files, mapping or festival cannot be read, or no row went in.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    Ok(match import(args).await? {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(ROWS_LEFT_OUT),
    })
}

/// Imports, and tells how many rows were left out.
async fn import(args: Args) -> anyhow::Result<u64> {
    let flags = args.what.settings();
    let settings = Settings::from(&Config::gather(None, std::env::vars(), flags)?);
    crate::log::start_quietly(&settings);
    if let What::Deals(deals) = &args.what
        && let Some(shop) = &deals.to
    {
        return over_http::import(shop, deals, &settings).await;
    }
    args.what.must_be_there()?;
    let house = House::open(&settings, Vec::new())
        .await
        .map_err(|error| args.what.instead(&settings, error))?;
    let imported = args.what.import(&house, &settings).await;
    let closed = house.close().await;
    imported.and_then(|left_out| closed.map(|()| left_out))
}

impl What {
    fn settings(&self) -> &SettingFlags {
        match self {
            What::Catalogue(mapped) => &mapped.file.settings,
            What::Sellers(file) => &file.settings,
            What::Deals(deals) => &deals.mapped.file.settings,
            What::Demo(demo) => &demo.settings,
        }
    }

    async fn import(&self, house: &House, settings: &Settings) -> anyhow::Result<u64> {
        match self {
            What::Catalogue(mapped) => catalogue::import(house, mapped).await,
            What::Deals(deals) => deals::import(house, deals, settings).await,
            What::Sellers(file) => sellers::import(house, file, settings).await,
            What::Demo(demo) => demo::import(house, demo, settings).await,
        }
    }

    /// Makes sure that there is something to import before a festival is founded for it.
    fn must_be_there(&self) -> anyhow::Result<()> {
        let path = match self {
            What::Catalogue(mapped) => &mapped.file.path,
            What::Deals(deals) => &deals.mapped.file.path,
            What::Sellers(file) => &file.path,
            What::Demo(demo) => &demo.folder,
        };
        ensure!(path.exists(), "there is no {}", path.display());
        Ok(())
    }

    /// What to do where a server has the folder open; other errors as they are.
    fn instead(&self, settings: &Settings, error: anyhow::Error) -> anyhow::Error {
        if !matches!(error.downcast_ref(), Some(journal::Fault::Locked { .. })) {
            return error;
        }
        let shop = &settings.public_url;
        let advice = match self {
            What::Deals(deals) => {
                let (file, secrets) =
                    (deals.mapped.file.path.display(), settings.secrets.display());
                format!(
                    "stop it, or send the deals to it while it runs:\n  \
                     doorbuster import deals {file} --data {} --to {shop}\n\
                     or, of a CSV file with the native columns:\n  \
                     sed -n 's/^owner_key = \"\\(.*\\)\"/Authorization: Bearer \\1/p' {secrets} | \
                     curl -H @- -H 'Content-Type: text/csv' --data-binary @{file} {shop}/v1/staff/schedule/import",
                    settings.data.display()
                )
            }
            _ => "stop it, import, and start it again; the shop goes on where it was".to_owned(),
        };
        anyhow!("{error}; {advice}")
    }
}

impl MappedArgs {
    /// The mapping that is told; none where nothing is.
    fn told(&self) -> Result<Option<Mapping>, Fault> {
        let mapping = self.mapping.as_deref().map(Mapping::open).transpose()?;
        Ok(match &self.encoding {
            Some(label) => Some(mapping.unwrap_or_default().in_encoding(label)),
            None => mapping,
        })
    }
}
