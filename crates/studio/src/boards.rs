//! The boards beside that of the stage: of a festival whose first bell is hours away, of one that is over, and of that one
//! told again from its journal.

use crate::client::Client;
use crate::play::buy;
use crate::served::{READY, Served, program, run, serving};
use crate::stage::Plan;
use anyhow::Result;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The deals of the festival that is over: of one everything is sold, of the other nothing.
const DEALS: &str = "deal,sku,price,allotment,start,end,limit
eve-shirts,C-0001-M,29000,2,+2s,+9s,0
eve-apples,G-0001-1KG,6900,60,+2s,+9s,0
";
const DEAL: (&str, &str) = ("eve-shirts", "C-0001-M");
/// The first bell of the eve rings in half a day: nobody looks at it that long.
const FIRST_BELL_S: &str = "43200";

/// All of them, each with the name by which scenes call it.
pub(crate) async fn boards(plan: &Plan<'_>, folder: &Path) -> Result<[(&'static str, Served); 3]> {
    let eve = eve(plan, &folder.join("eve")).await?;
    let over = over(plan, &folder.join("over")).await?;
    let again = again(plan, &folder.join("over")).await?;
    Ok([("eve", eve), ("over", over), ("again", again)])
}

async fn eve(plan: &Plan<'_>, data: &Path) -> Result<Served> {
    let mut import = program(plan.doorbuster);
    import.args(["import", "demo"]).arg(plan.demo);
    import.args(["--begins-in", FIRST_BELL_S, "--data"]);
    run("the import of the eve", import.arg(data))?;
    serve(plan, data).await
}

async fn over(plan: &Plan<'_>, data: &Path) -> Result<Served> {
    let deals = data.with_extension("csv");
    fs::write(&deals, DEALS)?;
    let sellers = plan.demo.join("sellers.jsonl");
    let catalogue = plan.demo.join("catalogue.jsonl");
    for (what, from) in [
        ("sellers", &sellers),
        ("catalogue", &catalogue),
        ("deals", &deals),
    ] {
        let mut import = program(plan.doorbuster);
        import.args(["import", what]).arg(from);
        run("an import", import.arg("--data").arg(data))?;
    }
    let served = serve(plan, data).await?;
    let stranger = Client::stranger(&served.address)?;
    let shopper = stranger.entering("/v1/sessions", &Value::Null).await?;
    let deal = format!("/v1/deals/{}", DEAL.0);
    shopper.until(&deal, |said| said["state"] == "open").await?;
    for _ in 0..2 {
        buy(&shopper, DEAL.0, DEAL.1).await?;
    }
    let over = |said: &Value| said["open_deals"] == 0;
    shopper.until("/v1/board", over).await?;
    Ok(served)
}

async fn again(plan: &Plan<'_>, data: &Path) -> Result<Served> {
    let mut replay = program(plan.doorbuster);
    replay.arg("replay-board").arg("--data").arg(data);
    Served::start(replay, "/v1/board", &data.with_extension("again.log")).await
}

async fn serve(plan: &Plan<'_>, data: &Path) -> Result<Served> {
    let (serve, _) = serving(plan.doorbuster, data)?;
    Served::start(serve, READY, &data.with_extension("log")).await
}
