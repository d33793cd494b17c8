//! What `REDIS_URL` may say.
//!
//! `redis://[user:password@]host[:port][/number]` is one server;
//! `redis+sentinel://[user:password@]host[:port],…/service[/number][?sentinels=user:password]` a server whose sentinels (by default on
//! port 26379, and with a user and password of their own) say where it is;
//! `redis+cluster://[user:password@]host[:port],…` a cluster, of which any nodes are named. `rediss` in place of `redis` is TLS.

use redis::{ConnectionInfo, IntoConnectionInfo, RedisConnectionInfo};

/// An address that makes sense.
#[derive(Clone)]
pub enum Address {
    Single(ConnectionInfo),
    Sentinel {
        sentinels: Vec<ConnectionInfo>,
        service: String,
        /// User, password and database of the server that they lead to.
        server: RedisConnectionInfo,
        tls: bool,
    },
    Cluster(Vec<ConnectionInfo>),
}

impl Address {
    /// # Errors
    /// What is wrong with it, without quoting it: it may hold a password.
    pub fn read(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").ok_or("no scheme")?;
        let (plain, kind) = scheme.split_once('+').unwrap_or((scheme, ""));
        if !matches!(plain, "redis" | "rediss") {
            return Err("unknown scheme".to_owned());
        }
        match kind {
            "" => node(text).map(Self::Single),
            "sentinel" => sentinel(plain, rest),
            "cluster" => {
                let (user, hosts) = user(rest);
                let nodes = hosts.trim_end_matches('/').split(',');
                nodes
                    .map(|host| node(&format!("{plain}://{user}{host}")))
                    .collect::<Result<_, _>>()
                    .map(Self::Cluster)
            }
            _ => Err("neither sentinel nor cluster".to_owned()),
        }
    }
}

fn sentinel(scheme: &str, rest: &str) -> Result<Address, String> {
    let (user, rest) = user(rest);
    let (hosts, path) = rest.split_once('/').ok_or("no service name")?;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let theirs = match query.split_once('=') {
        None if query.is_empty() => String::new(),
        Some(("sentinels", theirs)) if theirs.contains(':') => format!("{theirs}@"),
        _ => return Err("behind the question mark only sentinels=user:password can stand".to_owned()),
    };
    let (service, number) = path.split_once('/').unwrap_or((path, "0"));
    if service.is_empty() {
        return Err("no service name".to_owned());
    }
    let sentinels = hosts.split(',').map(|host| {
        let port = if host.ends_with(']') || !host.contains(':') {
            ":26379"
        } else {
            ""
        };
        node(&format!("{scheme}://{theirs}{host}{port}"))
    });
    // The host counts for nothing here: the sentinels name it.
    let server = node(&format!("{scheme}://{user}there/{number}"))?;
    Ok(Address::Sentinel {
        sentinels: sentinels.collect::<Result<_, _>>()?,
        service: service.to_owned(),
        server: server.redis_settings().clone(),
        tls: scheme == "rediss",
    })
}

/// `user:password@` and what follows it.
fn user(rest: &str) -> (&str, &str) {
    rest.rfind('@').map_or(("", rest), |at| rest.split_at(at + 1))
}

fn node(url: &str) -> Result<ConnectionInfo, String> {
    // The category only: the details may quote the address.
    url.into_connection_info().map_err(|error| error.category().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The address in a line, with the password left in: nothing of it is real.
    fn shown(text: &str) -> String {
        let who = |info: &RedisConnectionInfo| {
            let (user, password) = (info.username(), info.password());
            format!("{}:{}/{}", user.unwrap_or("-"), password.unwrap_or("-"), info.db())
        };
        let places = |nodes: &[ConnectionInfo]| {
            let places: Vec<_> = nodes.iter().map(|node| node.addr().to_string()).collect();
            places.join(" ")
        };
        match Address::read(text) {
            Err(why) => why,
            Ok(Address::Single(node)) => format!("{} {}", node.addr(), who(node.redis_settings())),
            Ok(Address::Cluster(nodes)) => format!("cluster {} {}", places(&nodes), who(nodes[0].redis_settings())),
            Ok(Address::Sentinel {
                sentinels,
                service,
                server,
                tls,
            }) => {
                let theirs = who(sentinels[0].redis_settings());
                let theirs = if theirs == "-:-/0" {
                    String::new()
                } else {
                    format!(" as {theirs}")
                };
                format!("{service} by {}{theirs} {} tls {tls}", places(&sentinels), who(&server))
            }
        }
    }

    #[test]
    fn every_form_of_an_address_is_read() {
        for (text, expected) in [
            ("redis://a", "a:6379 -:-/0"),
            ("rediss://u:p%40w@a:1/2", "a:1 u:p@w/2"),
            ("redis+sentinel://a,b:2/main", "main by a:26379 b:2 -:-/0 tls false"),
            (
                "rediss+sentinel://u:p@a:1,b/main/3",
                "main by a:1 b:26379 u:p/3 tls true",
            ),
            ("redis+sentinel://:p@a/main", "main by a:26379 -:p/0 tls false"),
            (
                "redis+sentinel://:p@a,b:2/main?sentinels=:s%40",
                "main by a:26379 b:2 as -:s@/0 -:p/0 tls false",
            ),
            (
                "rediss+sentinel://a/main/3?sentinels=u:s",
                "main by a:26379 as u:s/0 -:-/3 tls true",
            ),
            (
                "redis+sentinel://a/main?password=s",
                "behind the question mark only sentinels=user:password can stand",
            ),
            (
                "redis+sentinel://a/main?sentinels=s",
                "behind the question mark only sentinels=user:password can stand",
            ),
            ("redis+cluster://a:1,b:2", "cluster a:1 b:2 -:-/0"),
            ("rediss+cluster://u:p@a:1,b/", "cluster a:1 b:6379 u:p/0"),
            ("redis+sentinel://a:1", "no service name"),
            ("redis+sentinel://a:1/", "no service name"),
            ("redis+ring://a:1", "neither sentinel nor cluster"),
            ("http://a", "unknown scheme"),
            ("a:1", "no scheme"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
