//! What staff can do, one deed a file. Each is audited with what was true before and after; the
//! ledger learns first, the audit second, under the name of who did it.
//!
//! What staff see (`*_sheet`) stands here too, since the API and the audit show the same.

mod add_allotment;
mod allow_extensions;
mod audit;
mod bulk_deals;
mod cancel_order;
mod change_deal;
mod concerns;
mod deal_sheet;
mod deal_terms;
mod end_deal;
mod export_orders;
mod factors;
mod find;
mod find_deals;
mod foresee_deal;
mod import_deals;
mod invitations;
mod keys;
mod members;
mod mend_waybill;
mod move_stock;
mod order_columns;
mod order_sheet;
mod product_history;
mod product_pictures;
mod put_product;
mod record_parcels;
mod refund;
mod reprice_deal;
mod schedule_deal;
mod seats;
mod secret;
mod sign_in;
mod stock_sheet;
mod webhooks;

pub use add_allotment::{StockAsk, add_allotment};
pub use allow_extensions::{ExtensionsAsk, allow_extensions};
pub use audit::{audit, deed_of, deeds_of, newest_deed};
pub use bulk_deals::{BULK_DEALS_MAX, Bulk, BulkRow, Effect, bulk_deals, foresee_bulk, take_back};
pub use cancel_order::cancel_order;
pub use change_deal::{change_deal, change_terms};
pub use concerns::{Concern, concerns};
pub use deal_sheet::{
    DealPosition, DealSheet, PoolSheet, deal_card, deal_sheet, deal_target, deals_behind, draft_of,
    position,
};
pub(crate) use deal_terms::with_terms;
pub use deal_terms::{DealTerms, TermsAsk};
pub use end_deal::end_deal;
pub use export_orders::{OrdersWanted, export_orders};
pub use factors::{
    add_passkey, ask_for_passkey, confirm_codes, demand_second_factor, remove_codes,
    remove_passkey, rename_passkey, renew_recovery_codes,
};
pub use find::{Found, find};
pub use find_deals::{DealOrder, DealsWanted, Peculiar, find_deals, units_of, waiting_of};
pub use foresee_deal::{Foresight, Warning, Windows, foresee_deal, free_units};
pub use import_deals::{
    DIFFERS, DealsFile, Fate, ImportProblem, Imported, ImportedDeal, Progress, import_deals,
};
pub use invitations::{InviteAsk, accept_invitation, invitation_link, invite, revoke_invitation};
pub use keys::{KeyAsk, make_key, revoke_key};
pub use members::{MemberAsk, MemberChange, change_member, known_member, take_on};
pub use mend_waybill::{mend_waybill, parcel_of};
pub use move_stock::{StockMove, StockMoved, Stocked, move_stock, sku_target, stock_of};
pub use order_sheet::{
    ContactSheet, LineSheet, OrderCard, OrderPosition, OrderSheet, known_order, order_card,
    order_sheet,
};
pub use product_history::{Basis, FieldChange, known_product, product_history, product_target};
pub use product_pictures::{
    PICTURES_MAX, PicturePatience, PicturePlace, add_picture, bring_back_pictures, order_pictures,
    picture_place, remove_pictures,
};
pub use put_product::{change_product, make_product, product_json};
pub use record_parcels::{
    Parcel, ParcelProblem, ParcelsRecorded, What, parcels_of_csv, parcels_of_json, record_parcels,
};
pub use refund::{OrderedRefund, RefundAsk, ScopeAsk, refund};
pub use reprice_deal::{PriceAsk, reprice_deal};
pub use schedule_deal::{PoolAsk, schedule_deal};
pub use seats::{
    change_own_password, end_other_sessions, end_own_session, end_session_of, reset_factors,
};
pub use secret::id_text;
pub use sign_in::{
    CameFrom, Entered, SESSION_SECONDS, STEP_SECONDS, StaffLogin, check_password, enter_by_passkey,
    enter_code, leave, read_step_token, sign_in, sign_out, step_token,
};
pub use stock_sheet::{StockSheet, stock_sheet};
pub use webhooks::{
    WebhookAsk, WebhookChange, add_webhook, change_webhook, known_webhook, remove_webhook,
    replay_webhook,
};
