//! Partial answers: the `fields` parameter (developers.google.com/workspace/calendar/api/guides/performance#partial-response).

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// A field that was asked for; with nothing below it, all of it.
struct Mask {
    name: String,
    below: Vec<Mask>,
}

/// Cuts `answer` down to what `fields` names.
pub fn cut(answer: &Value, fields: &str) -> Result<Value, Refusal> {
    let mut rest = fields;
    let masks = list(&mut rest).filter(|_| rest.is_empty());
    let masks = masks.ok_or_else(|| Refusal::invalid(format!("Invalid field selection {fields}")))?;
    Ok(apply(answer, &masks))
}

fn list(rest: &mut &str) -> Option<Vec<Mask>> {
    let mut masks = vec![one(rest)?];
    while let Some(after) = rest.strip_prefix(',') {
        *rest = after;
        masks.push(one(rest)?);
    }
    Some(masks)
}

fn one(rest: &mut &str) -> Option<Mask> {
    let end = rest.find([',', '/', '(', ')']).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    *rest = after;
    let good = name == "*" || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let below = if let Some(after) = rest.strip_prefix('/') {
        *rest = after;
        vec![one(rest)?]
    } else if let Some(after) = rest.strip_prefix('(') {
        *rest = after;
        let below = list(rest)?;
        *rest = rest.strip_prefix(')')?;
        below
    } else {
        Vec::new()
    };
    good.then(|| Mask {
        name: name.to_owned(),
        below,
    })
}

fn apply(value: &Value, masks: &[Mask]) -> Value {
    match value {
        _ if masks.is_empty() => value.clone(),
        Value::Array(items) => items.iter().map(|item| apply(item, masks)).collect(),
        Value::Object(object) => {
            let mut kept = Map::new();
            for (name, value) in object {
                if let Some(mask) = masks.iter().find(|mask| mask.name == "*" || mask.name == *name) {
                    kept.insert(name.clone(), apply(value, &mask.below));
                }
            }
            Value::Object(kept)
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::cut;

    #[test]
    fn only_what_is_named_is_left() {
        let answer = json!({ "a": 1, "items": [{ "id": "x", "start": { "date": "d", "timeZone": "z" }, "n": 2 }] });
        assert_eq!(
            cut(&answer, "items(id,start/date)").unwrap(),
            json!({ "items": [{ "id": "x", "start": { "date": "d" } }] })
        );
        assert_eq!(cut(&answer, "*").unwrap(), answer);
        for wrong in ["", "items(", "items()", "a,,items", "items(id))", "a b"] {
            assert!(cut(&answer, wrong).is_err(), "{wrong}");
        }
    }
}
