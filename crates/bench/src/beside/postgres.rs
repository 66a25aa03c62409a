//! PostgreSQL of Debian: one transaction an order, and batches of 5,000 as one statement each.

use super::server::Server;
use super::{LIMIT, PERSONS, Sold, UNITS};
use crate::debian::{ensure, output, succeed};
use anyhow::{Context, bail, ensure as must};
use rustix::process::{Signal, geteuid};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// It does not run as root; Debian's package brings this user.
const USER: &str = "postgres";
const PROGRAMS: &str = "/usr/lib/postgresql";
/// More do not help one hot row on a small machine.
const CLIENTS: &str = "16";
const BATCH: u64 = 5_000;
/// Batches for one hot row take turns; one more makes ready meanwhile.
const BATCH_CLIENTS: &str = "2";

/// What is kept: the stock, requests for as long as they may be repeated, how much each person has, and orders that
/// lapse.
fn tables() -> String {
    format!(
        "DROP TABLE IF EXISTS stock, requests, counts, orders;
        CREATE TABLE stock (sku int PRIMARY KEY, available bigint NOT NULL CHECK (available >= 0))
            WITH (fillfactor = 10);
        CREATE TABLE requests (key uuid PRIMARY KEY, at timestamptz NOT NULL);
        CREATE TABLE counts (person bigint PRIMARY KEY, units int NOT NULL CHECK (units <= {LIMIT}));
        CREATE TABLE orders (key uuid NOT NULL, person bigint NOT NULL, sku int NOT NULL, expires_at timestamptz NOT NULL);
        CREATE INDEX ON orders (expires_at);
        INSERT INTO stock VALUES (1, {UNITS});"
    )
}

/// One order, in one statement, so that the hot row is locked as briefly as can be.
fn one_order() -> String {
    format!(
        "\\set person random(1, {PERSONS})
        WITH fresh AS (
            INSERT INTO requests VALUES (gen_random_uuid(), now()) ON CONFLICT DO NOTHING RETURNING key
        ), counted AS (
            INSERT INTO counts SELECT :person, 1 FROM fresh
            ON CONFLICT (person) DO UPDATE SET units = counts.units + 1 WHERE counts.units < {LIMIT} RETURNING person
        ), taken AS (
            UPDATE stock SET available = available - 1
            WHERE sku = 1 AND available > 0 AND EXISTS (SELECT FROM counted) RETURNING sku
        )
        INSERT INTO orders SELECT key, person, sku, now() + interval '15 minutes' FROM fresh, counted, taken;"
    )
    .replace('\n', " ")
    .replacen("  ", "\n", 1)
}

/// A batch of orders: the stock is locked first, so that the statement sees all that was counted before it.
fn batch() -> String {
    let statement = format!(
        "WITH lapsed AS (
            DELETE FROM orders WHERE expires_at <= now() RETURNING sku
        ), asked AS MATERIALIZED (
            SELECT gen_random_uuid() AS key, 1 + floor(random() * {PERSONS})::bigint AS person
            FROM generate_series(1, {BATCH})
        ), fresh AS (
            INSERT INTO requests SELECT key, now() FROM asked ON CONFLICT DO NOTHING RETURNING key
        ), within_limit AS (
            SELECT key, person, row_number() OVER () AS place FROM (
                SELECT key, person, coalesce(units, 0) + row_number() OVER (PARTITION BY person) AS units_then
                FROM fresh JOIN asked USING (key) LEFT JOIN counts USING (person)
            ) AS wanted WHERE units_then <= {LIMIT}
        ), granted AS (
            SELECT key, person FROM within_limit, stock WHERE sku = 1 AND place <= available
        ), counted AS (
            INSERT INTO counts SELECT person, count(*) FROM granted GROUP BY person
            ON CONFLICT (person) DO UPDATE SET units = counts.units + excluded.units
        ), placed AS (
            INSERT INTO orders SELECT key, person, 1, now() + interval '15 minutes' FROM granted RETURNING sku
        )
        UPDATE stock SET available = available - (SELECT count(*) FROM placed) + (SELECT count(*) FROM lapsed)
        WHERE sku = 1;"
    );
    let statement = statement.replace('\n', " ");
    format!("BEGIN;\nSELECT available FROM stock WHERE sku = 1 FOR UPDATE;\n{statement}\nCOMMIT;\n")
}

/// True when what was sold is what was taken, and nobody has more than the limit.
fn check() -> String {
    format!(
        "SELECT sold = {UNITS} - available AND sold = counted AND most <= {LIMIT} FROM stock,
        (SELECT count(*) AS sold FROM orders) AS orders,
        (SELECT coalesce(sum(units), 0) AS counted, coalesce(max(units), 0) AS most FROM counts) AS counts"
    )
}

/// Sells both ways.
///
/// # Errors
/// When it cannot be had or started, or when it oversold.
pub fn sell(folder: &Path, span: Duration) -> anyhow::Result<Vec<Sold>> {
    ensure("pg_ctlcluster", "postgresql")?;
    let house = House::open(folder)?;
    Ok(vec![
        house.sell("one transaction an order", &one_order(), CLIENTS, span)?,
        house.sell("batches of 5,000", &batch(), BATCH_CLIENTS, span)?,
    ])
}

/// A cluster that runs.
struct House {
    programs: PathBuf,
    folder: PathBuf,
    _server: Server,
}

impl House {
    fn open(folder: &Path) -> anyhow::Result<House> {
        let programs = programs()?;
        let (folder, data) = (fs::canonicalize(folder)?, "cluster");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        if geteuid().is_root() {
            succeed(Command::new("chown").arg(USER).arg(&folder))?;
        }
        let data = folder.join(data);
        let mut initdb = as_user(&programs.join("initdb"));
        initdb.args([
            "--auth=trust",
            "--encoding=UTF8",
            "--username",
            USER,
            "--pgdata",
        ]);
        succeed(initdb.arg(&data))?;
        let mut postgres = as_user(&programs.join("postgres"));
        postgres.arg("-D").arg(&data).arg("-k").arg(&folder);
        // Room enough for the working set and for no checkpoint within a run; everything that makes a commit safe stays on.
        for setting in [
            "listen_addresses=",
            "shared_buffers=1GB",
            "max_wal_size=8GB",
            "autovacuum=on",
        ] {
            postgres.args(["-c", setting]);
        }
        let ready = || {
            let mut asked = Command::new(programs.join("pg_isready"));
            output(asked.arg("--host").arg(&folder)).is_ok()
        };
        let server = Server::start(&mut postgres, Signal::INT, ready)?;
        Ok(House {
            programs,
            folder,
            _server: server,
        })
    }

    fn sell(&self, how: &str, script: &str, clients: &str, span: Duration) -> anyhow::Result<Sold> {
        self.ask(&tables())?;
        let file = self.folder.join("script.sql");
        fs::write(&file, script)?;
        let seconds = span.as_secs().max(1);
        let mut pgbench = Command::new(self.programs.join("pgbench"));
        pgbench.arg("--host").arg(&self.folder).args([
            "--username",
            USER,
            "--no-vacuum",
            "--protocol=prepared",
        ]);
        pgbench.args([
            "--client",
            clients,
            "--jobs=2",
            "--time",
            &seconds.to_string(),
        ]);
        succeed(pgbench.arg("--file").arg(&file).arg(USER))?;
        must!(self.ask(&check())? == "t", "PostgreSQL oversold: {how}");
        let sold: f64 = self.ask("SELECT count(*) FROM orders")?.parse()?;
        Ok(Sold {
            name: format!("PostgreSQL, {how}"),
            orders_a_second: sold / seconds as f64,
        })
    }

    fn ask(&self, statement: &str) -> anyhow::Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.arg("--host")
            .arg(&self.folder)
            .args(["--username", USER, "--no-psqlrc", "--quiet"]);
        psql.args([
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--command",
            statement,
        ]);
        Ok(output(&mut psql)?.trim().to_owned())
    }
}

/// The programs of the newest version that is here.
fn programs() -> anyhow::Result<PathBuf> {
    let versions = fs::read_dir(PROGRAMS).context("there is no PostgreSQL")?;
    let versions = versions.filter_map(|entry| {
        entry
            .ok()?
            .file_name()
            .into_string()
            .ok()?
            .parse::<u32>()
            .ok()
    });
    match versions.max() {
        Some(version) => Ok(Path::new(PROGRAMS).join(version.to_string()).join("bin")),
        None => bail!("there is no version of PostgreSQL in {PROGRAMS}"),
    }
}

/// The program as a user it agrees to run as.
fn as_user(program: &Path) -> Command {
    if !geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", USER, "--regid", USER, "--init-groups"])
        .arg(program);
    command
}
