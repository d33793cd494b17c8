//! Text to typed values. An error continues the sentence "NAME …" and never repeats a secret.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use chrono::NaiveTime;
use data_encoding::BASE64URL_NOPAD;
use secrecy::SecretString;
use url::{Host, Url};

use super::{Database, TierKind};
use crate::telltale::{Telltale, telltale};
use crate::zone::Zone;

pub(super) type Form<T> = fn(&str) -> Result<T, String>;

pub(super) fn words(text: &str) -> Result<String, String> {
    let fits = text.chars().count() <= 200 && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
        .ok_or_else(|| "is longer than 200 characters, or holds control characters".to_owned())
}

/// People's ids with commas or spaces between them. Slack's user ids are unique within a workspace alone, so that belongs to them.
pub(super) fn admins(text: &str) -> Result<Vec<String>, String> {
    let ids = text
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|id| !id.is_empty());
    ids.map(|id| {
        let parts: Vec<_> = id.split(':').collect();
        let good = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
        match parts.as_slice() {
            ["slack", team, user] if good(team) && good(user) => Ok(id.to_owned()),
            ["discord", user] if user.parse::<u64>().is_ok() => Ok(id.to_owned()),
            _ => Err(format!("holds {id:?}, which is no id of a person")),
        }
    })
    .collect()
}

pub(super) fn word(text: &str) -> Result<String, String> {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("holds spaces or line breaks".to_owned());
    }
    Ok(text.to_owned())
}

pub(super) fn secret(text: &str) -> Result<SecretString, String> {
    word(text).map(SecretString::from)
}

/// A word of Google's OAuth client, and not one that only stands for it: with such a client everybody would be sent to Google in
/// vain.
pub(super) fn of_client(text: &str) -> Result<String, String> {
    let wrong = match telltale(text) {
        None => return word(text),
        Some(Telltale::Placeholder(found)) => format!("is a placeholder (it holds “{found}”)"),
        Some(Telltale::Test(found)) => format!("is made for tests (it holds “{found}”)"),
    };
    Err(format!(
        "{wrong}: copy the real one from the OAuth client's page, https://console.cloud.google.com/auth/clients"
    ))
}

pub(super) fn client_secret(text: &str) -> Result<SecretString, String> {
    of_client(text).map(SecretString::from)
}

pub(super) fn slack_bot_token(text: &str) -> Result<SecretString, String> {
    starting_with(text, &["xoxb-", "xoxe.xoxb-"])
}

pub(super) fn slack_app_token(text: &str) -> Result<SecretString, String> {
    starting_with(text, &["xapp-"])
}

fn starting_with(text: &str, starts: &[&str]) -> Result<SecretString, String> {
    if !starts.iter().any(|start| text.starts_with(start)) {
        return Err(format!("does not start with {}", starts[0]));
    }
    secret(text)
}

pub(super) fn discord_token(text: &str) -> Result<SecretString, String> {
    if text.starts_with("Bot ") {
        return Err("starts with the word Bot: leave it out".to_owned());
    }
    secret(text)
}

/// Directives of tracing's filter.
pub(super) fn log(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("is {text:?} ({error})")),
    }
}

/// One key or several, the one for new records first: each 32 bytes in base64url; parted by spaces, commas or line breaks.
pub(super) fn keys(text: &str) -> Result<SecretString, String> {
    let parts: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == ',')
        .map(|part| part.trim_end_matches('='))
        .filter(|part| !part.is_empty())
        .collect();
    for (n, part) in parts.iter().enumerate() {
        let is_key = BASE64URL_NOPAD
            .decode(part.as_bytes())
            .is_ok_and(|bytes| bytes.len() == 32);
        match (is_key, parts.len()) {
            (true, _) if parts[..n].contains(part) => return Err(format!("names its key {} twice", n + 1)),
            (true, _) => {}
            (false, 1) => return Err("is not a key".to_owned()),
            (false, count) => return Err(format!("holds {count} keys, and number {} is none", n + 1)),
        }
    }
    if parts.is_empty() {
        return Err("is not a key".to_owned());
    }
    Ok(SecretString::from(parts.join(" ")))
}

/// Is meant as the name of a Secret Manager version, however badly it is written.
pub(super) fn names_a_version(text: &str) -> bool {
    text.contains('/')
}

/// `projects/P/secrets/S/versions/N`. By its number: the word `latest` lags behind, and would change the key under a running service.
pub(super) fn secret_version(text: &str) -> Result<String, String> {
    let is_id = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
    };
    let is_number = |part: &str| part.parse::<u64>().is_ok_and(|number| number > 0);
    match text.split('/').collect::<Vec<_>>()[..] {
        ["projects", project, "secrets", secret, "versions", number]
            if is_id(project) && is_id(secret) && is_number(number) =>
        {
            Ok(text.to_owned())
        }
        _ => Err("is neither a key nor projects/PROJECT/secrets/SECRET/versions/NUMBER".to_owned()),
    }
}

/// Names of tiers, in whatever order; the order of reading is fixed.
pub(super) fn tiers(text: &str) -> Result<Vec<TierKind>, String> {
    let mut found = Vec::new();
    for word in text.split(',').map(str::trim) {
        let tier = TierKind::ALL.into_iter().find(|tier| tier.name() == word);
        found.push(tier.ok_or_else(|| format!("names {word:?}, which is no place for grants"))?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

pub(super) fn accepted_loss(text: &str) -> Result<(), String> {
    match text {
        "messages-in-flight" => Ok(()),
        _ => Err(format!("is {text:?}")),
    }
}

/// An address that secrets and sign-in links may travel to: https, or http that stays on this machine.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("is not an address ({error})"))?;
    let safe = match url.scheme() {
        "https" => true,
        "http" => is_loopback(&url),
        _ => false,
    };
    if !safe {
        return Err("is neither https:// nor on this machine".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("holds a user name, a password or a #fragment".to_owned());
    }
    Ok(url)
}

/// The form of `CHATCAL_PUBLIC_URL`.
///
/// # Errors
/// What is wrong with it, in words that continue "CHATCAL_PUBLIC_URL …".
pub fn public_url(text: &str) -> Result<Url, String> {
    let url = base(text)?;
    if url.query().is_some() {
        return Err("holds a query: give the address alone".to_owned());
    }
    Ok(url)
}

/// An address that paths are appended to by joining: it ends with a slash.
pub(super) fn base(text: &str) -> Result<Url, String> {
    let mut url = address(text)?;
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// An address that paths are appended to as text: it ends without a slash, unless it is a host alone.
pub(super) fn stem(text: &str) -> Result<Url, String> {
    address(text.trim_end_matches('/'))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

pub(super) fn socket(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| format!("is {text:?}, which is no IP address with a port"))
}

/// A port on every interface.
pub(super) fn port(text: &str) -> Result<SocketAddr, String> {
    let port = text.parse().map_err(|_| format!("is {text:?}, which is no port"))?;
    Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port))
}

pub(super) fn zone(text: &str) -> Result<Zone, String> {
    Zone::named(text).map_err(|_| format!("is {text:?}, which the IANA database does not hold"))
}

pub(super) fn time(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| format!("is {text:?}, which is no time of day"))
}

pub(super) fn database(text: &str) -> Result<Database, String> {
    if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
        return Ok(Database::File(path.into()));
    }
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => secret(text).map(Database::Postgres),
        _ => Err("is neither sqlite: and a path, nor a postgres:// address".to_owned()),
    }
}

pub(super) fn redis(text: &str) -> Result<SecretString, String> {
    const SCHEMES: [&str; 6] = [
        "redis",
        "rediss",
        "redis+sentinel",
        "rediss+sentinel",
        "redis+cluster",
        "rediss+cluster",
    ];
    match text.split_once("://") {
        Some((scheme, rest)) if SCHEMES.contains(&scheme) && !rest.is_empty() => secret(text),
        _ => Err("is not a redis:// or rediss:// address".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in [
            "https://a.example",
            "http://127.0.0.1:1/x",
            "http://[::1]:1",
            "http://localhost:8080",
            "http://a.localhost",
        ] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "http://a.example",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "ftp://127.0.0.1",
            "https://u:p@a.example",
            "https://a.example/#x",
            "a.example",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
        assert_eq!(
            public_url("https://a.example/bot").unwrap().as_str(),
            "https://a.example/bot/"
        );
        assert!(public_url("https://a.example/?x=1").is_err());
    }

    #[test]
    fn s08_admins_are_named_in_full() {
        assert_eq!(
            admins("slack:T01:U7, discord:1234 slack:T02:U7").unwrap(),
            ["slack:T01:U7", "discord:1234", "slack:T02:U7"]
        );
        for bad in [
            "U7",
            "slack:U7",
            "slack::U7",
            "slack:T01:*",
            "discord:ana",
            "ana@example.org",
        ] {
            assert!(admins(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bases_and_stems_differ_by_their_slash() {
        assert_eq!(base("https://a.example/calendar/v3").unwrap().path(), "/calendar/v3/");
        assert_eq!(base("https://a.example/calendar/v3/").unwrap().path(), "/calendar/v3/");
        assert_eq!(stem("https://a.example/api/").unwrap().path(), "/api");
    }

    #[test]
    fn t13_a_key_has_32_bytes() {
        let good = BASE64URL_NOPAD.encode(&[7; 32]);
        assert!(keys(&good).is_ok());
        assert!(keys(&format!("{good}=")).is_ok());
        let other = BASE64URL_NOPAD.encode(&[8; 32]);
        for ring in [
            format!("{other} {good}"),
            format!("{other},{good}="),
            format!("{other}\n{good}\n"),
        ] {
            use secrecy::ExposeSecret;
            assert_eq!(keys(&ring).unwrap().expose_secret(), format!("{other} {good}"));
        }
        assert_eq!(keys(&format!("{good} {good}")).unwrap_err(), "names its key 2 twice");
        assert_eq!(
            keys(&format!("{good}, x")).unwrap_err(),
            "holds 2 keys, and number 2 is none"
        );
        for bad in [
            "",
            "secret",
            &good[1..],
            &BASE64URL_NOPAD.encode(&[7; 33]),
            &good.replace('c', "+"),
        ] {
            assert!(keys(bad).is_err(), "{bad}");
        }
    }
}
