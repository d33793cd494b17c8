//! What the vendors publish about their APIs, as data: requests of ours (and answers of our stand-ins) are checked against it.
//!
//! The descriptions lie in a folder beside the project, not in it. Where that is absent the checks are left out, and say so;
//! with `CI=true` they fail.

use std::collections::HashMap;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::{Map, Value};

/// A Google API's discovery document.
pub struct Discovery(Value);

/// The description of one of Google's APIs, such as `calendar`; `None` (said on standard error) where there is none.
pub fn google_discovery(api: &str) -> Option<Discovery> {
    let start = format!("google-{api}.");
    let text = spec(
        |name| name.starts_with(&start) && name.ends_with(".discovery.json"),
        &start,
    )?;
    Some(Discovery(
        serde_json::from_str(&text).expect("a discovery document is JSON"),
    ))
}

/// The text of the one description whose file name fits; `None` where the folder is absent.
pub fn spec(fits: impl Fn(&str) -> bool, what: &str) -> Option<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/specs");
    let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let file = files.map(|file| file.path()).find(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(&fits)
    });
    match file {
        Some(path) => Some(std::fs::read_to_string(path).expect("the description can be read")),
        None if std::env::var_os("CI").is_some_and(|ci| ci == "true") => {
            panic!("no API description {what}* in ../shared/specs: with CI=true it must be there")
        }
        None => {
            eprintln!("LEFT OUT: the check against {what}*, since ../shared/specs does not hold it");
            None
        }
    }
}

impl Discovery {
    /// Checks a request: its method and path, its query parameters, and its body, in which unknown and read-only fields are
    /// refused. `target` is path and query, as on the request line.
    pub fn check_request(&self, verb: &str, target: &str, body: &[u8]) -> Result<(), String> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let method = self.method(verb, path)?;
        self.check_query(method, query)?;
        let Some(schema) = method["request"].as_object() else {
            return if body.is_empty() {
                Ok(())
            } else {
                Err(format!("{verb} {path} takes no body"))
            };
        };
        let body: Value = serde_json::from_slice(body).map_err(|error| format!("the body is not JSON: {error}"))?;
        let id = method["id"].as_str().unwrap_or_default();
        self.check_value(&body, schema, &Side::Request { method: id }, "body")
    }

    /// Checks a successful answer's body: unknown fields and wrong types are refused.
    pub fn check_answer(&self, verb: &str, target: &str, body: &[u8]) -> Result<(), String> {
        let path = target.split_once('?').map_or(target, |(path, _)| path);
        let Some(schema) = self.method(verb, path)?["response"].as_object() else {
            return if body.is_empty() {
                Ok(())
            } else {
                Err(format!("{verb} {path} answers no body"))
            };
        };
        let body: Value = serde_json::from_slice(body).map_err(|error| format!("the answer is not JSON: {error}"))?;
        self.check_value(&body, schema, &Side::Answer, "answer")
    }

    fn method(&self, verb: &str, path: &str) -> Result<&Value, String> {
        let base = self.0["servicePath"].as_str().unwrap_or_default();
        let path = path.trim_start_matches('/');
        let path = path
            .strip_prefix(base)
            .ok_or_else(|| format!("{path} is not below {base}"))?;
        let mut methods = Vec::new();
        collect_methods(&self.0, &mut methods);
        methods
            .into_iter()
            .find(|method| method["httpMethod"] == verb && is_at(method, path))
            .ok_or_else(|| format!("no such method: {verb} {path}"))
    }

    fn check_query(&self, method: &Value, query: &str) -> Result<(), String> {
        let mut seen = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let own = method["parameters"]
                .get(&*name)
                .filter(|own| own["location"] == "query");
            let parameter = own
                .or_else(|| self.0["parameters"].get(&*name))
                .ok_or_else(|| format!("unknown parameter {name}"))?;
            check_parameter(parameter, &value).map_err(|why| format!("parameter {name}={value}: {why}"))?;
            let count = seen.entry(name.into_owned()).or_insert(0);
            *count += 1;
            if *count > 1 && parameter["repeated"] != true {
                return Err("a parameter is repeated that may not be".to_owned());
            }
        }
        let parameters = method["parameters"].as_object().into_iter().flatten();
        let mut required = parameters.filter(|(_, rule)| rule["location"] == "query" && rule["required"] == true);
        match required.find(|(name, _)| !seen.contains_key(*name)) {
            Some((name, _)) => Err(format!("parameter {name} is missing")),
            None => Ok(()),
        }
    }

    fn check_value(&self, value: &Value, schema: &Map<String, Value>, side: &Side, at: &str) -> Result<(), String> {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            let referred = self.0["schemas"][name].as_object().ok_or(format!("no schema {name}"))?;
            return self.check_value(value, referred, side, at);
        }
        let wrong = |expected: &str| Err(format!("{at}: expected {expected}, found {value}"));
        match (schema.get("type").and_then(Value::as_str).unwrap_or("any"), value) {
            ("any", _) | ("boolean", Value::Bool(_)) | ("number", Value::Number(_)) => Ok(()),
            ("integer", Value::Number(number)) if number.is_i64() || number.is_u64() => Ok(()),
            ("string", Value::String(text)) => check_text(schema, text).map_err(|why| format!("{at}: {why}")),
            ("array", Value::Array(items)) => {
                let rule = schema["items"].as_object().ok_or("an array without items")?;
                items
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, item)| self.check_value(item, rule, side, &format!("{at}[{index}]")))
            }
            ("object", Value::Object(fields)) => self.check_object(fields, schema, side, at),
            (expected, _) => wrong(expected),
        }
    }

    fn check_object(
        &self,
        fields: &Map<String, Value>,
        schema: &Map<String, Value>,
        side: &Side,
        at: &str,
    ) -> Result<(), String> {
        let known = schema.get("properties").and_then(Value::as_object);
        for (name, value) in fields {
            let at = format!("{at}.{name}");
            let rule = known
                .and_then(|known| known.get(name))
                .or_else(|| schema.get("additionalProperties"));
            let rule = rule
                .and_then(Value::as_object)
                .ok_or_else(|| format!("{at}: unknown field"))?;
            let description = rule.get("description").and_then(Value::as_str).unwrap_or_default();
            if matches!(side, Side::Request { .. }) && description.contains("Read-only") {
                return Err(format!("{at}: read-only"));
            }
            self.check_value(value, rule, side, &at)?;
        }
        if let Side::Request { method } = side {
            for (name, rule) in known.into_iter().flatten() {
                let required = rule["annotations"]["required"].as_array().into_iter().flatten();
                if required.into_iter().any(|id| id == method) && !fields.contains_key(name) {
                    return Err(format!("{at}.{name}: missing, {method} requires it"));
                }
            }
        }
        Ok(())
    }
}

enum Side<'a> {
    Request { method: &'a str },
    Answer,
}

fn collect_methods<'a>(resource: &'a Value, methods: &mut Vec<&'a Value>) {
    methods.extend(resource["methods"].as_object().into_iter().flat_map(Map::values));
    for child in resource["resources"].as_object().into_iter().flat_map(Map::values) {
        collect_methods(child, methods);
    }
}

/// The path fits the method's template, `calendars/{calendarId}/events` or `v1/{+name}`, whose pattern holds then.
fn is_at(method: &Value, path: &str) -> bool {
    let template = method["path"].as_str().unwrap_or_default();
    if let Some((before, rest)) = template.split_once("{+") {
        let (name, after) = rest.split_once('}').unwrap_or((rest, ""));
        let pattern = method["parameters"][name]["pattern"].as_str().unwrap_or(".*");
        let value = path.strip_prefix(before).and_then(|path| path.strip_suffix(after));
        return value.is_some_and(|value| fits(pattern, value));
    }
    let (ours, theirs): (Vec<_>, Vec<_>) = (path.split('/').collect(), template.split('/').collect());
    ours.len() == theirs.len()
        && ours.iter().zip(&theirs).all(|(ours, theirs)| {
            if theirs.starts_with('{') {
                !ours.is_empty()
            } else {
                ours == theirs
            }
        })
}

fn fits(pattern: &str, text: &str) -> bool {
    regex::Regex::new(pattern)
        .expect("a pattern of the description")
        .is_match(text)
}

fn check_parameter(rule: &Value, text: &str) -> Result<(), String> {
    let bound = |name: &str| rule[name].as_str().and_then(|bound| bound.parse::<i64>().ok());
    match rule["type"].as_str().unwrap_or_default() {
        "boolean" if text == "true" || text == "false" => Ok(()),
        "integer" => match text.parse::<i64>() {
            Ok(number)
                if bound("minimum").is_none_or(|least| number >= least)
                    && bound("maximum").is_none_or(|most| number <= most) =>
            {
                Ok(())
            }
            _ => Err("not such an integer".to_owned()),
        },
        "string" if rule["format"] == "date-time" && DateTime::parse_from_rfc3339(text).is_err() => {
            Err("not a time with an offset".to_owned())
        }
        "string" => check_text(rule.as_object().expect("a rule is an object"), text),
        other => Err(format!("not a {other}")),
    }
}

fn check_text(rule: &Map<String, Value>, text: &str) -> Result<(), String> {
    if let Some(allowed) = rule.get("enum").and_then(Value::as_array)
        && !allowed.iter().any(|allowed| allowed == text)
    {
        return Err(format!("{text:?} is none of the values allowed"));
    }
    if let Some(pattern) = rule.get("pattern").and_then(Value::as_str)
        && !fits(pattern, text)
    {
        return Err(format!("{text:?} does not fit {pattern}"));
    }
    let well_formed = match rule.get("format").and_then(Value::as_str) {
        // In a body the offset may be left out where a zone is named beside it.
        Some("date-time" | "google-datetime") => {
            DateTime::parse_from_rfc3339(text).is_ok()
                || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").is_ok()
        }
        Some("date") => text.parse::<NaiveDate>().is_ok(),
        Some("int64") => text.parse::<i64>().is_ok(),
        _ => true,
    };
    if well_formed {
        Ok(())
    } else {
        Err(format!("{text:?} is not well formed"))
    }
}

#[test]
fn the_checks_refuse_what_google_would() {
    let Some(calendar) = google_discovery("calendar") else {
        return;
    };
    let events = "/calendar/v3/calendars/primary/events";
    let times =
        r#""start": {"dateTime": "2026-11-24T14:00:00", "timeZone": "Europe/Berlin"}, "end": {"date": "2026-11-24"}"#;
    let check = |verb: &str, query: &str, body: &str| {
        let target = format!("{events}{query}");
        calendar.check_request(verb, &target, body.as_bytes())
    };
    assert_eq!(check("GET", "?timeMin=2026-11-24T13:00:00Z&maxResults=1", ""), Ok(()));
    assert_eq!(check("POST", "?sendUpdates=all", &format!("{{{times}}}")), Ok(()));
    assert_eq!(check("PATCH", "/abcde", r#"{"summary": "x"}"#), Ok(()));
    for (verb, query, body) in [
        ("PUT", "", "{}"),
        ("POST", "", "{}"),
        ("POST", "", "nonsense"),
        ("POST", "?sendUpdates=everybody", &*format!("{{{times}}}")),
        ("POST", "", &*format!("{{{times}, \"sumary\": \"x\"}}")),
        ("POST", "", &*format!("{{{times}, \"summary\": 7}}")),
        ("POST", "", &*format!("{{{times}, \"htmlLink\": \"x\"}}")),
        (
            "POST",
            "",
            &*format!("{{{times}, \"attendees\": [{{\"mail\": \"x\"}}]}}"),
        ),
        ("GET", "?timemin=2026-11-24T13:00:00Z", ""),
        ("GET", "?timeMin=2026-11-24T13:00:00", ""),
        ("GET", "?maxResults=0", ""),
        ("GET", "?maxResults=1&maxResults=2", ""),
        ("GET", "?singleEvents=yes", ""),
        ("GET", "", "body"),
        ("GET", "/abcde/nothing", ""),
    ] {
        assert!(check(verb, query, body).is_err(), "{verb} {query} {body}");
    }
    let answer = |body: &str| calendar.check_answer("GET", events, body.as_bytes());
    assert_eq!(
        answer(r#"{"timeZone": "Europe/Berlin", "items": [{"htmlLink": "x"}]}"#),
        Ok(())
    );
    assert!(answer(r#"{"zone": "Europe/Berlin"}"#).is_err());
    assert!(answer(r#"{"items": [{"status": 1}]}"#).is_err());
    assert!(google_discovery("secretmanager").is_some());
}
