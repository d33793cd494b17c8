//! `/book`, `/chatcal` and `/chatcal-admin`, put up when they are not there as they should be.

use serde_json::{Value, json};
use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandOptionType, CommandType, InstallationContext, InteractionContext};

use super::rest::{Call, Problem, Rest};
use crate::http::Method;

/// The option that holds what is typed behind a command.
pub(super) const TEXT: &str = "text";

/// Puts our commands up, if Discord holds others or none. All at once, so that what an older version had is gone.
pub(super) async fn put_up(rest: &Rest, application: &str) -> Result<(), Problem> {
    let path = format!("/applications/{application}/commands");
    let held = rest.get(path.clone()).await?;
    let wanted = json!(ours());
    if essence(&held) == essence(&wanted) {
        return Ok(());
    }
    rest.call(Call::new(Method::PUT, path).body(&wanted)).await?;
    tracing::info!("Discord: commands put up");
    Ok(())
}

fn ours() -> Vec<CreateCommand> {
    vec![
        command(
            "book",
            "Book a meeting on your Google Calendar",
            "When and what, such as: tomorrow at 2 PM for 30 minutes",
        ),
        command(
            "chatcal",
            "Connect or disconnect your calendar, set your time zone, get help",
            "help, connect, disconnect, timezone or privacy",
        ),
        // Where others are it is refused: it is offered in private alone.
        command(
            "chatcal-admin",
            "For those who run this bot: look at people's credentials, and mend them",
            "list, inspect, verify, clear, disconnect, refresh or cost",
        )
        .contexts(vec![InteractionContext::BotDm]),
    ]
}

fn command(name: &str, description: &str, hint: &str) -> CreateCommand {
    let option = CreateCommandOption::new(CommandOptionType::String, TEXT, hint);
    CreateCommand::new(name)
        .kind(CommandType::ChatInput)
        .description(description)
        .add_option(option)
        .contexts(vec![InteractionContext::Guild, InteractionContext::BotDm])
        .integration_types(vec![InstallationContext::Guild])
}

/// What matters of a list of commands, in one order; Discord adds ids and leaves out what is at its default.
fn essence(commands: &Value) -> Vec<Value> {
    let mut list: Vec<Value> = commands
        .as_array()
        .into_iter()
        .flatten()
        .map(|command| {
            let options = command["options"].as_array().into_iter().flatten();
            let options: Vec<_> = options
                .map(|option| {
                    json!([
                        option["type"],
                        option["name"],
                        option["description"],
                        option["required"] == true
                    ])
                })
                .collect();
            json!([
                command["name"],
                command["description"],
                command["contexts"],
                command["integration_types"],
                options
            ])
        })
        .collect();
    list.sort_by_key(Value::to_string);
    list
}
