//! Google Meet links: made at once, later, or never (developers.google.com/workspace/calendar/api/guides/create-events#conferencing).

use serde_json::{Value, json};

/// How the making of a Meet link goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeetBehaviour {
    /// `success` after the event was got this many times; 0: already in the answer to the insert.
    Ready { after_gets: u32 },
    /// `failure`, likewise.
    Fails { after_gets: u32 },
}

impl Default for MeetBehaviour {
    fn default() -> Self {
        Self::Ready { after_gets: 0 }
    }
}

/// Where the event keeps what is still to come; never shown on the wire.
const PENDING: &str = "_meet";

/// Begins a conference that `request` (a `createRequest`) asks for. One with the id of the last is ignored, as Google says.
pub fn begin(event: &mut Value, request: &Value, behaviour: MeetBehaviour, token: &str) {
    if event["conferenceData"]["createRequest"]["requestId"] == request["requestId"] {
        return;
    }
    let mut create = request.clone();
    create["status"] = json!({ "statusCode": "pending" });
    event["conferenceData"] = json!({ "createRequest": create });
    let (left, fails) = match behaviour {
        MeetBehaviour::Ready { after_gets } => (after_gets, false),
        MeetBehaviour::Fails { after_gets } => (after_gets, true),
    };
    event[PENDING] = json!({ "left": left, "fails": fails, "code": meeting_code(token) });
    if left == 0 {
        settle(event);
    }
}

/// Somebody got the event: the conference is one step nearer. True when that settled it.
pub fn step(event: &mut Value) -> bool {
    match event[PENDING]["left"].as_u64() {
        Some(left) if left > 1 => {
            event[PENDING]["left"] = json!(left - 1);
            false
        }
        Some(_) => {
            settle(event);
            true
        }
        None => false,
    }
}

/// Takes away what the wire does not show.
pub fn hide(event: &mut Value) {
    if let Some(event) = event.as_object_mut() {
        event.remove(PENDING);
    }
}

fn settle(event: &mut Value) {
    let pending = event[PENDING].take();
    hide(event);
    if pending["fails"] == true {
        event["conferenceData"]["createRequest"]["status"] = json!({ "statusCode": "failure" });
        return;
    }
    let code = pending["code"].as_str().unwrap_or_default();
    let link = format!("https://meet.google.com/{code}");
    event["hangoutLink"] = json!(link);
    event["conferenceData"]["createRequest"]["status"] = json!({ "statusCode": "success" });
    event["conferenceData"]["conferenceId"] = json!(code);
    event["conferenceData"]["conferenceSolution"] = json!({ "key": { "type": "hangoutsMeet" }, "name": "Google Meet" });
    event["conferenceData"]["entryPoints"] =
        json!([{ "entryPointType": "video", "uri": link, "label": link.trim_start_matches("https://") }]);
}

/// `abc-defg-hij`, in Meet's form.
fn meeting_code(token: &str) -> String {
    let letters: Vec<char> = token
        .bytes()
        .map(|byte| char::from(b'a' + byte % 26))
        .take(10)
        .collect();
    let part = |from: usize, to: usize| letters[from..to].iter().collect::<String>();
    format!("{}-{}-{}", part(0, 3), part(3, 7), part(7, 10))
}
