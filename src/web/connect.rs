//! The sign-in's routes: the link's page, its button, and Google's callback. What they mean is decided in `app::sign_in`.

use std::sync::Arc;

use axum::extract::rejection::RawFormRejection;
use axum::extract::{Path, RawForm, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use url::{Url, form_urlencoded};

use super::{Web, page, pages};
use crate::app::sign_in::{Callback, Next, Page, Refusal};

/// A word that Google gives in place of a code is never long.
const LONGEST_WORD: usize = 100;

/// `GET /connect/{token}`: changes nothing.
pub async fn show(State(web): State<Arc<Web>>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let cookie = Cookie::of(&web.site.public_url);
    match web.app.sign_in_page(&token, cookie.read(&headers)).await {
        Ok(Page::Offer(offer)) => {
            let set = [(header::SET_COOKIE, cookie.set(&offer.cookie))];
            (set, page(StatusCode::OK, &pages::offer(&offer))).into_response()
        }
        Ok(Page::CodeNeeded { link, code }) => page(StatusCode::OK, &pages::code_needed(&link, &code)),
        Ok(Page::Connected(link)) => page(StatusCode::OK, &pages::connected(&link)),
        Err(refusal) => refused(&web, &refusal),
    }
}

/// `POST /connect/{token}`: on to Google.
pub async fn begin(
    State(web): State<Arc<Web>>,
    Path(token): Path<String>,
    headers: HeaderMap,
    form: Result<RawForm, RawFormRejection>,
) -> Response {
    let Ok(RawForm(form)) = form else {
        return page(StatusCode::PAYLOAD_TOO_LARGE, &pages::too_long());
    };
    // A form of another site is not even looked at; ours carries a token of its own besides.
    let csrf = one_of(&form, "csrf").filter(|_| is_our_form(&headers, &web.site.public_url));
    let csrf = csrf.unwrap_or_default();
    let cookie = Cookie::of(&web.site.public_url);
    match web.app.begin_sign_in(&token, &csrf, cookie.read(&headers)).await {
        Ok(google) => Redirect::to(google.as_str()).into_response(),
        Err(refusal) => refused(&web, &refusal),
    }
}

/// `GET /auth/callback`
pub async fn finish(State(web): State<Arc<Web>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = query.unwrap_or_default();
    let given = |name| one_of(query.as_bytes(), name);
    let answer = match (given("code"), given("error")) {
        (Some(code), None) => Ok(SecretString::from(code)),
        (None, Some(word)) if word.len() <= LONGEST_WORD => Err(word),
        _ => return refused(&web, &Refusal::UnknownCallback),
    };
    let state = given("state").unwrap_or_default();
    let cookie = Cookie::of(&web.site.public_url);
    let finished = web
        .app
        .finish_sign_in(Callback { state, answer }, cookie.read(&headers));
    match finished.await {
        Ok(Next::Show(own)) => Redirect::to(own.as_str()).into_response(),
        Ok(Next::OnceMore(google)) => page(StatusCode::OK, &pages::once_more(&google)),
        Err(refusal) => refused(&web, &refusal),
    }
}

fn refused(web: &Web, refusal: &Refusal) -> Response {
    let status = match refusal {
        Refusal::UnknownLink => StatusCode::NOT_FOUND,
        Refusal::Expired | Refusal::Used => StatusCode::GONE,
        Refusal::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Refusal::UnknownCallback => StatusCode::BAD_REQUEST,
        Refusal::Forged | Refusal::OtherBrowser => StatusCode::FORBIDDEN,
        // The person's own choice, told on a page like any other.
        Refusal::Cancelled | Refusal::CalendarNotAllowed | Refusal::NoLastingAccess => StatusCode::OK,
        Refusal::OtherAccountLinked(_) | Refusal::LinkedToSomebodyElse | Refusal::Policy => StatusCode::CONFLICT,
        Refusal::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Trouble { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    };
    page(status, &pages::refused(refusal, &web.site.contact))
}

/// The field's value, if it is given exactly once.
fn one_of(form: &[u8], name: &str) -> Option<String> {
    let mut found = form_urlencoded::parse(form).filter(|(key, _)| key == name);
    let (_, value) = found.next()?;
    found.next().is_none().then(|| value.into_owned())
}

/// Browsers say where a form comes from. Under our own `no-referrer` they say `null` for our own pages, too (Fetch standard,
/// "append a request `Origin` header"), so the newer `Sec-Fetch-Site` is asked first.
fn is_our_form(headers: &HeaderMap, public_url: &Url) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let same_site = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let ours = public_url.origin().ascii_serialization();
    same_site && text("origin").is_none_or(|origin| origin == ours || origin == "null")
}

/// The cookie that ties a sign-in to a browser. Over https its name makes browsers keep it to this very host.
struct Cookie {
    name: &'static str,
    secure: &'static str,
}

impl Cookie {
    fn of(public_url: &Url) -> Self {
        match public_url.scheme() {
            "https" => Self {
                name: "__Host-chatcal",
                secure: "; Secure",
            },
            // Only loopback may be served over plain http.
            _ => Self {
                name: "chatcal",
                secure: "",
            },
        }
    }

    fn read<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == self.name).then_some(value))
    }

    /// Kept as long as a sign-in and the code after it can last.
    fn set(&self, value: &str) -> HeaderValue {
        let Self { name, secure } = self;
        HeaderValue::try_from(format!(
            "{name}={value}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax{secure}"
        ))
        .expect("cookies of ours are base64url, and what browsers send back was a header value before")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s04_a_form_of_another_site_is_not_ours() {
        let ours: Url = "https://cal.example.org/bot/".parse().unwrap();
        for (site, origin, good) in [
            (None, None, true),
            (Some("same-origin"), Some("null"), true),
            (Some("same-origin"), Some("https://cal.example.org"), true),
            (None, Some("null"), true),
            (None, Some("https://evil.example"), false),
            (None, Some("http://cal.example.org"), false),
            (None, Some("https://cal.example.org:8443"), false),
            (Some("same-site"), Some("null"), false),
            (Some("cross-site"), Some("null"), false),
            (Some("cross-site"), None, false),
            (Some("none"), Some("null"), false),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
                if let Some(value) = value {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            assert_eq!(is_our_form(&headers, &ours), good, "{site:?} {origin:?}");
        }
    }

    #[test]
    fn the_cookie_is_found_among_others_and_bound_to_its_host() {
        let cookie = Cookie::of(&"https://cal.example.org".parse().unwrap());
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; chatcal=no"));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-chatcal=yes; b=2"));
        assert_eq!(cookie.read(&headers), Some("yes"));
        let set = cookie.set("x");
        assert_eq!(
            set,
            "__Host-chatcal=x; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure"
        );
        let local = Cookie::of(&"http://127.0.0.1:8080".parse().unwrap());
        assert_eq!(local.read(&headers), Some("no"));
        assert!(!local.set("x").to_str().unwrap().contains("Secure"));
    }
}
