//! HTTP: the pages for people, the callback, what operators look at, and the room that a platform's own routes are given.
//! Rank 4: imports `settings`, `domain` and `app`; pages are made in [`pages`] only.

mod connect;
mod guard;
mod health;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::future::BoxFuture;
use maud::Markup;
use url::Url;

use crate::app::App;
use crate::app::sign_in::LINK_PATH;
use crate::settings::Site;

pub use health::Part;

/// Our own forms have two short fields.
const LARGEST_FORM: usize = 16 << 10;

/// What the routes are made of.
#[derive(Clone)]
pub struct Web {
    pub app: App,
    pub site: Site,
    /// Where the sign-in's button leads: the one other place that a form of ours may end at.
    pub google: Url,
    /// Asked by `/readyz`: how each part that people depend on is doing.
    pub parts: Arc<dyn Fn() -> BoxFuture<'static, Vec<Part>> + Send + Sync>,
    /// Asked by `/metrics`: the figures in Prometheus' text form.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
}

impl Web {
    /// All routes. `platform` are those of a chat platform, which guards them itself. Where the public URL has a path, the proxy
    /// in front takes it away.
    pub fn routes(self, platform: Option<Router>) -> Router {
        let guard = Arc::new(guard::Guard::new(&self.site.public_url, &self.google));
        let pages = Router::new()
            .route("/", get(about))
            .route("/privacy", get(privacy))
            .route(
                &format!("/{LINK_PATH}/{{token}}"),
                get(connect::show).post(connect::begin),
            )
            // Asking for the head alone must not use the callback up.
            .route(
                "/auth/callback",
                get(connect::finish).head(async || StatusCode::NO_CONTENT),
            )
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(health::ready))
            .route("/metrics", get(health::metrics))
            .fallback(async || page(StatusCode::NOT_FOUND, &pages::not_found()))
            .method_not_allowed_fallback(async || page(StatusCode::METHOD_NOT_ALLOWED, &pages::not_found()))
            .layer(DefaultBodyLimit::max(LARGEST_FORM))
            .layer(axum::middleware::from_fn_with_state(guard, guard::stand))
            .with_state(Arc::new(self));
        platform.unwrap_or_default().merge(pages)
    }
}

async fn about(web: axum::extract::State<Arc<Web>>) -> Markup {
    pages::about(&web.site.contact)
}

async fn privacy(web: axum::extract::State<Arc<Web>>) -> Markup {
    pages::privacy(&web.site.contact)
}

fn page(status: StatusCode, markup: &Markup) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, markup.0.clone()).into_response()
}
