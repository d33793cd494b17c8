//! `chatcal sandbox`: the real service in front of a stand-in for Google, and a conversation in the terminal.

use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::net::Ipv4Addr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, NaiveTime, Utc};
use clap::{Args as ClapArgs, ValueEnum};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::BufReader;
use tokio::net::TcpListener;
use url::Url;

use super::Failed;
use super::consent::AutoConsent;
use crate::clock::Clock;
use crate::console::{Console, Look, Talker, converse};
use crate::domain::person::PersonId;
use crate::domain::ports::Courier;
use crate::entropy::Entropy;
use crate::sandbox::google::{Account, Config, Google};
use crate::service::{self, Running, Start, StopSignal};
use crate::settings::{self, Database, Environment, Hours, Key, Settings, Site, State, TierKind};
use crate::zone::Zone;

/// Whose calendar the sandbox books in.
const EMAIL: &str = "ana@example.org";

#[derive(ClapArgs)]
pub(super) struct Args {
    /// Who answers the consent page: you, in a browser, or the sandbox itself
    #[arg(long, value_enum, default_value_t = Consent::Ask)]
    consent: Consent,
    /// The folder that keeps everything between two runs
    #[arg(long, value_name = "DIR", default_value = ".chatcal/sandbox")]
    state: PathBuf,
    /// The port of the bot's pages on this machine [default: a free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Start the sandbox's clock there, for example 2026-11-23T09:00:00+01:00 [default: the present]
    #[arg(long, value_name = "RFC3339", value_parser = super::instant)]
    now: Option<DateTime<Utc>>,
    /// The time zone of the calendar
    #[arg(long, value_name = "IANA", default_value = "Europe/Berlin", value_parser = Zone::named)]
    zone: Zone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Consent {
    Ask,
    Auto,
}

pub(super) async fn run(args: Args, env: &Environment) -> Result<(), Failed> {
    let mut stop = StopSignal::listen()?;
    let clock = args.now.map_or_else(Clock::system, Clock::starting_at);
    let entropy = Entropy::system();
    let google = start_google(&args, &clock).await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port))
        .await
        .map_err(|error| format!("Port {} can't be listened on: {error}.", args.port))?;
    let public_url = Url::parse(&format!("http://{}", listener.local_addr()?))?;
    let settings = settings(&args, &public_url, &google, key(&args.state, &entropy)?)?;
    google.register_redirect(settings.google.redirect_uri.as_str());

    let terminal = io::stdout().is_terminal();
    let look = Look {
        colour: terminal && env.get("NO_COLOR").is_none(),
        wrap: terminal,
    };
    let console = Console::new(look, Box::new(io::stdout()));
    let auto = (args.consent == Consent::Auto).then(|| AutoConsent::new(console.clone(), &public_url));
    let courier: Arc<dyn Courier> = match &auto {
        Some(auto) => Arc::new(auto.clone()),
        None => Arc::new(console.clone()),
    };
    let start = Start {
        settings,
        listener,
        clock: clock.clone(),
        entropy: entropy.clone(),
        couriers: vec![courier],
        sandbox: true,
    };
    let running = start.run().await?;
    greet(&args, &google);
    let ended = tokio::select! {
        ended = talk(&console, &running, auto.as_ref(), &clock, &entropy) => ended,
        // What the shell says next belongs on a line of its own.
        () = stop.received() => console.remark(""),
    };
    running.stop().await;
    google.save()?;
    Ok(ended?)
}

async fn start_google(args: &Args, clock: &Clock) -> Result<Google, Failed> {
    // Apart from the service's own files, which it keeps an eye on.
    let folder = args.state.join("google");
    service::make_folder(&folder).map_err(|error| format!("{} can't be made: {error}.", folder.display()))?;
    let clock = clock.clone();
    let mut config = Config::new(Arc::new(move || clock.now()));
    config.file = Some(folder.join("world.json"));
    let google = Google::start(config)
        .await
        .map_err(|error| format!("The stand-in for Google did not start: {error}."))?;
    google.add_account(Account::new(EMAIL, args.zone.name()));
    Ok(google)
}

/// The sandbox's own key: made on the first run, kept for its owner alone.
fn key(state: &Path, entropy: &Entropy) -> Result<SecretString, Failed> {
    let path = state.join("key");
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(mut file) => {
            let key = SecretString::from(entropy.token());
            file.write_all(key.expose_secret().as_bytes())?;
            Ok(key)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(SecretString::from(fs::read_to_string(path)?)),
        Err(error) => Err(format!("{} can't be written: {error}.", path.display()).into()),
    }
}

fn settings(args: &Args, public_url: &Url, google: &Google, key: SecretString) -> Result<Settings, Failed> {
    let client = google.client();
    Ok(Settings {
        site: Site {
            public_url: public_url.clone(),
            listen: std::net::SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)),
            contact: "you (this is your own sandbox)".to_owned(),
            admins: Vec::new(),
            log: String::new(),
        },
        hours: Hours {
            default_zone: Some(args.zone.clone()),
            start: NaiveTime::from_hms_opt(9, 0, 0).expect("a time of day"),
            end: NaiveTime::from_hms_opt(18, 0, 0).expect("a time of day"),
        },
        state: State {
            dir: args.state.clone(),
            database: Database::File(args.state.join("chatcal.db")),
            redis_url: None,
            tiers: vec![TierKind::File],
            is_fleeting: false,
            key: Key::Given(key),
        },
        google: settings::Google {
            client_id: client.id,
            client_secret: SecretString::from(client.secret),
            redirect_uri: public_url.join("/auth/callback")?,
            auth_url: Url::parse(&google.auth_url())?,
            token_url: Url::parse(&google.token_url())?,
            revoke_url: Url::parse(&google.revoke_url())?,
            jwks_url: Url::parse(&google.jwks_url())?,
            userinfo_url: Url::parse(&google.userinfo_url())?,
            calendar_url: Url::parse(&google.calendar_url())?,
        },
        secret_manager: None,
        slack: None,
        discord: None,
    })
}

/// What one should know before the first word; not part of the conversation, so it goes to standard error.
fn greet(args: &Args, google: &Google) {
    eprintln!(
        "The real service in front of a stand-in for Google: nothing leaves this machine.\n\
           calendar  {}\n\
           state     {} (delete it to start afresh)",
        google.week_url(EMAIL),
        args.state.display(),
    );
    if io::stdin().is_terminal() {
        eprintln!("Write as in a chat, such as: book tomorrow at 2 PM for 30 minutes. Ctrl-D ends.");
    }
    eprintln!();
}

async fn talk(
    console: &Console,
    running: &Running,
    auto: Option<&AutoConsent>,
    clock: &Clock,
    entropy: &Entropy,
) -> io::Result<()> {
    let talker = Talker {
        person: PersonId::console("you"),
        handle: "you".to_owned(),
        workspace: "this terminal".to_owned(),
        run: entropy.token(),
        interactive: io::stdin().is_terminal(),
    };
    let answered = async || loop {
        running.settled(&talker.person).await;
        match auto {
            // What the presses set going belongs to the answer.
            Some(auto) if auto.is_pressing() => auto.rested().await,
            _ => break,
        }
    };
    let ear = running.ear();
    converse(
        console,
        &talker,
        clock,
        &*ear,
        BufReader::new(tokio::io::stdin()),
        answered,
    )
    .await
}
