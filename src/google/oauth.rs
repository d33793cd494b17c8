//! Sign-in with Google: the authorize address, code for tokens, refresh, revoke (RFC 6749, RFC 7636, OpenID Connect Core 1.0).
//!
//! The `oauth2` crate speaks the protocol; its HTTP client is our own way out, which has sorted every refusal before the crate
//! sees it.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::id_token::{self, Expected};
use super::jwks::Jwks;
use super::trouble::{self, Errand, Trouble};
use crate::clock::Clock;
use crate::domain::account::GoogleAccount;
use crate::entropy::Entropy;
use crate::http::{Http, RetryPolicy};
use crate::settings;

/// The one permission that touches data: see and change events on calendars that the person owns.
pub const CALENDAR_SCOPE: &str = "https://www.googleapis.com/auth/calendar.events.owned";
/// All that is asked for.
pub const SCOPES: [&str; 3] = ["openid", "email", CALENDAR_SCOPE];

/// Google says how long an access token lives; should it ever not, an hour is what it always was.
const USUAL_LIFE: Duration = Duration::from_secs(3600);

/// A refresh may be repeated: Google gives the same grant another access token.
static REFRESHING: RetryPolicy = RetryPolicy::thrice(Duration::from_secs(15));
/// A code may not: its second use is refused, and ends what the first one gave.
static EXCHANGING: RetryPolicy = RetryPolicy {
    attempt_timeout: Duration::from_secs(10),
    repeatable: false,
    ..RetryPolicy::thrice(Duration::from_secs(15))
};

type Client = oauth2::Client<
    BasicErrorResponse,
    Granted,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

type Granted = StandardTokenResponse<OpenId, BasicTokenType>;

/// What OpenID Connect adds to a token answer (Core 1.0, section 3.1.3.3).
#[derive(Deserialize, Serialize)]
struct OpenId {
    #[serde(default)]
    id_token: Option<String>,
}

impl fmt::Debug for OpenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenId(•••)")
    }
}

impl ExtraTokenFields for OpenId {}

/// Google's sign-in for our client.
#[derive(Debug)]
pub struct OAuth {
    http: Http,
    clock: Clock,
    client: Client,
    client_id: String,
    revoke_url: Url,
    keys: Jwks,
}

/// What one sign-in asks for.
#[derive(Debug)]
pub struct Ask<'a> {
    /// Comes back with the callback: 128 bits of chance at least.
    pub state: &'a str,
    /// Comes back inside the id_token.
    pub nonce: &'a str,
    /// From [`verifier`], kept until [`OAuth::exchange`].
    pub verifier: &'a SecretString,
    /// The account to preselect, when an address is known.
    pub login_hint: Option<&'a str>,
    /// Show the consent screen although consent was given before: the only way to another refresh token.
    pub consent: bool,
}

/// What Google gave.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access_token: SecretString,
    pub expires_at: DateTime<Utc>,
    /// Normally only with the first consent: on refresh, `None` means that the old one goes on.
    pub refresh_token: Option<SecretString>,
    /// The permissions that were really granted; on refresh empty when Google does not repeat them.
    pub scopes: Vec<String>,
    /// Who consented, proven by the id_token; `None` on refresh.
    pub account: Option<GoogleAccount>,
}

impl Tokens {
    /// The person left the calendar's box ticked.
    pub fn reaches_calendar(&self) -> bool {
        self.scopes.iter().any(|scope| scope == CALENDAR_SCOPE)
    }
}

/// A fresh PKCE verifier: 43 characters, 256 bits (RFC 7636, section 4.1).
pub fn verifier(entropy: &Entropy) -> SecretString {
    entropy.token().into()
}

/// Sorts the `error` of a callback; `None` when the person just said no.
pub fn refusal(error: &str) -> Option<Trouble> {
    trouble::of_callback(error)
}

impl OAuth {
    pub fn new(http: Http, clock: Clock, settings: &settings::Google) -> Self {
        let client = oauth2::Client::new(ClientId::new(settings.client_id.clone()))
            .set_client_secret(ClientSecret::new(settings.client_secret.expose_secret().to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::from_url(settings.auth_url.clone()))
            .set_token_uri(TokenUrl::from_url(settings.token_url.clone()))
            .set_redirect_uri(RedirectUrl::from_url(settings.redirect_uri.clone()));
        Self {
            keys: Jwks::new(http.clone(), clock.clone(), settings.jwks_url.clone()),
            http,
            clock,
            client,
            client_id: settings.client_id.clone(),
            revoke_url: settings.revoke_url.clone(),
        }
    }

    /// The client that grants are given to.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Where the person's browser is sent.
    pub fn authorize_url(&self, ask: &Ask<'_>) -> Url {
        let verifier = PkceCodeVerifier::new(ask.verifier.expose_secret().to_owned());
        let mut request = self
            .client
            .authorize_url(|| CsrfToken::new(ask.state.to_owned()))
            .add_scopes(SCOPES.map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_extra_param("access_type", "offline")
            .add_extra_param("nonce", ask.nonce);
        if ask.consent {
            request = request.add_extra_param("prompt", "consent");
        }
        if let Some(address) = ask.login_hint {
            request = request.add_extra_param("login_hint", address);
        }
        request.url().0
    }

    /// Trades the callback's code for tokens, and checks who consented.
    ///
    /// # Errors
    /// [`Trouble::BadIdToken`] when the identity is not proven; a code that Google does not take is [`Trouble::Refused`].
    pub async fn exchange(&self, code: &SecretString, verifier: &SecretString, nonce: &str) -> Result<Tokens, Trouble> {
        let asked_at = self.clock.now();
        let granted = self
            .client
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()))
            .request_async(&Wire(&self.http, &EXCHANGING, Errand::Exchange))
            .await
            .map_err(sorted)?;
        let id_token = granted.extra_fields().id_token.as_deref();
        let expected = Expected {
            client_id: &self.client_id,
            nonce,
            now: self.clock.now(),
        };
        let account = id_token::verify(id_token.unwrap_or_default(), &self.keys, &expected).await?;
        // Counted from before the asking, since telling who consented may take a while.
        let mut tokens = Self::tokens(&granted, asked_at);
        tokens.account = Some(account);
        if granted.scopes().is_none() {
            // Left out when they are what was asked for (RFC 6749, section 5.1).
            tokens.scopes = SCOPES.map(str::to_owned).to_vec();
        }
        Ok(tokens)
    }

    /// A new access token for a grant.
    ///
    /// # Errors
    /// [`Trouble::Revoked`] only when Google says `invalid_grant`.
    pub async fn refresh(&self, refresh_token: &SecretString) -> Result<Tokens, Trouble> {
        let granted = self
            .client
            .exchange_refresh_token(&RefreshToken::new(refresh_token.expose_secret().to_owned()))
            .request_async(&Wire(&self.http, &REFRESHING, Errand::Refresh))
            .await
            .map_err(sorted)?;
        Ok(Self::tokens(&granted, self.clock.now()))
    }

    /// Ends every token that the account gave to this project: only for the last link of that account. A token that is dead
    /// already counts as done.
    ///
    /// # Errors
    /// When Google could not be told.
    pub async fn revoke(&self, token: &SecretString) -> Result<(), Trouble> {
        let form = [("token", token.expose_secret())];
        let answer = self
            .http
            .send(&REFRESHING, |client| client.post(self.revoke_url.clone()).form(&form))
            .await?;
        if answer.status.is_success() {
            return Ok(());
        }
        match trouble::of_oauth(&answer, Errand::Revoke) {
            Trouble::Refused { reason } if reason.starts_with("invalid_token") => Ok(()),
            trouble => Err(trouble),
        }
    }

    fn tokens(granted: &Granted, given_at: DateTime<Utc>) -> Tokens {
        let life = TimeDelta::from_std(granted.expires_in().unwrap_or(USUAL_LIFE)).unwrap_or(TimeDelta::hours(1));
        let scopes = granted.scopes().into_iter().flatten();
        Tokens {
            access_token: granted.access_token().secret().as_str().into(),
            expires_at: given_at.checked_add_signed(life).unwrap_or(given_at),
            refresh_token: granted.refresh_token().map(|token| token.secret().as_str().into()),
            scopes: scopes.map(|scope| scope.to_string()).collect(),
            account: None,
        }
    }
}

/// The HTTP client that the `oauth2` crate sees: our own way out, under a policy, on an errand. (A closure would do, but the
/// compiler can't prove its future `Send`.)
struct Wire<'a>(&'a Http, &'static RetryPolicy, Errand);

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = Trouble;
    type Future = BoxFuture<'c, Result<HttpResponse, Trouble>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.send(request).boxed()
    }
}

impl Wire<'_> {
    /// Shows the crate successes only: whatever else Google answers is sorted here.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Trouble> {
        let Self(http, policy, errand) = self;
        let (parts, body) = request.into_parts();
        let url = parts.uri.to_string();
        let answer = http
            .send(policy, |client| {
                client
                    .request(parts.method.clone(), &url)
                    .headers(parts.headers.clone())
                    .body(body.clone())
            })
            .await?;
        if !answer.status.is_success() {
            return Err(trouble::of_oauth(&answer, *errand));
        }
        let mut response = HttpResponse::new(answer.body);
        *response.headers_mut() = answer.headers;
        Ok(response)
    }
}

/// An answer of 200 that is not a token answer is a broken way there, whatever it holds.
fn sorted(error: RequestTokenError<Trouble, BasicErrorResponse>) -> Trouble {
    match error {
        RequestTokenError::Request(trouble) => trouble,
        RequestTokenError::ServerResponse(_) | RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Trouble::unreachable("Google's sign-in answered with something that is no token")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// The verifier of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn oauth() -> OAuth {
        let url = |path: &str| Url::parse(&format!("https://google.test/{path}")).unwrap();
        let clock = Clock::system();
        let settings = settings::Google {
            client_id: "id.apps.googleusercontent.com".to_owned(),
            client_secret: "canary".into(),
            redirect_uri: url("auth/callback"),
            auth_url: url("auth"),
            token_url: url("token"),
            revoke_url: url("revoke"),
            jwks_url: url("certs"),
            userinfo_url: url("userinfo"),
            calendar_url: url("calendar/v3/"),
        };
        OAuth::new(Http::new(clock.clone(), Entropy::seeded(1)).unwrap(), clock, &settings)
    }

    fn query(ask: &Ask<'_>) -> HashMap<String, String> {
        oauth().authorize_url(ask).query_pairs().into_owned().collect()
    }

    #[test]
    fn the_authorize_address_asks_for_what_is_needed_and_nothing_more() {
        let mut ask = Ask {
            state: "s",
            nonce: "n",
            verifier: &VERIFIER.into(),
            login_hint: None,
            consent: false,
        };
        let asked = query(&ask);
        let expected = [
            ("response_type", "code"),
            ("client_id", "id.apps.googleusercontent.com"),
            ("redirect_uri", "https://google.test/auth/callback"),
            (
                "scope",
                "openid email https://www.googleapis.com/auth/calendar.events.owned",
            ),
            ("state", "s"),
            ("nonce", "n"),
            ("access_type", "offline"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ];
        assert_eq!(
            asked,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
        );

        (ask.consent, ask.login_hint) = (true, Some("ana@example.org"));
        let asked = query(&ask);
        assert_eq!(asked["prompt"], "consent");
        assert_eq!(asked["login_hint"], "ana@example.org");
    }

    #[test]
    fn nothing_secret_is_printed() {
        assert!(!format!("{:?}", oauth()).contains("canary"));
    }

    #[test]
    fn a_callback_without_a_code_is_sorted() {
        assert_eq!(refusal("access_denied"), None);
        assert!(matches!(refusal("admin_policy_enforced"), Some(Trouble::Policy { .. })));
        assert!(matches!(
            refusal("redirect_uri_mismatch"),
            Some(Trouble::Misconfigured { .. })
        ));
        assert!(matches!(refusal("<script>"), Some(Trouble::Refused { .. })));
    }

    #[test]
    fn verifiers_are_long_enough_and_differ() {
        let entropy = Entropy::system();
        let (one, two) = (verifier(&entropy), verifier(&entropy));
        assert_eq!(one.expose_secret().len(), 43);
        assert_ne!(one.expose_secret(), two.expose_secret());
    }
}
