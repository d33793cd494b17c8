//! Slack's markup to the words that the person typed, and our words to text in which nothing is markup.
//!
//! Source: Slack's page "Formatting message text": `&`, `<` and `>` are escaped, and what stands in angle brackets is a link, a
//! mention or a command.

/// The words of a message. `own` is the bot's user id: its mention is cut off.
pub(super) fn plain(text: &str, own: Option<&str>) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        words.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((inner, after)) = rest.strip_prefix('<').and_then(|inside| inside.split_once('>')) {
            rest = after;
            if own.is_some_and(|own| mentioned(inner) == Some(own)) {
                if words.is_empty() || words.ends_with(' ') {
                    rest = rest.trim_start_matches([' ', ':', ',']);
                }
            } else {
                push_bracketed(&mut words, inner);
            }
        } else if let Some((plain, after)) = entity(rest) {
            words.push(plain);
            rest = after;
        } else {
            words.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    words.push_str(rest);
    words.trim().to_owned()
}

/// Our words as Slack's `text`: nothing in it is markup or a mention.
pub(super) fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            c => text.push(c),
        }
    }
    text
}

fn entity(text: &str) -> Option<(char, &str)> {
    [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')]
        .into_iter()
        .find_map(|(escaped, plain)| Some((plain, text.strip_prefix(escaped)?)))
}

/// The user id of `@U1` and `@U1|ana`.
fn mentioned(inner: &str) -> Option<&str> {
    let id = inner.strip_prefix('@')?;
    Some(id.split_once('|').map_or(id, |(id, _)| id))
}

fn push_bracketed(words: &mut String, inner: &str) {
    let (target, label) = match inner.split_once('|') {
        Some((target, label)) => (target, Some(label)),
        None => (inner, None),
    };
    if let Some(user) = target.strip_prefix('@') {
        // Kept as it is: who that is, only a profile can tell.
        words.extend(["<@", user, ">"]);
    } else if let Some(channel) = target.strip_prefix('#') {
        words.extend(["#", label.unwrap_or(channel)]);
    } else if let Some(command) = target.strip_prefix('!') {
        // `!here` and `!channel` have no label; groups (`!subteam^S1|@crew`) and dates carry what was seen.
        match label {
            Some(label) => push_unescaped(words, label),
            None => words.extend(["@", command.split('^').next().unwrap_or_default()]),
        }
    } else {
        let scheme_free = target.split_once("://").map_or(target, |(_, rest)| rest);
        let address = target.strip_prefix("mailto:").or_else(|| target.strip_prefix("tel:"));
        // Slack makes a link of a bare `cafe.example` too: there the label is what was typed.
        let typed = label.filter(|label| *label == scheme_free || target.starts_with("tel:"));
        push_unescaped(words, typed.or(address).unwrap_or(target));
    }
}

fn push_unescaped(words: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        words.push_str(&rest[..at]);
        rest = &rest[at..];
        let (c, after) = entity(rest).unwrap_or(('&', &rest[1..]));
        words.push(c);
        rest = after;
    }
    words.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_what_was_typed() {
        for (markup, words) in [
            ("<@UBOT> book tomorrow", "book tomorrow"),
            ("<@UBOT>: book", "book"),
            ("hey <@UBOT> book", "hey book"),
            ("book noon <@UBOT|chatcal>", "book noon"),
            ("<@UBOT>", ""),
            ("with <@U2> and <@U3|cleo>", "with <@U2> and <@U3>"),
            ("<mailto:a@x.org|a@x.org> noon", "a@x.org noon"),
            ("<mailto:a@x.org>", "a@x.org"),
            ("<https://x.org/a?b=1&amp;c=2|the page>", "https://x.org/a?b=1&c=2"),
            ("<http://cafe.org|cafe.org> at 5", "cafe.org at 5"),
            ("<tel:+491|+49 1>", "+49 1"),
            ("a &lt;b&gt; &amp; c &amp;lt; &copy", "a <b> & c &lt; &copy"),
            (
                "<!here> <!channel> <!subteam^S1|@crew> <!subteam^S1>",
                "@here @channel @crew @subteam",
            ),
            ("<#C1|general> <#C2>", "#general #C2"),
            ("<!date^1^{date}|noon>", "noon"),
            ("1 < 2 <unclosed", "1 < 2 <unclosed"),
            ("é<", "é<"),
            ("&", "&"),
        ] {
            assert_eq!(plain(markup, Some("UBOT")), words, "{markup}");
        }
        assert_eq!(plain("<@UBOT> hi", None), "<@UBOT> hi");
    }

    #[test]
    fn words_survive_the_way_there_and_back() {
        for words in ["<!channel> & <@U1>", "&amp;", "a > b"] {
            assert!(!escaped(words).contains(['<', '>']));
            assert_eq!(plain(&escaped(words), Some("U1")), words);
        }
    }
}
