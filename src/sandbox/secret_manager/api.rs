//! The wire: paths, queries and bodies as the REST API has them (secretmanager.googleapis.com, v1).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use chrono::SecondsFormat;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Shared;
use super::refusal::{PROJECT_NUMBER, Refusal};
use super::world::{self, Change, Secret, Version};

type Answer = Result<Json<Value>, Refusal>;
type World = State<Arc<Shared>>;

/// The largest page, and the one that is given where none is asked for.
pub const LARGEST_PAGE: usize = 25_000;
/// The largest content of a version, in bytes.
const LARGEST_CONTENT: usize = 64 << 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewSecret {
    #[serde(rename = "replication")]
    _replication: Replication,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replication {
    #[serde(rename = "automatic")]
    _automatic: Empty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewVersion {
    payload: Payload,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Payload {
    data: String,
    /// A 64-bit number, which JSON carries as text.
    data_crc32c: Option<String>,
}

/// The query's parameters, each known and given once.
struct Query(BTreeMap<String, String>);

impl Query {
    fn read(query: Option<String>, own: &[&str]) -> Result<Self, Refusal> {
        let mut given = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if name != "$alt" && !own.contains(&name.as_ref()) {
                return Err(Refusal::unknown_parameter(&name));
            }
            given.insert(name.into_owned(), value.into_owned());
        }
        match given.get("$alt").map(String::as_str) {
            None | Some("json" | "json;enum-encoding=int") => Ok(Self(given)),
            Some(other) => Err(Refusal::invalid(format!("Unsupported output format {other}."))),
        }
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn enums_as_numbers(&self) -> bool {
        self.get("$alt").ends_with("enum-encoding=int")
    }
}

impl Shared {
    fn check_project(&self, project: &str) -> Result<(), Refusal> {
        if project == self.project || project == PROJECT_NUMBER {
            Ok(())
        } else {
            Err(Refusal::forbidden(project))
        }
    }

    /// One page of `items`, and the token of the next.
    fn page<T>(&self, items: Vec<T>, query: &Query) -> Result<(Vec<T>, Option<String>), Refusal> {
        if !query.get("filter").is_empty() {
            return Err(Refusal::invalid("The stand-in does not model filters."));
        }
        let asked = match query.get("pageSize") {
            "" | "0" => LARGEST_PAGE,
            number => number.parse().map_err(|_| Refusal::invalid("Invalid page size."))?,
        };
        let size = asked.min(self.page.load(Ordering::Acquire));
        let from = match query.get("pageToken") {
            "" => 0,
            token => start_of(token).ok_or_else(|| Refusal::invalid("Invalid page token."))?,
        };
        let next = from + size;
        let token = (next < items.len()).then(|| BASE64URL_NOPAD.encode(format!("from {next}").as_bytes()));
        Ok((items.into_iter().skip(from).take(size).collect(), token))
    }
}

fn start_of(token: &str) -> Option<usize> {
    let text = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    str::from_utf8(&text).ok()?.strip_prefix("from ")?.parse().ok()
}

fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|error| Refusal::invalid(format!("Invalid JSON payload received. {error}")))
}

fn is_id(text: &str) -> bool {
    (1..=255).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_label(text: &str) -> bool {
    text.len() <= 63
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
}

fn secret_json(id: &str, secret: &Secret) -> Value {
    json!({
        "name": format!("projects/{PROJECT_NUMBER}/secrets/{id}"),
        "replication": { "automatic": {} },
        "createTime": secret.created.to_rfc3339_opts(SecondsFormat::Micros, true),
        "labels": secret.labels,
        "etag": format!("\"{:x}\"", secret.created.timestamp_micros()),
    })
}

fn version_json(id: &str, number: usize, version: &Version, query: &Query) -> Value {
    let (word, digit) = version.state.wire();
    let mut told = json!({
        "name": format!("projects/{PROJECT_NUMBER}/secrets/{id}/versions/{number}"),
        "createTime": version.created.to_rfc3339_opts(SecondsFormat::Micros, true),
        "state": if query.enums_as_numbers() { json!(digit) } else { json!(word) },
        "replicationStatus": { "automatic": {} },
        "etag": format!("\"{:x}.{digit}\"", version.created.timestamp_micros()),
        "clientSpecifiedPayloadChecksum": true,
    });
    if let Some(at) = version.destroyed {
        told["destroyTime"] = json!(at.to_rfc3339_opts(SecondsFormat::Micros, true));
    }
    told
}

pub async fn create(
    State(shared): World,
    Path(project): Path<String>,
    RawQuery(query): RawQuery,
    bytes: Bytes,
) -> Answer {
    shared.check_project(&project)?;
    let query = Query::read(query, &["secretId"])?;
    let id = query.get("secretId");
    if !is_id(id) {
        return Err(Refusal::invalid(format!("Invalid secret id [{id}].")));
    }
    let new: NewSecret = body(&bytes)?;
    if !new.labels.iter().all(|(key, value)| is_label(key) && is_label(value)) {
        return Err(Refusal::invalid("Invalid label."));
    }
    let mut world = shared.world();
    if world.secrets.contains_key(id) {
        return Err(Refusal::exists(id));
    }
    let secret = Secret {
        created: (shared.now)(),
        labels: new.labels,
        versions: Vec::new(),
    };
    let told = secret_json(id, &secret);
    world.secrets.insert(id.to_owned(), secret);
    Ok(Json(told))
}

pub async fn list(State(shared): World, Path(project): Path<String>, RawQuery(query): RawQuery) -> Answer {
    shared.check_project(&project)?;
    let query = Query::read(query, &["pageSize", "pageToken", "filter"])?;
    let world = shared.world();
    let all: Vec<Value> = world
        .listed()
        .iter()
        .map(|(id, secret)| secret_json(id, secret))
        .collect();
    let total = all.len();
    let (secrets, token) = shared.page(all, &query)?;
    let mut told = json!({ "secrets": secrets, "totalSize": total });
    if let Some(token) = token {
        told["nextPageToken"] = json!(token);
    }
    Ok(Json(told))
}

pub async fn get(
    State(shared): World,
    Path((project, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    shared.check_project(&project)?;
    Query::read(query, &[])?;
    Ok(Json(secret_json(&id, shared.world().secret(&id)?)))
}

pub async fn add(
    State(shared): World,
    Path((project, target)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    bytes: Bytes,
) -> Answer {
    shared.check_project(&project)?;
    let query = Query::read(query, &[])?;
    let id = target
        .strip_suffix(":addVersion")
        .ok_or_else(|| Refusal::invalid("Unknown method."))?;
    let NewVersion { payload } = body(&bytes)?;
    let data = BASE64
        .decode(payload.data.as_bytes())
        .map_err(|_| Refusal::invalid("Base64 decoding failed."))?;
    if data.len() > LARGEST_CONTENT {
        return Err(Refusal::invalid("The secret payload is larger than 65536 bytes."));
    }
    if let Some(sent) = payload.data_crc32c
        && sent.parse() != Ok(i64::from(crc32c::crc32c(&data)))
    {
        return Err(Refusal::invalid(
            "The payload's checksum does not match the one that was given.",
        ));
    }
    let mut world = shared.world();
    world.secret(id)?;
    world.add(id, data, (shared.now)());
    let versions = &world.secret(id)?.versions;
    let number = versions.len();
    Ok(Json(version_json(id, number, world.version(id, number)?, &query)))
}

pub async fn versions(
    State(shared): World,
    Path((project, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    shared.check_project(&project)?;
    let query = Query::read(query, &["pageSize", "pageToken", "filter"])?;
    let world = shared.world();
    let secret = world.listed().get(&id).ok_or_else(|| Refusal::no_secret(&id))?;
    let newest_first = secret.versions.iter().enumerate().rev();
    let all: Vec<Value> = newest_first
        .map(|(index, version)| version_json(&id, index + 1, version, &query))
        .collect();
    let total = all.len();
    let (versions, token) = shared.page(all, &query)?;
    let mut told = json!({ "versions": versions, "totalSize": total });
    if let Some(token) = token {
        told["nextPageToken"] = json!(token);
    }
    Ok(Json(told))
}

pub async fn version(
    State(shared): World,
    Path((project, id, target)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    shared.check_project(&project)?;
    let query = Query::read(query, &[])?;
    let world = shared.world();
    let Some(name) = target.strip_suffix(":access") else {
        let number = world.number(&id, &target)?;
        return Ok(Json(version_json(&id, number, world.version(&id, number)?, &query)));
    };
    let number = world.number(&id, name)?;
    let version = world.version(&id, number)?;
    if version.state != world::State::Enabled {
        return Err(Refusal::in_state(&id, number, version.state));
    }
    let checksum = crc32c::crc32c(&version.data);
    let mut data = version.data.clone();
    if let Some(first) = data.first_mut().filter(|_| shared.damages()) {
        *first ^= 1;
    }
    Ok(Json(json!({
        "name": format!("projects/{PROJECT_NUMBER}/secrets/{id}/versions/{number}"),
        "payload": { "data": BASE64.encode(&data), "dataCrc32c": checksum.to_string() },
    })))
}

pub async fn change(
    State(shared): World,
    Path((project, id, target)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    bytes: Bytes,
) -> Answer {
    shared.check_project(&project)?;
    let query = Query::read(query, &[])?;
    body::<Empty>(&bytes)?;
    let (name, change) = match target.split_once(':') {
        Some((name, "enable")) => (name, Change::Enable),
        Some((name, "disable")) => (name, Change::Disable),
        Some((name, "destroy")) => (name, Change::Destroy),
        _ => return Err(Refusal::invalid("Unknown method.")),
    };
    let mut world = shared.world();
    let number = world.number(&id, name)?;
    let version = world.change(&id, number, change, (shared.now)())?;
    Ok(Json(version_json(&id, number, &version, &query)))
}
