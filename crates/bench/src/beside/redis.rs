//! Redis of Debian, with a script in Lua, its file synced before every answer: request by request, and 64 at once.

use super::server::Server;
use super::{LIMIT, Sold, UNITS};
use crate::debian::{ensure, output, succeed};
use anyhow::ensure as must;
use rustix::process::Signal;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// An order: lapsed ones first, then the request, the limit, the stock.
const SCRIPT: &str = "
local now = tonumber(redis.call('TIME')[1])
for _, order in ipairs(redis.call('ZRANGEBYSCORE', 'orders', '-inf', now, 'LIMIT', 0, 16)) do
  redis.call('ZREM', 'orders', order)
  redis.call('INCR', 'available')
end
if not redis.call('SET', 'request:' .. ARGV[1], '1', 'NX', 'EX', 86400) then return 'repeated' end
if tonumber(redis.call('GET', 'count:' .. ARGV[2]) or '0') >= tonumber(ARGV[3]) then return 'limit_reached' end
if tonumber(redis.call('GET', 'available')) < 1 then return 'stock_exhausted' end
redis.call('DECR', 'available')
redis.call('INCR', 'count:' .. ARGV[2])
redis.call('ZADD', 'orders', now + 900, ARGV[1])
return 'placed'";
/// So many at once, each waiting for its answer.
const CLIENTS: &str = "64";
/// Requests and persons are random numbers below this; requests that come twice are answered as repeated and not counted.
const REQUESTS: &str = "2000000000";
/// It is asked for so many requests at first, to see how many fill the time.
const TRIAL: u64 = 20_000;

/// Sells both ways.
///
/// # Errors
/// When it cannot be had or started, or when it oversold.
pub fn sell(folder: &Path, span: Duration) -> anyhow::Result<Vec<Sold>> {
    ensure("redis-server", "redis-server")?;
    let mut sold = Vec::new();
    for (how, together) in [
        ("one request at a time", "1"),
        ("64 requests at once", "64"),
    ] {
        let house = House::open(folder)?;
        let trial = house.sell(TRIAL, together)?;
        let orders = (trial * span.as_secs_f64()) as u64;
        sold.push(Sold {
            name: format!("Redis, {how}"),
            orders_a_second: house.sell(orders.max(TRIAL), together)?,
        });
    }
    Ok(sold)
}

/// A server that runs.
struct House {
    socket: PathBuf,
    _server: Server,
}

impl House {
    fn open(folder: &Path) -> anyhow::Result<House> {
        let folder = std::fs::canonicalize(folder)?;
        let socket = folder.join("redis.socket");
        let mut redis = Command::new("redis-server");
        redis.args([
            "--port",
            "0",
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
        ]);
        redis
            .arg("--dir")
            .arg(&folder)
            .arg("--unixsocket")
            .arg(&socket);
        let answers = || output(cli(&socket).arg("PING")).is_ok_and(|said| said.trim() == "PONG");
        let server = Server::start(&mut redis, Signal::TERM, answers)?;
        let house = House {
            socket,
            _server: server,
        };
        house.ask(&["FLUSHALL"])?;
        house.ask(&["SET", "available", &UNITS.to_string()])?;
        Ok(house)
    }

    /// Orders a second when so many requests are made.
    fn sell(&self, requests: u64, together: &str) -> anyhow::Result<f64> {
        let script = self.ask(&["SCRIPT", "LOAD", SCRIPT])?;
        let before = self.sold()?;
        let mut benchmark = Command::new("redis-benchmark");
        benchmark
            .arg("-s")
            .arg(&self.socket)
            .args(["-c", CLIENTS, "-P", together, "-r", REQUESTS]);
        benchmark.args(["-n", &requests.to_string(), "EVALSHA", &script, "0"]);
        let begun = Instant::now();
        succeed(benchmark.args(["__rand_int__", "__rand_int__", &LIMIT.to_string()]))?;
        let seconds = begun.elapsed().as_secs_f64();
        let sold = self.sold()?;
        let kept: u64 = self.ask(&["ZCARD", "orders"])?.parse()?;
        must!(sold == kept, "Redis sold {sold} and keeps {kept}");
        Ok((sold - before) as f64 / seconds)
    }

    fn sold(&self) -> anyhow::Result<u64> {
        Ok(UNITS - self.ask(&["GET", "available"])?.parse::<u64>()?)
    }

    fn ask(&self, words: &[&str]) -> anyhow::Result<String> {
        Ok(output(cli(&self.socket).args(words))?.trim().to_owned())
    }
}

fn cli(socket: &Path) -> Command {
    let mut cli = Command::new("redis-cli");
    cli.arg("-s").arg(socket);
    cli
}
