//! Google: the OAuth client and its redirect URI, by requests that can't succeed, and whose refusals tell what is wrong.

use secrecy::ExposeSecret;
use serde::Deserialize;

use super::{Finding, Stethoscope, clock_by};
use crate::google::oauth::SCOPES;
use crate::http::{Answer, header};

const CLIENT: &str = "Google client";
const REDIRECT: &str = "redirect URI";

/// An error of the token endpoint (RFC 6749, section 5.2).
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Stethoscope<'_> {
    pub(super) async fn google(&self) -> Vec<Finding> {
        let google = &self.settings.google;
        let form = [
            ("grant_type", "authorization_code"),
            // Nobody ever got this code: the client is judged before the code is.
            ("code", "4/chatcal-doctor"),
            ("code_verifier", "chatcal-doctor-asks-whether-the-client-is-known"),
            ("client_id", &google.client_id),
            ("client_secret", google.client_secret.expose_secret()),
            ("redirect_uri", google.redirect_uri.as_str()),
        ];
        let sent = self.ask(|client| client.post(google.token_url.clone()).form(&form));
        let answer = match sent.await {
            Ok(answer) => answer,
            Err(none) => {
                let mend = "this machine must reach GOOGLE_TOKEN_URL: look at its network, its DNS and its firewall";
                return vec![Finding::broken(CLIENT, none.to_string(), mend)];
            }
        };
        let mut findings = vec![client(&answer)];
        findings.push(self.redirect().await);
        let date = answer.headers.get(header::DATE).and_then(|date| date.to_str().ok());
        findings.extend(date.and_then(|date| clock_by("Google", date, self.clock.now())));
        findings
    }

    /// Opens Google's page as a browser would, and goes no further.
    async fn redirect(&self) -> Finding {
        let google = &self.settings.google;
        let uri = google.redirect_uri.as_str();
        let mut page = google.auth_url.clone();
        page.query_pairs_mut()
            .append_pair("client_id", &google.client_id)
            .append_pair("redirect_uri", uri)
            .append_pair("response_type", "code")
            .append_pair("scope", &SCOPES.join(" "))
            .append_pair("state", "doctor")
            .append_pair("nonce", "doctor")
            // The challenge of RFC 7636, appendix B.
            .append_pair("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
            .append_pair("code_challenge_method", "S256");
        let mend = format!("list {uri} at the OAuth client, letter by letter (Google Cloud console, “Clients”)");
        match self.ask(|client| client.get(page.clone())).await {
            Ok(answer) if says(&answer, "redirect_uri_mismatch") => {
                Finding::broken(REDIRECT, format!("{uri} is not listed at the OAuth client"), mend)
            }
            Ok(answer) if answer.status.is_client_error() || says(&answer, "/signin/oauth/error") => {
                Finding::warning(REDIRECT, format!("Google's page refuses the request for {uri}"), mend)
            }
            Ok(answer) if answer.status.is_server_error() => {
                Finding::warning(REDIRECT, "Google's page fails just now", "try again later")
            }
            Ok(_) => Finding::fine(REDIRECT, format!("{uri} is taken by Google's page")),
            Err(none) => Finding::warning(
                REDIRECT,
                none.to_string(),
                "GOOGLE_AUTH_URL must be reachable for people's browsers",
            ),
        }
    }
}

fn client(answer: &Answer) -> Finding {
    let error = answer.json().map(|refusal: Refusal| refusal.error);
    match error.as_deref() {
        // The client is known and its secret right: it is the code that Google does not know.
        Ok("invalid_grant") => Finding::fine(CLIENT, "known to Google, with the right secret"),
        Ok("redirect_uri_mismatch") => Finding::fine(CLIENT, "known to Google"),
        Ok(error @ ("invalid_client" | "unauthorized_client")) => Finding::broken(
            CLIENT,
            format!("Google says {error}"),
            "GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET must be those of one client of the type “Web application” that was not deleted",
        ),
        Ok(error) => Finding::warning(
            CLIENT,
            format!("Google answers {} {error:.60?}", answer.status.as_u16()),
            "try again later; if it stays, compare GOOGLE_CLIENT_ID with the Cloud console",
        ),
        Err(_) => Finding::warning(
            CLIENT,
            format!("Google answers {} without its JSON", answer.status.as_u16()),
            "try again later; a proxy may stand in between (GOOGLE_TOKEN_URL)",
        ),
    }
}

/// In the page, or in the address that it sends the browser to.
fn says(answer: &Answer, words: &str) -> bool {
    let to = answer
        .headers
        .get(header::LOCATION)
        .and_then(|to| to.to_str().ok())
        .unwrap_or_default();
    to.contains(words) || String::from_utf8_lossy(&answer.body).contains(words)
}
