//! "Did you mean …?"

/// Longer words aren't compared: nobody mistypes them, and the comparison takes the product of the lengths.
const LONGEST: usize = 64;

/// How many candidates are looked at: a file may have a hundred thousand names.
const MOST: usize = 10_000;

/// The known word that `word` is the beginning of, up to a dash, if there is one such; else the nearest, if one is within a third
/// of the shorter one's length. Of several that are as near, the first: but a beginning of several leads to none.
pub(crate) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let length = word.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    let mut begun: Option<&str> = None;
    let mut begins_several = false;
    for candidate in known.into_iter().take(MOST) {
        if candidate.eq_ignore_ascii_case(word) {
            return Some(candidate);
        }
        if begins(word, candidate) {
            begins_several |= begun.replace(candidate).is_some();
        }
        let other = candidate.chars().count();
        let allowed = length.min(other) / 3;
        let to_beat = best.map_or(allowed, |(distance, _)| {
            distance.saturating_sub(1).min(allowed)
        });
        if other > LONGEST || other.abs_diff(length) > to_beat || best.is_some_and(|(d, _)| d == 0)
        {
            continue;
        }
        let distance = strsim::osa_distance(word, candidate);
        if distance <= to_beat {
            best = Some((distance, candidate));
        }
    }
    if begins_several {
        return None;
    }
    begun.or(best.map(|(_, word)| word))
}

/// Whether a word is another's first part, as `windows-sql` is that of `windows-sql-web`.
fn begins(word: &str, candidate: &str) -> bool {
    let rest = candidate.get(word.len()..);
    rest.is_some_and(|rest| rest.starts_with('-'))
        && candidate[..word.len()].eq_ignore_ascii_case(word)
}

/// The words of a list for a note: `` `a`, `b` or `c` ``.
pub(super) fn one_of<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let mut words: Vec<&str> = words.into_iter().collect();
    let last = words.pop().unwrap_or_default();
    if words.is_empty() {
        return format!("`{last}`");
    }
    let listed: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    format!("{} or `{last}`", listed.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_within_a_third_is_found() {
        let words = ["stop", "start", "reboot", "terminate"];
        assert_eq!(nearest("strat", words), Some("start"));
        assert_eq!(nearest("STOP", words), Some("stop"));
        assert_eq!(nearest("termnate", words), Some("terminate"));
        assert_eq!(nearest("launch", words), None);
        assert_eq!(nearest("detach", ["each"]), None);
        assert_eq!(nearest("", words), None);
        assert_eq!(nearest(&"x".repeat(1_000_000), words), None);
    }

    #[test]
    fn of_two_equally_near_the_first_is_taken() {
        assert_eq!(nearest("abcdez", ["abcdef", "abcdeg"]), Some("abcdef"));
    }

    #[test]
    fn the_beginning_of_one_word_leads_to_it() {
        let words = [
            "windows-byol",
            "windows-sql-web",
            "windows-sql-std",
            "rhel-sql-web",
        ];
        assert_eq!(nearest("windows-sql", words), None);
        assert_eq!(nearest("RHEL", words), Some("rhel-sql-web"));
    }

    #[test]
    fn a_list_ends_with_or() {
        assert_eq!(one_of(["a"]), "`a`");
        assert_eq!(one_of(["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
