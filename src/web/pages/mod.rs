//! Every page that a browser shows: data in, HTML out. No scripts, one stylesheet inside the page, all text escaped by maud.

mod about;
mod connect;
mod refused;

use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

pub use about::{about, privacy};
pub use connect::{code_needed, connected, offer, once_more};
pub use refused::{not_found, refused, too_long};

use crate::domain::person::Platform;

const STYLE: &str = include_str!("style.css");

/// A calendar page with a speech bubble's tail.
const MARK: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><path fill="#0f766e" d="M7 3h18a5 5 0 0 1 5 5v13a5 5 0 0 1-5 5H14l-6 5v-5H7a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5z"/><path fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round" d="M7 10h18M11 18l4 4 7-8"/></svg>"##;

/// The stylesheet's place in the Content-Security-Policy.
pub fn style_hash() -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(STYLE.as_bytes())))
}

/// A whole page; its title is also what a browser's tab shows.
fn frame(title: &str, content: &Markup) -> Markup {
    let icon = format!("data:image/svg+xml;base64,{}", BASE64.encode(MARK.as_bytes()));
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " · ChatCal" }
                link rel="icon" href=(icon);
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { span.mark { (PreEscaped(MARK)) "ChatCal" } }
                main { (content) }
            }
        }
    }
}

/// Where a chat identity lives, to go on with "@ana …".
fn at(platform: Platform) -> &'static str {
    match platform {
        Platform::Slack => "on Slack",
        Platform::Discord => "on Discord",
        Platform::Console => "in the terminal",
    }
}
