//! Words by which a placeholder or a test credential gives itself away. Rank 0: imports nothing of ours.

/// What gave a value away: a word of our own lists, so never a part of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telltale {
    /// Somebody was to put a real value in its place.
    Placeholder(&'static str),
    /// Made for tests.
    Test(&'static str),
}

/// Words of placeholders.
const PLACEHOLDERS: &[&str] = &[
    "your",
    "yours",
    "changeme",
    "change",
    "replaceme",
    "replace",
    "placeholder",
    "example",
    "insert",
    "todo",
    "tbd",
    "redacted",
    "here",
    "null",
    "none",
    "undefined",
    "abc",
    "abcd",
    "abc123",
];

/// Words of test credentials; the sandbox's are among them.
const TESTS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "tester",
    "testclient",
    "dummy",
    "fake",
    "mock",
    "mocked",
    "sample",
    "demo",
    "stub",
    "sandbox",
    "foo",
    "bar",
    "foobar",
];

/// What stands around or instead of a value that is to be filled in.
const MARKS: &[&str] = &["<", ">", "{", "}", "…", "...", "***"];

/// What every OAuth client id of Google's ends with.
const GOOGLES: &str = ".apps.googleusercontent.com";

/// What is as long as this is made by chance. A short word may come up in it by chance as well, a long one does not.
const BY_CHANCE: usize = 30;
const LONG_WORD: usize = 7;

/// What gives `value` away, if anything: a client id, a client secret or a token.
pub fn telltale(value: &str) -> Option<Telltale> {
    if let Some(mark) = MARKS.iter().find(|mark| value.contains(**mark)) {
        return Some(Telltale::Placeholder(mark));
    }
    let value = value.strip_suffix(GOOGLES).unwrap_or(value).to_lowercase();
    let words = value
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.enumerate().find_map(|(place, word)| {
        // Real credentials begin with a number or with Google's own mark, whatever follows.
        let counts = place == 0 || value.len() < BY_CHANCE || word.len() >= LONG_WORD;
        counts.then(|| named(word)).flatten()
    })
}

fn named(word: &str) -> Option<Telltale> {
    let among = |list: &[&'static str]| list.iter().copied().find(|listed| *listed == word);
    if word.len() >= 3 && word.chars().all(|c| c == 'x') {
        return Some(Telltale::Placeholder("xxx"));
    }
    among(PLACEHOLDERS)
        .map(Telltale::Placeholder)
        .or_else(|| among(TESTS).map(Telltale::Test))
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn t07_placeholders_and_test_credentials_are_known_by_a_word() {
        use Telltale::{Placeholder, Test};
        for (value, expected) in [
            ("test_client", Some(Test("test"))),
            ("TEST-CLIENT", Some(Test("test"))),
            ("my-dummy-token", Some(Test("dummy"))),
            ("test-client.apps.googleusercontent.com", Some(Test("test"))),
            ("sandbox.apps.googleusercontent.invalid", Some(Test("sandbox"))),
            ("test_refresh_token_of_the_vaults_own_unit_tests", Some(Test("test"))),
            ("YOUR_CLIENT_ID", Some(Placeholder("your"))),
            (
                "YOUR_GOOGLE_OAUTH_CLIENT_SECRET_GOES_IN_HERE",
                Some(Placeholder("your")),
            ),
            ("your-client-id.apps.googleusercontent.com", Some(Placeholder("your"))),
            ("changeme", Some(Placeholder("changeme"))),
            ("change_me", Some(Placeholder("change"))),
            ("xxx", Some(Placeholder("xxx"))),
            ("GOCSPX-xxxxxxxxxxxxxxxxxxxxxxxxxxxx", Some(Placeholder("xxx"))),
            ("<client id>", Some(Placeholder("<"))),
            ("${CLIENT_ID}", Some(Placeholder("{"))),
            ("GOCSPX-…", Some(Placeholder("…"))),
            ("1234-abcd.apps.googleusercontent.com", Some(Placeholder("abcd"))),
            ("1//this-is-an-example-of-a-refresh-token", Some(Placeholder("example"))),
            ("ours", None),
            ("latest", None),
            ("1//04-test_foo-xxx-0123456789012345678901234567890123456789", None),
            ("123456789012-0k3vtest0xxx.apps.googleusercontent.com", None),
        ] {
            assert_eq!(telltale(value), expected, "{value}");
        }
    }

    #[test]
    fn what_is_made_by_chance_is_never_taken_for_a_placeholder() {
        let drawn = |n: u32| BASE64URL_NOPAD.encode(&Sha256::digest(n.to_le_bytes()));
        for n in 0..20_000 {
            let drawn = format!("{}{}", drawn(n), drawn(n + 20_000));
            for real in [format!("1//0{drawn}"), format!("GOCSPX-{}", &drawn[..28])] {
                assert_eq!(telltale(&real), None, "{real}");
            }
        }
    }
}
