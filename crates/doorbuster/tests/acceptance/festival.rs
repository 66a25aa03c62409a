//! A festival in a folder of its own, made by importing, served on free ports, killed and restarted.

use super::process::{Running, Said, doorbuster, until};
use super::web::Web;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// A small catalogue: two sellers, three products, four SKUs.
pub const CATALOGUE: &str = "\
id,seller,name_ko,name_zh,name_en,category_ko,price,list_price,currency,sku,option_ko,option_en,stock
scarf,무센트,체크 머플러,格子围巾,Checked muffler,패션 > 소품,25260,42800,KRW,scarf-S,작은 것,Small,50000
scarf,,,,,,,,,scarf-L,큰 것,Large,50000
socks,무센트,겨울 양말,冬袜,Winter socks,패션 > 양말,3000,,KRW,socks,한 켤레,One pair,50000
mug,밤의 그릇,한밤의 머그,午夜马克杯,Midnight mug,주방,9000,12000,KRW,mug,한 개,One,50000
";

/// Two deals on it, open from a second after the import.
pub const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
night-1,scarf-S,19900,100,+1s,+1h,2,20s,30s,100
night-1,scarf-L,19900,100,,,,,,
night-2,mug,5000,50,+1s,+1h,1,3s,30s,100
";

/// How long a server may take until it serves, or until it has drained.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long forty shoppers may take.
const CROWD_PATIENCE: Duration = Duration::from_secs(60);

/// A festival, and its server while it is served.
pub struct Festival {
    folder: TempDir,
    settings: Vec<String>,
    shop: u16,
    provider: u16,
    server: Option<Running>,
}

impl Festival {
    /// An empty folder, and nothing in it yet.
    pub fn nowhere() -> Festival {
        Festival {
            folder: tempfile::tempdir().expect("a temporary folder"),
            settings: Vec::new(),
            shop: free_port(),
            provider: free_port(),
            server: None,
        }
    }

    /// A festival of a catalogue and deals, both CSV; every row must go in.
    pub fn of(catalogue: &str, deals: &str) -> Festival {
        let festival = Festival::nowhere();
        let catalogue = festival.write("catalogue.csv", catalogue);
        let deals = festival.write("deals.csv", deals);
        for (what, file) in [("catalogue", catalogue), ("deals", deals)] {
            let said = festival.import(what, &file).done();
            assert_eq!(said.count("rows left out"), 0, "{}", said.err);
        }
        festival
    }

    /// The same with settings for the server, as flags.
    pub fn set(mut self, flags: &[&str]) -> Festival {
        self.settings
            .extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A path beside the data folder.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file beside the data folder.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.beside(name);
        fs::write(&path, text).expect("the file is written");
        path
    }

    /// `doorbuster import WHAT FILE` into it.
    pub fn import(&self, what: &str, file: &Path) -> Said {
        let file = file.to_str().expect("a readable path");
        self.run(&["import", what, file])
    }

    /// A command of the binary on its data folder.
    pub fn run(&self, args: &[&str]) -> Said {
        on(&self.data(), args)
    }

    /// Everything that its ledger knows.
    pub fn state(&self) -> String {
        state(&self.data())
    }

    /// Where the shop is served.
    pub fn shop(&self) -> String {
        format!("http://localhost:{}", self.shop)
    }

    /// Where the sandbox provider is served.
    pub fn provider(&self) -> String {
        format!("http://127.0.0.1:{}", self.provider)
    }

    /// Serves it, from when it is ready on.
    pub fn start(&mut self) {
        let mut server = self.serve(self.shop, self.provider);
        let (web, ready) = (
            Web::open(),
            format!("http://127.0.0.1:{}/readyz", self.shop),
        );
        until(PATIENCE, "the server is ready", || {
            if let Some(status) = server.ended() {
                panic!("the server ended with {status}: {}", server.complaints());
            }
            (web.status(&ready) == Some(200)).then_some(())
        });
        self.server = Some(server);
    }

    /// A crowd comes here; `how` begins with the kind of crowd where it is none that shops.
    pub fn crowd(&self, how: &[&str]) -> Running {
        let shop = self.shop();
        let here = ["--url", &shop, "--json"];
        Running::start(["crowd"].iter().chain(how).chain(&here))
    }

    /// Forty shoppers come here, buy, and are done.
    pub fn is_shopped_at(&self) {
        let data = self.data().display().to_string();
        let few = [
            "--shoppers",
            "40",
            "--rate",
            "8",
            "--duration",
            "6s",
            "--seed",
            "7",
        ];
        let crowd = self.crowd(&[&["--data", &data], &few[..]].concat());
        crowd.end(CROWD_PATIENCE).done();
    }

    /// One more server on it, on ports of its own, whether it may serve or not.
    pub fn serve_again(&self) -> Running {
        self.serve(free_port(), free_port())
    }

    fn serve(&self, shop: u16, provider: u16) -> Running {
        let data = self.data().display().to_string();
        let (shop, provider) = (format!("127.0.0.1:{shop}"), format!("127.0.0.1:{provider}"));
        let own = [
            "serve",
            "--data",
            &data,
            "--listen",
            &shop,
            "--sandbox-listen",
            &provider,
        ];
        let settings = self.settings.iter().map(String::as_str);
        Running::start(
            own.into_iter()
                .chain(["--log-format", "text"])
                .chain(settings),
        )
    }

    /// The memory that its server takes, in KiB.
    pub fn memory_kib(&self) -> u64 {
        self.server.as_ref().expect("it is served").memory_kib()
    }

    /// Kills its server with signal 9.
    pub fn kill(&mut self) {
        self.server.take().expect("it is served").kill();
    }

    /// Asks its server to end, which must do so in order.
    pub fn stop(&mut self) {
        let server = self.server.take().expect("it is served");
        server.terminate(PATIENCE).done();
    }

    /// One of its secrets.
    pub fn secret(&self, name: &str) -> String {
        let text = fs::read_to_string(self.data().join("secrets.toml")).expect("secrets");
        let mut lines = text.lines().filter_map(|line| line.split_once(" = "));
        let (_, value) = lines.find(|(key, _)| *key == name).expect("a known secret");
        value.trim_matches('"').to_owned()
    }
}

impl Drop for Festival {
    /// The folder of a test that failed is kept to be looked at.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.folder.disable_cleanup(true);
            eprintln!("kept: {}", self.folder.path().display());
        }
    }
}

/// A command of the binary on a data folder.
pub fn on(data: &Path, args: &[&str]) -> Said {
    let data = data.to_str().expect("a readable path");
    doorbuster(args.iter().copied().chain(["--data", data]))
}

/// Everything that the ledger of a data folder knows.
pub fn state(data: &Path) -> String {
    on(data, &["inspect", "state"]).done().out
}

/// A port that nobody listens on, below those that outgoing connections are given: a client that
/// tries again and again while the server is down must not come to sit on its port.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let own = (process::id() % 180) as u16 * 100;
        let port = 12_000 + (own + NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
