//! Calls to Slack's Web API: the crate's client, with a deadline on each call and errors sorted by what the caller must do.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper_rustls::{ConfigBuilderExt, HttpsConnectorBuilder};
use moka::sync::Cache;
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use slack_morphism::hyper_tokio::{SlackClientHyperConnector, SlackHyperClient};
use slack_morphism::{ClientResult, SlackApiToken, SlackClientApiCallContext, SlackClientHttpConnector};
use tokio::sync::OnceCell;
use url::{Host, Url};

use super::trouble::{self, Call};
use crate::domain::person::PersonId;
use crate::domain::ports::Undelivered;
use crate::settings;

/// How long one call may take, connecting included.
const DEADLINE: Duration = Duration::from_secs(10);

/// The way to Slack: the client, our tokens, and what was learnt about the workspace on the way.
pub struct Api {
    client: SlackHyperClient,
    bot: SlackApiToken,
    app: Option<SlackApiToken>,
    url: Url,
    deadline: Duration,
    identity: OnceCell<Identity>,
    handles: Cache<PersonId, Arc<str>>,
}

/// Who we are: `auth.test`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Identity {
    pub team_id: String,
    /// The workspace's name.
    pub team: String,
    /// The bot's own user.
    pub user_id: String,
}

impl Api {
    /// # Errors
    /// When the system's certificate store can't be read.
    pub fn new(settings: &settings::Slack) -> io::Result<Arc<Self>> {
        Self::with_deadline(settings, DEADLINE)
    }

    /// As [`Api::new`], with another deadline for each call.
    ///
    /// # Errors
    /// When the system's certificate store can't be read.
    pub fn with_deadline(settings: &settings::Slack, deadline: Duration) -> io::Result<Arc<Self>> {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls(&settings.api_url)?)
            .https_or_http()
            .enable_http1()
            .enable_http2()
            .build();
        let url = settings.api_url.as_str().trim_end_matches('/');
        let connector = SlackClientHyperConnector::with_connector(connector).with_slack_api_url(url);
        let token = |token: &SecretString| SlackApiToken::new(token.expose_secret().to_owned().into());
        Ok(Arc::new(Self {
            client: SlackHyperClient::new(connector),
            bot: token(&settings.bot_token),
            app: settings.app_token.as_ref().map(token),
            url: settings.api_url.clone(),
            deadline,
            identity: OnceCell::new(),
            handles: Cache::new(10_000),
        }))
    }

    /// Who we are, asked for once.
    ///
    /// # Errors
    /// When Slack could not be asked, or knows no such token.
    pub async fn identity(&self) -> Result<&Identity, Undelivered> {
        self.identity.get_or_try_init(|| self.get("auth.test", &[])).await
    }

    /// Who we are, as far as that was learnt: taking in a message never waits for Slack.
    pub(super) fn known_identity(&self) -> Option<&Identity> {
        self.identity.get()
    }

    /// What to call the workspace; empty when unknown.
    pub(super) fn workspace(&self, team: &str, domain: Option<&str>) -> String {
        let known = self.known_identity().filter(|we| we.team_id == team);
        known.map_or_else(|| domain.unwrap_or_default().to_owned(), |we| we.team.clone())
    }

    /// How Slack shows `person`: `told` with this delivery, or learnt before; else their user id.
    pub(super) fn handle(&self, person: &PersonId, told: Option<&str>) -> String {
        match told.filter(|told| !told.is_empty()) {
            Some(told) => told.to_owned(),
            None => match self.handles.get(person) {
                Some(known) => known.to_string(),
                None => person.user().to_owned(),
            },
        }
    }

    pub(super) fn learn_handle(&self, person: &PersonId, handle: &str) {
        self.handles.insert(person.clone(), handle.into());
    }

    /// Whether `url` is Slack's, so that an answer for somebody's eyes may be posted there.
    pub(super) fn may_answer_at(&self, url: &Url) -> bool {
        let slack = |host: &str| host.ends_with(".slack.com") || host.ends_with(".slack-gov.com");
        let same_server = url.origin() == self.url.origin();
        same_server || (url.scheme() == "https" && url.host_str().is_some_and(slack))
    }

    /// Calls a method that takes its arguments in the query.
    pub(super) async fn get<T>(&self, method: &str, arguments: &[(&str, &str)]) -> Result<T, Undelivered>
    where
        T: DeserializeOwned + Send,
    {
        let arguments: Vec<_> = arguments.iter().map(|(name, value)| (*name, Some(*value))).collect();
        let session = self.client.open_session(&self.bot);
        let call = session.http_session_api.http_get(method, &arguments, None);
        self.within(Call::Method, method, call).await
    }

    /// Calls a method that takes its arguments as JSON.
    pub(super) async fn post<T>(
        &self,
        method: &str,
        arguments: &(impl Serialize + Sync + Send),
    ) -> Result<T, Undelivered>
    where
        T: DeserializeOwned + Send,
    {
        self.post_as(Call::Method, &self.bot, method, arguments).await
    }

    /// A fresh address for a Socket Mode connection, good for one.
    pub(super) async fn open_connection(&self) -> Result<Url, Undelivered> {
        #[derive(Deserialize)]
        struct Opened {
            url: Url,
        }
        let token = self
            .app
            .as_ref()
            .ok_or_else(|| Undelivered::Refused("SLACK_APP_TOKEN is not set".to_owned()))?;
        let opened: Opened = self
            .post_as(Call::Opening, token, "apps.connections.open", &serde_json::json!({}))
            .await?;
        Ok(opened.url)
    }

    /// Posts to a `response_url`, which needs no token and gets none.
    pub(super) async fn respond(&self, url: Url, answer: &(impl Serialize + Sync + Send)) -> Result<(), Undelivered> {
        #[derive(Deserialize)]
        struct Taken {}
        let span = tracing::Span::none();
        let context = SlackClientApiCallContext {
            rate_control_params: None,
            token: None,
            tracing_span: &span,
            is_sensitive_url: true,
        };
        let call = self.client.http_api.connector.http_post_uri(url, answer, context);
        let _: Taken = self.within(Call::ResponseUrl, "response_url", call).await?;
        Ok(())
    }

    async fn post_as<T>(
        &self,
        kind: Call,
        token: &SlackApiToken,
        method: &str,
        arguments: &(impl Serialize + Sync + Send),
    ) -> Result<T, Undelivered>
    where
        T: DeserializeOwned + Send,
    {
        let session = self.client.open_session(token);
        let call = session.http_session_api.http_post(method, arguments, None);
        self.within(kind, method, call).await
    }

    async fn within<T>(
        &self,
        kind: Call,
        what: &str,
        call: impl Future<Output = ClientResult<T>>,
    ) -> Result<T, Undelivered> {
        match tokio::time::timeout(self.deadline, call).await {
            Ok(result) => result.map_err(|error| trouble::sorted(kind, what, error)),
            Err(_) => Err(Undelivered::Later {
                retry_after: None,
                reason: format!("{what}: no answer for {} s", self.deadline.as_secs_f32()),
                unsure: true,
            }),
        }
    }
}

/// TLS with the system's certificates; without any where Slack is a stand-in on this machine, which may have none installed.
fn tls(url: &Url) -> io::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    let builder = if url.scheme() == "http" && is_loopback(url) {
        builder.with_root_certificates(RootCertStore::empty())
    } else {
        builder.with_native_roots()?
    };
    Ok(builder.with_no_client_auth())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
