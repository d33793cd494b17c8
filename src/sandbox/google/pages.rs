//! The pages that a browser sees: consent, refusal, and the frame that the week page shares. No scripts.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::asked::{Asked, Bad};
use super::world::Account;

const STYLE: &str = include_str!("style.css");

/// A whole page around `content`.
pub fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                aside.ribbon aria-label="Sandbox" { strong { "Sandbox." } " This page stands in for Google; nothing leaves this machine." }
                (content)
            }
        }
    }
}

/// Asks the account's owner. The whole request travels in the form, so that asking remembers nothing.
pub fn consent(app: &str, request: &str, asked: &Asked, accounts: &[Account]) -> Markup {
    let hinted = |account: &Account| {
        asked
            .login_hint
            .as_ref()
            .is_some_and(|hint| hint.eq_ignore_ascii_case(&account.email))
    };
    let chosen = accounts.iter().position(hinted).unwrap_or(0);
    page(
        &format!("Sign in to {app}"),
        &html! {
            main.card {
                h1 { (app) " wants to access your Google Account" }
                p.lead { "Choose the account, and look at what you allow." }
                form method="post" action="/o/oauth2/v2/auth/decide" {
                    input type="hidden" name="request" value=(request);
                    fieldset {
                        legend { "Your account" }
                        ul.rows {
                            @for (place, account) in accounts.iter().enumerate() {
                                li { label {
                                    input type="radio" name="account" value=(account.email) required checked[place == chosen];
                                    (account.email)
                                } }
                            }
                            @if accounts.is_empty() { li { span.told { "There is no account in this sandbox yet." } } }
                        }
                    }
                    fieldset {
                        legend { (app) " will be able to" }
                        ul.rows {
                            @for scope in &asked.scopes {
                                li {
                                    @if scope.optional {
                                        label { input type="checkbox" name="scope" value=(scope.name) checked; (scope.words) }
                                    } @else {
                                        span.told { (scope.words) }
                                    }
                                }
                            }
                        }
                    }
                    div.actions {
                        button.primary type="submit" name="decision" value="allow" { "Allow" }
                        button type="submit" name="decision" value="cancel" formnovalidate { "Cancel" }
                    }
                }
            }
        },
    )
}

/// What Google shows when a request is wrong: it leads nowhere.
pub fn refused(bad: &Bad) -> Markup {
    page(
        "Access blocked",
        &html! {
            main.card {
                h1 { "Access blocked: the request of this app is invalid" }
                p.lead { (bad.words) }
                p { "Error 400: " code { (bad.code) } }
            }
        },
    )
}
