//! A ChatCal with its web pages, the stand-in for Google, and a chat whose messages are handed in and read directly.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use chatcal::app::{self, App, sign_in};
use chatcal::clock::Clock;
use chatcal::domain::incoming::{Delivery, Incoming, Said};
use chatcal::domain::letter::{Parcel, Span, Way};
use chatcal::domain::person::{PersonId, Platform};
use chatcal::domain::ports::{Courier, Ear, Profile, Receipt, Traces, Undelivered};
use chatcal::entropy::Entropy;
use chatcal::google::{Calendar, OAuth, Trouble};
use chatcal::http::Http;
use chatcal::language::Policy;
use chatcal::sandbox::browser::{Browser, Page};
use chatcal::sandbox::google::{Account, CALENDAR_SCOPE, Config, Google};
use chatcal::seal::KeyRing;
use chatcal::settings;
use chatcal::sql::{self, Db};
use chatcal::vault::{self, Door, Folder, Fresh, NotRefreshed, Vault};
use chatcal::web::{Part, Web};
use chatcal::zone::Zone;
use chatcal::{args, store};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use crate::google::settings_for;

pub const ANA: &str = "ana@example.org";
pub const BO: &str = "bo@example.com";

pub struct House {
    pub google: Google,
    pub clock: Clock,
    pub url: String,
    pub app: App,
    pub vault: Vault,
    pub db: Db,
    pub trouble: Arc<Mutex<Option<String>>>,
    chats: Vec<Arc<Chat>>,
    said: Mutex<u32>,
    stop: CancellationToken,
    _server: AbortOnDropHandle<()>,
    _dir: TempDir,
}

/// A chat platform: keeps what it delivers, and vouches for an address if it has one.
pub struct Chat {
    platform: Platform,
    email: Mutex<Option<String>>,
    letters: Mutex<Vec<(PersonId, String)>>,
}

#[async_trait]
impl Courier for Chat {
    fn platform(&self) -> Platform {
        self.platform
    }

    async fn post(&self, _way: &Way, parcel: &Parcel) -> Result<Receipt, Undelivered> {
        let text = parcel.message.spans.iter().map(|span| match span {
            Span::Text(text) | Span::Strong(text) | Span::Code(text) | Span::Link(text) => text.as_str(),
            Span::SignIn(_) => panic!("a link was not filled in"),
        });
        let letter = (parcel.key.person.clone(), text.collect());
        self.letters.lock().unwrap().push(letter);
        Ok(Receipt::Delivered { handle: None })
    }

    async fn find(&self, _way: &Way, _parcel: &Parcel) -> Result<Traces, Undelivered> {
        Ok(Traces::Hidden)
    }

    async fn edit(&self, _handle: &str, _parcel: &Parcel) -> Result<Receipt, Undelivered> {
        Err(Undelivered::WayClosed("this chat edits nothing".to_owned()))
    }

    async fn profile(&self, _person: &PersonId) -> Result<Profile, Undelivered> {
        Ok(Profile {
            zone: Some(Zone::named("Europe/Berlin").unwrap()),
            email: self.email.lock().unwrap().clone(),
            handle: None,
        })
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl House {
    pub async fn open() -> Self {
        let now: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().unwrap();
        let (clock, entropy) = (Clock::manual(now), Entropy::system());
        let time = clock.clone();
        let google = Google::start(Config::new(Arc::new(move || time.now()))).await.unwrap();
        for email in [ANA, BO] {
            google.add_account(Account::new(email, "Europe/Berlin"));
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        google.register_redirect(&format!("{url}/auth/callback"));

        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("chatcal.db")).unwrap();
        let keys = Arc::new(KeyRing::new(&[KeyRing::make_key(&entropy)], entropy.clone()).unwrap());
        let http = Http::new(clock.clone(), entropy.clone()).unwrap();
        let settings = settings_for(&google, format!("{url}/auth/callback").parse().unwrap());
        let oauth = Arc::new(OAuth::new(http.clone(), clock.clone(), &settings));
        let vault = Vault::open(vault::Parts {
            db: db.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            keys: keys.clone(),
            tiers: vec![Arc::new(Folder::open(&dir.path().join("grants")).unwrap())],
            door: Door {
                client_id: settings.client_id.clone(),
                scopes: vec![CALENDAR_SCOPE.to_owned()],
                sandbox: true,
            },
            refresh: refresh(oauth.clone(), clock.clone()),
        })
        .unwrap();
        let chats: Vec<Arc<Chat>> = [Platform::Slack, Platform::Discord, Platform::Console]
            .map(|platform| {
                Arc::new(Chat {
                    platform,
                    email: Mutex::default(),
                    letters: Mutex::default(),
                })
            })
            .into();
        let public_url: Url = url.parse().unwrap();
        let app = App::new(app::Parts {
            db: db.clone(),
            clock: clock.clone(),
            entropy,
            sign_in_links: sign_in::Links::new(keys.clone(), public_url.clone()),
            keys,
            vault: vault.clone(),
            oauth,
            calendar: Calendar::new(http, &settings),
            couriers: chats.iter().map(|chat| chat.clone() as Arc<dyn Courier>).collect(),
            policy: Policy::default(),
            default_zone: None,
            contact: "<ops> at Acme".to_owned(),
            admins: Vec::new(),
            place: "here".to_owned(),
        });
        app.start().await.unwrap();
        let stop = CancellationToken::new();
        let (journal, end) = (vault.clone(), stop.clone());
        tokio::spawn(async move { journal.run_journal(end).await });

        let trouble = Arc::new(Mutex::new(None));
        let told = trouble.clone();
        let web = Web {
            app: app.clone(),
            site: settings::Site {
                listen: listener.local_addr().unwrap(),
                log: "info".to_owned(),
                public_url,
                contact: "<ops> at Acme".to_owned(),
                admins: Vec::new(),
            },
            google: settings.auth_url,
            parts: Arc::new(move || {
                let trouble = told.lock().unwrap().clone();
                let part = Part {
                    name: "store".to_owned(),
                    trouble,
                    vital: true,
                };
                async move { vec![part] }.boxed()
            }),
            metrics: Arc::new(|| "chatcal_messages_total 1\n".to_owned()),
        };
        let routes = web.routes(None);
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            google,
            clock,
            url,
            app,
            vault,
            db,
            trouble,
            chats,
            said: Mutex::new(0),
            stop,
            _server: AbortOnDropHandle::new(server),
            _dir: dir,
        }
    }

    fn chat(&self, person: &PersonId) -> &Chat {
        let found = self.chats.iter().find(|chat| chat.platform == person.platform());
        found.unwrap()
    }

    /// From now on the person's platform vouches for this address.
    pub fn vouch(&self, person: &PersonId, email: &str) {
        *self.chat(person).email.lock().unwrap() = Some(email.to_owned());
    }

    /// The person says something and hears what is answered until nothing is under way any more.
    pub async fn says(&self, person: &PersonId, text: &str) -> String {
        let seen = self.heard(person).len();
        self.app.hear(self.incoming(person, text)).await.unwrap();
        self.settled(person).await;
        self.heard(person)[seen..].join("\n")
    }

    /// The same, over a connection that breaks off before anything is acknowledged.
    pub async fn says_and_hangs_up(&self, person: &PersonId, text: &str) -> String {
        let seen = self.heard(person).len();
        let mut hearing = self.app.hear(self.incoming(person, text));
        assert!(futures_util::poll!(&mut hearing).is_pending());
        drop(hearing);
        let answered = async {
            while self.heard(person).len() == seen {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let answered = tokio::time::timeout(Duration::from_secs(60), answered).await;
        answered.expect("what was taken in is answered");
        self.heard(person)[seen..].join("\n")
    }

    fn incoming(&self, person: &PersonId, text: &str) -> Incoming {
        let number = {
            let mut said = self.said.lock().unwrap();
            *said += 1;
            *said
        };
        Incoming {
            delivery: Delivery(format!("test|{number}")),
            person: person.clone(),
            handle: "ana".to_owned(),
            workspace: "Acme <b>".to_owned(),
            said: Said::Text(text.to_owned()),
            said_at: self.clock.now(),
            ways: vec![Way {
                address: "here".to_owned(),
                expires_at: None,
            }],
        }
    }

    pub async fn settled(&self, person: &PersonId) {
        let patience = Duration::from_secs(60);
        tokio::time::timeout(patience, self.app.settled(person))
            .await
            .unwrap()
            .unwrap();
    }

    /// Everything that the person was told so far.
    pub fn heard(&self, person: &PersonId) -> Vec<String> {
        let letters = self.chat(person).letters.lock().unwrap();
        letters
            .iter()
            .filter(|(to, _)| to == person)
            .map(|(_, text)| text.clone())
            .collect()
    }

    /// A fresh link for the person.
    pub async fn link(&self, person: &PersonId) -> String {
        link_in(&self.says(person, "connect").await)
    }

    /// Goes through the whole sign-in in a new browser, which is handed back with its last page.
    pub async fn sign_in(&self, link: &str, account: &str) -> (Browser, Page) {
        let mut browser = Browser::new();
        let landed = self.consent(&mut browser, link, account).await;
        (browser, landed)
    }

    pub async fn consent(&self, browser: &mut Browser, link: &str, account: &str) -> Page {
        let page = browser.open(link).await.unwrap();
        let google = browser.press(&page, "Continue to Google").await.unwrap();
        self.allow(browser, &google, account).await
    }

    /// Chooses the account on Google's page and allows everything.
    pub async fn allow(&self, browser: &mut Browser, google: &Page, account: &str) -> Page {
        browser.press_after(google, "Allow", choose(account)).await.unwrap()
    }

    /// The account that the person is linked to.
    pub async fn linked(&self, person: &PersonId) -> Option<String> {
        let (vault, person) = (self.vault.clone(), person.clone());
        let linked = self.db.read(move |tx| vault.linked(tx, &person)).await.unwrap();
        linked.map(|linked| linked.account.email)
    }

    /// What was noted as refused.
    pub async fn refusals(&self) -> Vec<String> {
        let read = |tx: &mut sql::Tx<'_>| {
            tx.rows(
                "SELECT detail FROM audit WHERE what = 'refused' ORDER BY seq",
                args![],
                |row| row.get(0),
            )
        };
        self.db.read::<_, sql::Error, _>(read).await.unwrap()
    }

    /// The stage of the sign-in that a link is for.
    pub async fn stage(&self, link: &str) -> store::sign_ins::Stage {
        let id = link.rsplit('/').next().unwrap().split('.').next().unwrap().to_owned();
        let found = self.db.read(move |tx| store::sign_ins::find(tx, &id)).await.unwrap();
        found.unwrap().stage
    }
}

/// Chooses one of Google's accounts.
pub fn choose(account: &str) -> impl FnOnce(&mut Vec<(String, String)>) {
    let account = account.to_owned();
    move |fields| {
        for (name, value) in fields {
            if name == "account" {
                value.clone_from(&account);
            }
        }
    }
}

/// The sign-in link in a letter.
pub fn link_in(letter: &str) -> String {
    let found = letter.split_whitespace().find(|word| word.contains("/connect/"));
    found.unwrap_or_else(|| panic!("no link in {letter:?}")).to_owned()
}

fn refresh(oauth: Arc<OAuth>, clock: Clock) -> vault::Refresh {
    Arc::new(move |token| {
        let (oauth, clock) = (oauth.clone(), clock.clone());
        async move {
            match oauth.refresh(&token).await {
                Ok(tokens) => Ok(Fresh {
                    expires_in: (tokens.expires_at - clock.now()).to_std().unwrap_or_default(),
                    access_token: tokens.access_token,
                    refresh_token: tokens.refresh_token,
                }),
                Err(Trouble::Revoked { reason }) => Err(NotRefreshed::Revoked { reason }),
                Err(other) => Err(NotRefreshed::Unreachable {
                    what: other.to_string(),
                    retry_after: None,
                }),
            }
        }
        .boxed()
    })
}
