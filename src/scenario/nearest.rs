//! "Did you mean …?"

/// Longer words aren't compared: nobody mistypes them, and the comparison takes the product of the lengths.
const LONGEST: usize = 64;

/// How many candidates are looked at: a file may have a hundred thousand names.
const MOST: usize = 10_000;

/// The known word that is nearest to `word`, if one is within a third of the longer one's length. Of several, the first.
pub(crate) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let length = word.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in known.into_iter().take(MOST) {
        if candidate.eq_ignore_ascii_case(word) {
            return Some(candidate);
        }
        let other = candidate.chars().count();
        let allowed = length.max(other) / 3;
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
    best.map(|(_, word)| word)
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
        assert_eq!(nearest("", words), None);
        assert_eq!(nearest(&"x".repeat(1_000_000), words), None);
    }

    #[test]
    fn of_two_equally_near_the_first_is_taken() {
        assert_eq!(nearest("abcdez", ["abcdef", "abcdeg"]), Some("abcdef"));
    }

    #[test]
    fn a_list_ends_with_or() {
        assert_eq!(one_of(["a"]), "`a`");
        assert_eq!(one_of(["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
