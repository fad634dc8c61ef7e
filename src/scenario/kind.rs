//! Which files are scenarios, among all that is YAML or JSON.

use std::sync::Arc;

use bumpalo::Bump;

use super::{
    Source,
    include::{self, FRAGMENT},
    reader::Reader,
    tree::Kind,
    yaml,
};

/// The key that makes a mapping a scenario.
pub(super) const STEPS: &str = "steps";

/// Whether a text is that of a scenario: a mapping that has `steps` at its top level. Price files, fragments and the files of
/// other programs are none. Whether it is a scenario without mistakes is for the reader to say; a text that can't even be
/// parsed is one where it looks like one.
///
/// # Example
///
/// ```
/// use ec2sim::scenario::is_scenario;
/// assert!(is_scenario("instances: {}\nsteps: [ { lauch: web } ]\n"));
/// assert!(is_scenario(r#"{ "steps": [] }"#));
/// assert!(!is_scenario("m5.large: $0.10\n"));
/// assert!(!is_scenario("jobs: { build: { steps: [] } }\n"));
/// ```
pub fn is_scenario(text: &str) -> bool {
    let is_fragment = text.contains(FRAGMENT);
    if !is_fragment
        && text
            .lines()
            .any(|line| names_steps(line, &["steps", "\"steps\"", "'steps'"]))
    {
        return true;
    }
    if !text.contains(STEPS) {
        return false;
    }
    let arena = Bump::new();
    let mut reader = Reader::new(Arc::new(Source::new("", text)));
    match yaml::read(text, &arena, &mut reader) {
        Some(root) => match root.kind {
            Kind::Map(entries) => {
                let has_steps = entries.iter().any(|entry| entry.key.text == STEPS);
                has_steps && !include::is_fragment(entries)
            }
            Kind::Null | Kind::Scalar(_) | Kind::Seq(_) => false,
        },
        None => {
            let steps = |line| names_steps(line, &["steps", "\"steps\"", "'steps'"]);
            text.lines().any(steps) || looks_like_one(text)
        }
    }
}

/// Whether a text begins with the key.
fn names_steps(text: &str, keys: &[&str]) -> bool {
    let rest = keys.iter().find_map(|key| text.strip_prefix(key));
    rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// The same for a text in braces that has a mistake somewhere: whether the key stands inside of the first brace only.
fn looks_like_one(text: &str) -> bool {
    let text = text.trim_start();
    let (mut depth, mut is_quoted, mut is_escaped, mut before) = (0_u32, false, false, ' ');
    if !text.starts_with('{') {
        return false;
    }
    for (at, letter) in text.char_indices() {
        let is_key = depth == 1 && !is_quoted && !before.is_alphanumeric();
        let rest = text.get(at..).unwrap_or_default();
        if is_key && names_steps(rest, &["steps", "\"steps\""]) {
            return true;
        }
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = is_quoted,
            '"' => is_quoted = !is_quoted,
            '{' | '[' if !is_quoted => depth = depth.saturating_add(1),
            '}' | ']' if !is_quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = letter;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_with_steps_is_a_scenario_and_nothing_else_is() {
        for text in [
            "steps:\n",
            "name: a\nsteps :\n  - launch: web\n",
            "'steps': []\n",
            "{ name: a, steps: [] }",
            "{\"instances\":{},\n  \"steps\":[]}",
            // With mistakes.
            "steps: [\n",
            "instances: {\nsteps:\n  - launch: web\n",
            "{\"instances\":{\"steps\":1},\"steps\":[}",
            "{ \"name\": \"a \\\" b\", \"steps\": [ ], }}",
            "{ instances: { web: { } }, steps: [",
        ] {
            assert!(is_scenario(text), "{text}");
        }
        for text in [
            "",
            "# steps: none\n",
            "- steps: []\n",
            "steps\n",
            "stepsize: 3\n",
            "m5.large: $0.10\n",
            "instances: { web: { type: t3.micro } }\n",
            "jobs:\n  build:\n    steps:\n      - run: make\n",
            "{\"name\":\"a\",\"scripts\":{\"steps\":\"x\"}}",
            "a: 1\n---\nb: { steps: [] }\n",
            "{{ template \"steps\" }}: [\n",
            "{\"a\":{\"steps\":[]}",
        ] {
            assert!(!is_scenario(text), "{text}");
        }
    }
}
