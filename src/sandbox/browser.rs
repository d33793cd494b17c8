//! A very small browser, over real HTTP: keeps cookies, follows redirects by hand, finds forms and presses their buttons.
//! Imports nothing of ours. It runs `chatcal sandbox --consent auto`, and it is the person in the tests.
//!
//! It keeps the rules that pages rely on: cookie prefixes, `SameSite=Lax`, and which `Origin` a form's POST carries.

use std::time::Duration;

use reqwest::header::{COOKIE, HeaderMap, LOCATION, ORIGIN, REFERRER_POLICY, SET_COOKIE};
use reqwest::{Method, StatusCode};
use url::Url;

/// As many redirects as browsers follow, roughly.
const MOST_REDIRECTS: usize = 20;

/// What went wrong on the way to a page.
#[derive(Debug, thiserror::Error)]
pub enum Lost {
    #[error("no answer: {0}")]
    NoAnswer(#[from] reqwest::Error),
    #[error("no address: {0}")]
    NoAddress(#[from] url::ParseError),
    #[error("there is no button {label:?} on the page {title:?}")]
    NoButton { label: String, title: String },
    #[error("the redirects do not end")]
    Endless,
}

/// One person's browser.
#[derive(Debug)]
pub struct Browser {
    http: reqwest::Client,
    cookies: Vec<Cookie>,
}

/// A cookie; ports do not separate them (RFC 6265 section 8.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    pub host: String,
    pub name: String,
    pub value: String,
    /// `SameSite=Strict` or `Lax`: left out of what other sites' pages send.
    same_site: bool,
}

/// A page as it arrived.
#[derive(Clone, Debug)]
pub struct Page {
    pub url: Url,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    /// The addresses that led here, the first one asked for first.
    pub trail: Vec<Url>,
}

/// A form: where it goes, and what it would send without any button.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub method: String,
    pub fields: Vec<(String, String)>,
    buttons: Vec<Button>,
}

#[derive(Clone, Debug)]
struct Button {
    label: String,
    field: Option<(String, String)>,
}

/// Who sends a request, as far as the rules care.
struct Sender {
    origin: String,
    same_site: bool,
    same_origin: bool,
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

impl Browser {
    /// A browser without a past.
    ///
    /// # Panics
    /// When the HTTP client cannot be made, which needs nothing but memory.
    pub fn new() -> Self {
        // An error means that somebody has installed it before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .user_agent("Mozilla/5.0 (sandbox)")
            .build()
            .expect("a client without special wishes can be made");
        Self {
            http,
            cookies: Vec::new(),
        }
    }

    pub fn cookies(&self) -> &[Cookie] {
        &self.cookies
    }

    /// Types an address.
    ///
    /// # Errors
    /// When no page came.
    pub async fn open(&mut self, address: &str) -> Result<Page, Lost> {
        self.travel(Method::GET, Url::parse(address)?, None, None).await
    }

    /// Presses the button that says `label`.
    ///
    /// # Errors
    /// When there is no such button, or no page came.
    pub async fn press(&mut self, page: &Page, label: &str) -> Result<Page, Lost> {
        self.press_after(page, label, |_| ()).await
    }

    /// Presses the button after `change` had a hand in the form's fields: unticks a box, or forges one.
    ///
    /// # Errors
    /// When there is no such button, or no page came.
    pub async fn press_after(
        &mut self,
        page: &Page,
        label: &str,
        change: impl FnOnce(&mut Vec<(String, String)>),
    ) -> Result<Page, Lost> {
        let found = page.forms().into_iter().find_map(|form| {
            let button = form.buttons.iter().find(|button| button.label.trim() == label)?.clone();
            Some((form, button))
        });
        let (form, button) = found.ok_or_else(|| Lost::NoButton {
            label: label.to_owned(),
            title: page.title(),
        })?;
        let mut fields = form.fields;
        fields.extend(button.field);
        change(&mut fields);
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&fields)
            .finish();
        let mut target = page.url.join(&form.action)?;
        if form.method == "post" {
            self.travel(Method::POST, target, Some(body), Some(page)).await
        } else {
            target.set_query(Some(&body));
            self.travel(Method::GET, target, None, Some(page)).await
        }
    }

    async fn travel(
        &mut self,
        mut method: Method,
        mut url: Url,
        mut body: Option<String>,
        from: Option<&Page>,
    ) -> Result<Page, Lost> {
        let mut trail = Vec::new();
        for _ in 0..MOST_REDIRECTS {
            let sender = from.map(|page| page.sends_to(&url));
            let response = self.request(&method, &url, body.as_ref(), sender).await?;
            let next = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let next = next.map(|next| url.join(next)).transpose()?;
            match (response.status(), next) {
                (StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER, Some(next)) => {
                    trail.push(std::mem::replace(&mut url, next));
                    method = Method::GET;
                    body = None;
                }
                (status, _) => {
                    return Ok(Page {
                        status: status.as_u16(),
                        headers: response.headers().clone(),
                        body: response.text().await?,
                        url,
                        trail,
                    });
                }
            }
        }
        Err(Lost::Endless)
    }

    async fn request(
        &mut self,
        method: &Method,
        url: &Url,
        body: Option<&String>,
        sender: Option<Sender>,
    ) -> Result<reqwest::Response, Lost> {
        let mut request = self.http.request(method.clone(), url.clone());
        let site = match &sender {
            None => "none",
            Some(sender) if sender.same_origin => "same-origin",
            Some(sender) if sender.same_site => "same-site",
            Some(_) => "cross-site",
        };
        request = request
            .header("sec-fetch-site", site)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        if let (Some(sender), false) = (&sender, method.is_safe()) {
            request = request.header(ORIGIN, &sender.origin);
        }
        // Lax cookies travel with links from anywhere, but not with forms of other sites (RFC 6265bis section 5.6.7).
        let trusted = method.is_safe() || sender.as_ref().is_none_or(|sender| sender.same_site);
        let host = url.host_str().unwrap_or_default();
        let held: Vec<String> = self
            .cookies
            .iter()
            .filter(|cookie| cookie.host == host && (trusted || !cookie.same_site))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        if !held.is_empty() {
            request = request.header(COOKIE, held.join("; "));
        }
        if let Some(body) = body {
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body.clone());
        }
        let response = request.send().await?;
        for set in response.headers().get_all(SET_COOKIE) {
            self.take(url, set.to_str().unwrap_or_default());
        }
        Ok(response)
    }

    fn take(&mut self, url: &Url, set: &str) {
        let mut parts = set.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
        let has = |wanted: &str| attributes.iter().any(|attribute| attribute == wanted);
        let host = url.host_str().unwrap_or_default().to_owned();
        // Loopback counts as secure, as in real browsers.
        let secure = url.scheme() == "https" || host == "127.0.0.1" || host == "localhost";
        let domain = attributes.iter().any(|attribute| attribute.starts_with("domain="));
        if (has("secure") && !secure) || (name.starts_with("__Host-") && (!has("secure") || !has("path=/") || domain)) {
            return;
        }
        self.cookies.retain(|cookie| cookie.host != host || cookie.name != name);
        if !has("max-age=0") {
            self.cookies.push(Cookie {
                host,
                name: name.to_owned(),
                value: value.to_owned(),
                same_site: !has("samesite=none"),
            });
        }
    }
}

impl Page {
    /// The page's title.
    pub fn title(&self) -> String {
        between(&self.body, "<title>", "</title>")
            .map(decode)
            .unwrap_or_default()
    }

    /// The words that a person sees, one space between them.
    pub fn words(&self) -> String {
        let visible = self
            .body
            .split_once("</head>")
            .map_or(self.body.as_str(), |(_, body)| body);
        let mut words = String::new();
        for piece in visible.split('<') {
            let text = piece.split_once('>').map_or(piece, |(_, text)| text);
            words.push_str(text);
            words.push(' ');
        }
        decode(&words).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The forms on the page.
    pub fn forms(&self) -> Vec<Form> {
        let mut forms = Vec::new();
        let mut rest = self.body.as_str();
        while let Some(at) = rest.find("<form") {
            let Some(end) = rest[at..].find("</form>") else { break };
            forms.push(read_form(&rest[at..at + end]));
            rest = &rest[at + end..];
        }
        forms
    }

    fn sends_to(&self, target: &Url) -> Sender {
        let policy = self.headers.get(REFERRER_POLICY).and_then(|value| value.to_str().ok());
        // Under no-referrer even a page's own forms post with a null origin (Fetch standard, "append a request Origin header").
        let origin = match policy {
            Some("no-referrer") => "null".to_owned(),
            _ => self.url.origin().ascii_serialization(),
        };
        Sender {
            origin,
            same_site: self.url.host() == target.host() && self.url.scheme() == target.scheme(),
            same_origin: self.url.origin() == target.origin(),
        }
    }
}

fn read_form(html: &str) -> Form {
    let mut tags = html.split('<').skip(1);
    let head = tags.next().unwrap_or_default();
    let mut form = Form {
        action: attribute(head, "action").unwrap_or_default(),
        method: attribute(head, "method").unwrap_or_default().to_ascii_lowercase(),
        fields: Vec::new(),
        buttons: Vec::new(),
    };
    let mut open: Option<Button> = None;
    for tag in tags {
        let (inside, text) = tag.split_once('>').unwrap_or((tag, ""));
        let field = || attribute(inside, "name").zip(attribute(inside, "value").or(Some("on".to_owned())));
        if inside.starts_with("input") {
            let kind = attribute(inside, "type").unwrap_or_default();
            let sent = !matches!(kind.as_str(), "radio" | "checkbox") || has_word(inside, "checked");
            form.fields.extend(field().filter(|_| sent));
        } else if inside.starts_with("button") {
            open = Some(Button {
                label: decode(text),
                field: field(),
            });
        } else if inside.starts_with("/button") {
            form.buttons.extend(open.take());
        } else if let Some(button) = &mut open {
            button.label.push_str(&decode(text));
        }
    }
    form
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    between(tag, &format!(" {name}=\""), "\"").map(decode)
}

fn has_word(tag: &str, word: &str) -> bool {
    tag.split([' ', '/']).any(|part| part == word)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

fn decode(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
