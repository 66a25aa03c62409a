//! What answers at each address of the pages: reads from views and records, does deeds, and sends
//! the shopper on. How it looks is decided in the modules beside this one.

mod about;
mod addresses;
mod board;
mod cart;
mod checkout;
mod deal;
mod desk;
mod entrance;
mod forgotten;
mod home;
mod listing;
mod me;
mod orders;
mod payment;
mod plain;
mod returning;
mod seller;
mod verify;
mod waiting;

pub use plain::Explained;
pub(crate) use plain::{busy_page, is_for_programs};

use super::{assets, offline};
use crate::shop::Shop;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// All pages, and a page for every address that there is not.
pub fn router() -> Router<Arc<Shop>> {
    Router::new()
        .merge(browsing())
        .merge(buying())
        .merge(entering())
        .merge(own())
        .merge(addresses())
        .merge(desk::router())
        .fallback(plain::nowhere)
        .route("/assets/{hash}/{*file}", get(assets::serve))
        .route("/pictures/{file}", get(plain::picture))
}

/// The pages of a replay: the board and its levers, nothing else.
pub fn replay_router() -> Router<Arc<Shop>> {
    Router::new()
        .route("/", get(async || axum::response::Redirect::to("/board")))
        .route("/board", get(board::show))
        .route("/board/bells", get(board::bells))
        .route("/board/replay", post(board::turn))
        .route("/language", post(plain::choose_language))
        .route("/assets/{hash}/{*file}", get(assets::serve))
        .fallback(plain::nowhere)
}

fn browsing() -> Router<Arc<Shop>> {
    Router::new()
        .route("/", get(home::show))
        .route("/deals", get(listing::deals))
        .route("/search", get(listing::search))
        .route(offline::ADDRESS, get(plain::offline))
        .route("/sw.js", get(plain::worker))
        .route("/deals/{deal}", get(deal::show))
        .route("/deals/{deal}/watch", post(deal::watch))
        .route("/deals/{deal}/unwatch", post(deal::unwatch))
        .route("/products/{product}", get(deal::of_product))
        .route("/sellers/{seller}", get(seller::show))
        .route("/about/{page}", get(about::show))
        .route("/watches", get(cart::show_watches))
        .route("/board", get(board::show))
        .route("/board/bells", get(board::bells))
        .route("/language", post(plain::choose_language))
}

fn buying() -> Router<Arc<Shop>> {
    Router::new()
        .route("/deals/{deal}/hold", post(deal::hold))
        .route(
            "/deals/{deal}/waiting",
            get(waiting::show).post(waiting::join),
        )
        .route("/deals/{deal}/waiting/leave", post(waiting::leave))
        .route("/deals/{deal}/waiting/stream", get(waiting::stream))
        .route("/cart", get(cart::show))
        .route("/cart/bill", post(cart::bill))
        .route("/cart/holds/{hold}/release", post(cart::release))
        .route("/cart/holds/{hold}/extend", post(cart::extend))
        .route("/cart/places/{place}/leave", post(cart::leave))
        .route("/checkout", get(checkout::delivery).post(checkout::place))
        .route("/checkout/bill", post(checkout::bill))
        .route("/checkouts/{checkout}", get(payment::show))
        .route("/checkouts/{checkout}/pay", post(payment::pay))
        .route("/orders", get(orders::list))
        .route("/orders/{order}", get(orders::show))
        .route("/orders/{order}/cancel", post(orders::cancel))
        .route("/orders/{order}/receipt", get(orders::receipt))
        .route(
            "/orders/{order}/return",
            get(returning::show).post(returning::step),
        )
}

/// What belongs to who visits.
fn own() -> Router<Arc<Shop>> {
    Router::new()
        .route("/me", get(me::show))
        .route("/me/profile", post(me::profile))
        .route("/me/consents", post(me::consents))
        .route("/me/mail", post(me::mail))
        .route("/me/password", post(me::password))
        .route("/me/sessions/end", post(me::end_sessions))
        .route("/me/verify", get(verify::show).post(verify::ask))
        .route("/me/verify/confirm", post(verify::confirm))
        .route("/me/export", get(me::export))
        .route("/me/erase", get(me::erase_page).post(me::erase))
}

fn addresses() -> Router<Arc<Shop>> {
    let add = get(addresses::add_form).post(addresses::add);
    let change = get(addresses::change_form).post(addresses::change);
    Router::new()
        .route("/addresses", get(addresses::list))
        .route("/addresses/add", add)
        .route("/addresses/find", post(addresses::find))
        .route("/addresses/{address}", change)
        .route("/addresses/{address}/first", post(addresses::choose_first))
        .route("/addresses/{address}/delete", post(addresses::delete))
}

fn entering() -> Router<Arc<Shop>> {
    Router::new()
        .route(
            "/sign-in",
            get(entrance::sign_in_page).post(entrance::sign_in),
        )
        .route(
            "/sign-up",
            get(entrance::sign_up_page).post(entrance::sign_up),
        )
        .route("/forgotten", get(forgotten::show).post(forgotten::ask))
        .route(
            "/forgotten/{token}",
            get(forgotten::new_password).post(forgotten::set_password),
        )
        .route("/enter", get(entrance::enter))
        .route("/sign-out", post(entrance::sign_out))
}
