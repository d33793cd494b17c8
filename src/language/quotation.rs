//! Single quotation marks, which are apostrophes as well. May import: std.

/// Where the single quotation closes that `within` follows: at a mark behind a word and before none. One behind an "s" may be an
/// owner's ("the boys' night"), and the next one counts where there is one.
pub(super) fn single_close(within: &str) -> Option<usize> {
    let mut owner = None;
    let mut before = ' ';
    for (at, c) in within.char_indices() {
        if c == '\n' {
            break;
        }
        if matches!(c, '\'' | '’') {
            let after = within[at + c.len_utf8()..].chars().next();
            let goes_on = after.is_some_and(char::is_alphanumeric);
            if before.is_whitespace() && goes_on {
                break;
            }
            if !before.is_whitespace() && !goes_on {
                if before != 's' {
                    return Some(at);
                }
                owner = owner.or(Some(at));
                if after.is_none_or(|after| !after.is_whitespace()) {
                    return Some(at);
                }
            }
        }
        before = c;
    }
    owner
}
