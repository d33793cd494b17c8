//! What holds for every page: the headers that keep it private and inert, and how long an address may be.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;

use super::{page, pages};

/// Google's callbacks are the longest, at about 500 characters.
const LONGEST_ADDRESS: usize = 8 << 10;

/// The headers of every page.
pub struct Guard {
    headers: HeaderMap,
}

impl Guard {
    pub fn new(public_url: &Url, google: &Url) -> Self {
        // Pages run no scripts and load nothing. Chromium holds form-action against the redirect that follows a POST too, so
        // Google's origin has to stand there.
        let policy = format!(
            "default-src 'none'; style-src '{}'; img-src data:; form-action 'self' {}; frame-ancestors 'none'; base-uri 'none'",
            pages::style_hash(),
            google.origin().ascii_serialization()
        );
        let policy = HeaderValue::try_from(policy).expect("an origin in ASCII is a good header value");
        let mut headers = HeaderMap::from_iter([
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                HeaderValue::from_static("same-origin"),
            ),
        ]);
        if public_url.scheme() == "https" {
            let year = HeaderValue::from_static("max-age=31536000");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
        }
        Self { headers }
    }
}

/// The layer around all pages.
pub async fn stand(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |whole| whole.as_str().len());
    let mut response = if length > LONGEST_ADDRESS {
        page(StatusCode::URI_TOO_LONG, &pages::too_long())
    } else {
        next.run(request).await
    };
    for (name, value) in &guard.headers {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response
}
