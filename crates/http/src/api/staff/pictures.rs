//! The pictures of a product: a file comes in as the body, whatever its type is called, and is made anew, so
//! that nothing of it but what one sees is kept.

use crate::api::shapes::{IdempotencyKey, PictureShown, Problems, show_picture};
use crate::api::stored::once;
use crate::deeds::staff::{self, Basis};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Staff;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use records::Picture;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The largest file, in bytes.
const FILE_BYTES_MAX: usize = 32 << 20;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    let upload = OpenApiRouter::new()
        .routes(routes!(add))
        .layer(DefaultBodyLimit::max(FILE_BYTES_MAX));
    OpenApiRouter::new()
        .routes(routes!(order))
        .routes(routes!(remove))
        .merge(upload)
}

/// A picture of a product.
#[derive(Serialize, ToSchema)]
pub(super) struct PictureCard {
    /// Its name: the SHA-256 of the file it was made of.
    picture: String,
    #[serde(flatten)]
    shown: PictureShown,
}

impl From<&Picture> for PictureCard {
    fn from(picture: &Picture) -> PictureCard {
        PictureCard {
            picture: picture.hash.clone(),
            shown: show_picture(picture),
        }
    }
}

/// A JPEG, PNG, WebP or GIF of at most 32 MiB and 50 million pixels; which of them its first bytes tell.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code)] // It is only described; it is read as the bytes that it is.
struct PictureFile(Vec<u8>);

/// The order of a product's pictures.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PictureOrder {
    /// Their names, first to last. One that is left out is taken away.
    pictures: Vec<String>,
}

/// The pictures of a product.
#[derive(Serialize, ToSchema)]
struct Pictures {
    /// In their order.
    pictures: Vec<PictureCard>,
}

/// Adds a picture at the end of a product's. One that it has already stays where it is.
#[utoipa::path(post, path = "/v1/staff/products/{product}/pictures", tag = "staff",
    params(("product" = String, Path, description = "The shop's own id"), IdempotencyKey),
    request_body(content = PictureFile, content_type = "image/*"), responses(
    (status = 201, body = PictureCard),
    (status = 200, description = "The product has it already.", body = PictureCard),
    (status = 408, description = "The file came too slowly.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "The file is too large.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "It is no picture, too large a one, or one too many.", body = ProblemBody, content_type = "application/problem+json"), Problems,
))]
async fn add(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(product): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let place = Arc::new(staff::picture_place()?);
    let asked = Asked::<Bytes>::read(request, &shop);
    let asked = staff::PicturePatience::default().wait(asked).await??;
    once(&shop, asked.key_by(&who.scope()), async {
        let file = (asked.body.clone(), place);
        let (picture, added) = staff::add_picture(&shop, &who, &product, file).await?;
        let status = if added {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        Ok((status, Some(PictureCard::from(&picture))))
    })
    .await
}

/// Puts a product's pictures in order; those that are left out are taken away.
#[utoipa::path(post, path = "/v1/staff/products/{product}/pictures/order", tag = "staff",
    params(("product" = String, Path, description = "The shop's own id"), IdempotencyKey), request_body = PictureOrder, responses(
    (status = 200, body = Pictures),
    (status = 422, description = "A name is no picture of the product.", body = ProblemBody, content_type = "application/problem+json"), Problems,
))]
async fn order(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(product): Path<String>,
    asked: Asked<PictureOrder>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        let order = &asked.body.pictures;
        staff::order_pictures(&shop, &who, &product, order, Basis::Any).await?;
        let pictures = shop.records.pictures(&product).await?;
        let pictures = pictures.iter().map(PictureCard::from).collect();
        Ok((StatusCode::OK, Some(Pictures { pictures })))
    })
    .await
}

/// Takes a picture away from a product.
#[utoipa::path(delete, path = "/v1/staff/products/{product}/pictures/{picture}", tag = "staff",
    params(("product" = String, Path, description = "The shop's own id"), ("picture" = String, Path, description = "The name of the picture"), IdempotencyKey),
    responses((status = 204, description = "It is done"), Problems))]
async fn remove(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path((product, picture)): Path<(String, String)>,
    asked: Asked<()>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        let removed = staff::remove_pictures(&shop, &who, &product, &[picture]).await?;
        removed.ok_or(Problem::from(Kind::NOT_FOUND))?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}
