//! About how long a script takes: what a viewer of a long replay is told.

use crate::{
    lifecycle::InstanceState,
    time::{SimDuration, SimTime},
};

use super::{Op, Program, Step, Target, When};

impl Program {
    /// The instant at which it ends, if it says so; else about when its scripts will be done. That is known without a
    /// replay, and so not exactly: a `wait-until` counts as long as the state before it lasts at most.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::{Scenario, time::SimDuration};
    /// let scenario = Scenario::from_text("fleet.yaml", "
    /// instances: { web: { type: t3.micro, count: 100 } }
    /// steps:
    ///   - each: web
    ///     every: 1m
    ///     steps:
    ///       - launch: self
    ///       - after: 10m
    ///         terminate: self
    /// ").unwrap();
    /// let program = scenario.program();
    /// assert_eq!(program.expected_end() - program.start, SimDuration::from_mins(99 + 10));
    /// ```
    pub fn expected_end(&self) -> SimTime {
        self.until.unwrap_or_else(|| {
            let mut latest = self.start;
            let end = self.walk(&self.steps, self.start, &mut latest);
            end.max(latest).min(SimTime::MAX)
        })
    }

    /// How many steps its scripts take in all, and how many instances there are to take them with: how much there is to do.
    pub fn size(&self) -> u64 {
        u64::from(self.cast.slots()).saturating_add(count(&self.steps))
    }

    /// Where a script stands after some steps that begin at an instant; `latest` is when the scripts that they start are done.
    fn walk(&self, steps: &[Step], from: SimTime, latest: &mut SimTime) -> SimTime {
        let mut stands = from;
        for step in steps {
            stands = match step.when {
                When::Now => stands,
                When::After(after) => stands + after,
                When::AtOffset(offset) => stands.max(from + offset),
                When::AtInstant(at) => stands.max(at),
                When::AtClock(clock) => clock.next(&self.zone, stands).unwrap_or(stands),
            };
            match &step.op {
                Op::Wait(time) => stands = stands + *time,
                Op::WaitUntil { conditions, .. } => {
                    let waits = conditions
                        .iter()
                        .map(|(_, state)| self.before(state.exact()));
                    stands = stands + waits.max().unwrap_or_default();
                }
                Op::Repeat {
                    times,
                    every,
                    steps,
                } => {
                    let begins = every.and_then(|every| every.first(&self.zone, stands));
                    stands = begins.unwrap_or(stands);
                    let round = self.walk(steps, stands, latest).since(stands);
                    let more = times.saturating_sub(1);
                    let apart =
                        every.map_or_else(|| scaled(round, more), |every| every.apart(more));
                    stands = stands + apart + round;
                }
                Op::Each {
                    members,
                    every,
                    steps,
                } => {
                    let later = members_of(members).saturating_sub(1);
                    let first = self.walk(steps, stands, latest);
                    *latest = (*latest).max(first + scaled(*every, later));
                }
                Op::Tell | Op::Expect(_) | Op::Ask(_) | Op::Act(_) => {}
            }
        }
        stands
    }

    /// How long the state lasts, at most, that comes before another.
    fn before(&self, state: InstanceState) -> SimDuration {
        let timings = &self.timings;
        match state {
            InstanceState::Running => timings.pending.max,
            InstanceState::Stopped => timings.stopping.max,
            InstanceState::Hibernated => timings.hibernating.max,
            InstanceState::Terminated => timings.shutting_down.max,
            InstanceState::Pending | InstanceState::Stopping | InstanceState::ShuttingDown => {
                SimDuration::ZERO
            }
        }
    }
}

/// How many steps some steps come to, those counted again that are repeated or stand for several members.
fn count(steps: &[Step]) -> u64 {
    steps.iter().fold(0, |sum, step| {
        let inner = match &step.op {
            Op::Repeat { times, steps, .. } => count(steps).saturating_mul(u64::from(*times)),
            Op::Each { members, steps, .. } => {
                count(steps).saturating_mul(u64::from(members_of(members)))
            }
            Op::Tell
            | Op::Wait(_)
            | Op::WaitUntil { .. }
            | Op::Expect(_)
            | Op::Ask(_)
            | Op::Act(_) => 0,
        };
        sum.saturating_add(1).saturating_add(inner)
    })
}

fn members_of(target: &Target) -> u32 {
    match target {
        Target::Slots { count, .. } => *count,
        Target::Own | Target::Id(_) => 1,
    }
}

fn scaled(time: SimDuration, times: u32) -> SimDuration {
    let longest = SimDuration::from_millis(SimTime::MAX.as_millis());
    time.checked_mul(u64::from(times)).unwrap_or(longest)
}

#[cfg(test)]
mod tests {
    use crate::{Scenario, time::SimDuration};

    fn program(steps: &str) -> std::sync::Arc<crate::script::Program> {
        let text = format!(
            "timings: {{ pending: 10s..20s, stopping: 30s }}\ninstances: {{ web: {{ type: t3.micro, count: 3 }}, db: {{ type: t3.micro }} }}\nsteps:\n{steps}"
        );
        let scenario = Scenario::from_text("length.yaml", &text).unwrap();
        std::sync::Arc::clone(scenario.program())
    }

    fn expected(steps: &str) -> SimDuration {
        let program = program(steps);
        program.expected_end() - program.start
    }

    #[test]
    fn steps_count_as_often_as_they_are_taken() {
        let steps = "  - launch: db\n  - each: web\n    steps:\n      - launch: self\n      - repeat: 10\n        steps:\n          - reboot: self\n          - wait: 1m\n";
        // Four instances; a launch, the `each`, and for each of three members a launch, the `repeat` and its twenty steps.
        assert_eq!(program(steps).size(), 4 + 2 + 3 * 22);
    }

    #[test]
    fn a_script_is_as_long_as_its_steps_and_its_waits() {
        let steps = "  - launch: db\n  - wait-until: { db: running }\n  - after: 10m\n    stop: db\n  - wait-until: { db: stopped }\n  - wait: 1h\n  - at: 1d\n    start: db\n";
        assert_eq!(expected(steps), SimDuration::from_days(1));
        let without_the_last = steps.split("  - at").next().unwrap();
        assert_eq!(
            expected(without_the_last),
            SimDuration::from_secs(20 + 600 + 30 + 3_600)
        );
    }

    #[test]
    fn rounds_follow_each_other_or_begin_at_their_own_times() {
        let round = "      - wait: 10s\n      - note: A round is over.\n";
        let follow = format!("  - repeat: 4\n    steps:\n{round}");
        assert_eq!(expected(&follow), SimDuration::from_secs(40));
        let apart = format!("  - repeat: {{ times: 4, every: 1m }}\n    steps:\n{round}");
        assert_eq!(expected(&apart), SimDuration::from_secs(190));
    }

    #[test]
    fn the_last_member_of_an_each_counts_and_not_only_the_main_script() {
        let each = "  - each: web\n    every: 1h\n    steps:\n      - launch: self\n      - wait: 5m\n  - wait: 10m\n";
        assert_eq!(
            expected(each),
            SimDuration::from_hours(2) + SimDuration::from_mins(5)
        );
    }
}
