//! What we send to Discord, and what its stand-in answers, held against Discord's own description of its API.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex};

use chatcal::domain::choice::Choice;
use chatcal::domain::letter::{Button, Span, Tone};
use chatcal::domain::ports::{Receipt, Undelivered};
use chatcal::sandbox::discord::Request;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::discord::{Desk, letter, soon};
use crate::specs::spec;

/// Discord's OpenAPI document.
pub struct Description {
    document: Value,
    /// Each takes a while to make, and is made once.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Description {
    /// `None` (said on standard error) where there is none.
    pub fn read() -> Option<&'static Self> {
        static READ: LazyLock<Option<Description>> = LazyLock::new(|| {
            let text = spec(|name| name == "discord.openapi.json", "discord.openapi")?;
            Some(Description {
                document: serde_json::from_str(&text).unwrap(),
                validators: Mutex::default(),
            })
        });
        READ.as_ref()
    }

    /// What is said about a method of a path, and the path's template.
    fn operation(&self, request: &Request) -> (&str, &Value) {
        let actual: Vec<_> = request.path.split('/').collect();
        let fits = |template: &str| {
            let parts: Vec<_> = template.split('/').collect();
            parts.len() == actual.len()
                && parts
                    .iter()
                    .zip(&actual)
                    .all(|(part, actual)| part.starts_with('{') || part == actual)
        };
        let paths = self.document["paths"].as_object().unwrap();
        let best = paths
            .iter()
            .filter(|(template, _)| fits(template))
            .min_by_key(|(template, _)| template.matches('{').count());
        let (template, methods) = best.unwrap_or_else(|| panic!("{} is no path of Discord's", request.path));
        (template, &methods[request.method.to_lowercase()])
    }

    /// Holds a request's body, and its answer, against the description.
    pub fn check(&self, request: &Request) {
        let (template, operation) = self.operation(request);
        let kind = format!("{} {template}", request.method);
        let line = format!("{} {}", request.method, request.path);
        assert!(operation.is_object(), "{line} is no operation of Discord's");
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(body.is_null(), request.body.is_null(), "{line}: a body or none");
        if !body.is_null() {
            self.holds(&line, &kind, body, &request.body);
            self.knows_fields(&line, body, &request.body);
        }
        let answer = &operation["responses"][request.status.to_string()];
        assert!(answer.is_object(), "{line}: no answer with status {}", request.status);
        let answer = &answer["content"]["application/json"]["schema"];
        if !answer.is_null() {
            let kind = format!("{kind} {}", request.status);
            self.holds(&format!("the answer to {line}"), &kind, answer, &request.answer);
        }
    }

    fn holds(&self, what: &str, kind: &str, schema: &Value, value: &Value) {
        let validator = {
            let mut validators = self.validators.lock().unwrap();
            let made = validators.entry(kind.to_owned());
            made.or_insert_with(|| Arc::new(self.validator(schema))).clone()
        };
        let errors: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{what}: {errors:?}\n{value}");
    }

    fn validator(&self, schema: &Value) -> Validator {
        let document = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": self.document["components"],
            "allOf": [schema],
        });
        jsonschema::validator_for(&document).unwrap()
    }

    /// The description lets unknown fields pass; ours would be mistakes.
    fn knows_fields(&self, what: &str, schema: &Value, body: &Value) {
        let bodies = body.as_array().map_or(std::slice::from_ref(body), Vec::as_slice);
        let mut known = BTreeSet::new();
        self.fields(schema, &mut known);
        // Documented on Discord's pages, left out of the description.
        known.insert("nsfw".to_owned());
        for field in bodies.iter().flat_map(|body| body.as_object().unwrap().keys()) {
            assert!(known.contains(field), "{what}: {field} is not known");
        }
    }

    fn fields(&self, schema: &Value, known: &mut BTreeSet<String>) {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = self.document.pointer(reference.trim_start_matches('#')).unwrap();
            self.fields(target, known);
        }
        for list in ["anyOf", "oneOf", "allOf"] {
            for part in schema[list].as_array().into_iter().flatten() {
                self.fields(part, known);
            }
        }
        if schema["items"].is_object() {
            self.fields(&schema["items"], known);
        }
        known.extend(
            schema["properties"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name.clone()),
        );
    }
}

#[tokio::test]
async fn every_request_and_answer_is_as_discord_describes_them() {
    let Some(description) = Description::read() else { return };
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let ana = desk.discord.person("Ana");

    ana.says_dm("hi");
    let heard = desk.ear.nth(1).await;
    let mut parcel = letter(&heard, 1, "Booked: *launch*");
    parcel
        .message
        .spans
        .push(Span::Link("https://meet.google.com/abc-defg-hij".to_owned()));
    parcel.message.buttons = vec![Button {
        label: "Help".to_owned(),
        choice: Choice::Help,
        tone: Tone::Danger,
    }];
    let Receipt::Delivered { handle: Some(handle) } = bot.courier.post(&heard.ways[0], &parcel).await.unwrap() else {
        panic!("not delivered")
    };
    bot.courier.edit(&handle, &parcel).await.unwrap();
    ana.presses("Help").unwrap();
    desk.ear.nth(2).await;

    ana.mentions("general", "book noon");
    let heard = desk.ear.nth(3).await;
    bot.courier.post(&heard.ways[0], &parcel).await.unwrap();
    ana.closes_dms();
    let closed = bot.courier.post(&heard.ways[0], &letter(&heard, 5, "hi")).await;
    assert!(matches!(closed, Err(Undelivered::WayClosed(_))));
    bot.courier.post(&heard.ways[1], &parcel).await.unwrap();

    ana.commands("general", "/book", "noon");
    let heard = desk.ear.nth(4).await;
    for seq in 1..=2 {
        parcel.key.seq = seq;
        bot.courier.post(&heard.ways[0], &parcel).await.unwrap();
    }
    ana.presses("Show me").unwrap();
    desk.ear.nth(5).await;
    let all_deferred = |all: &[Request]| all.iter().filter(|request| request.path.ends_with("/callback")).count() == 3;
    soon(desk.discord.requests_until(all_deferred)).await;
    bot.stops().await;

    let requests = desk.discord.requests();
    let kinds: BTreeSet<_> = requests.iter().map(|request| request.method.clone()).collect();
    assert_eq!(kinds.len(), 4, "{kinds:?}");
    // A refusal has its own form, which the description gives only in words.
    for request in requests.iter().filter(|request| request.status < 400) {
        description.check(request);
    }
}
