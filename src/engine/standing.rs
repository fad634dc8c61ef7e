//! What a replay would leave if it ended now, while it goes on.

use crate::{
    billing::Meters,
    lifecycle::ApiError,
    script::{Names, Op, Step},
};

use super::{Ended, Engine, Listener, Outcome, Tally, resolver::Resolver};

impl<S: Listener> Engine<S> {
    /// Who bears which name in its script.
    pub const fn names(&self) -> &Names {
        &self.account.names
    }

    /// What was counted.
    pub const fn tally(&self) -> &Tally {
        &self.account.tally
    }

    /// Takes steps that somebody asks for now, by these names. Only what acts does anything; what would make something is
    /// asked in EC2's words.
    ///
    /// # Errors
    ///
    /// The first refusal that its step doesn't expect, and the step's number from 0.
    pub(crate) fn take_steps(
        &mut self,
        names: &Names,
        steps: &[Step],
    ) -> Result<(), (usize, ApiError)> {
        for (number, step) in steps.iter().enumerate() {
            let Op::Act(act) = &step.op else { continue };
            for request in &act.requests {
                let mut resolver = Resolver {
                    names,
                    world: &self.account.world,
                    own: None,
                };
                let resolved = request.resolve(&mut resolver);
                if let Err(refusal) = self.ask_now(&resolved)
                    && step.fails != Some(refusal.code)
                {
                    return Err((number, refusal));
                }
            }
        }
        Ok(())
    }

    /// What there would be if it ended now: what is metered counts as if it were over, and of the scenario's expectations those
    /// that were judged so far.
    pub fn as_it_stands(&self) -> Ended {
        let account = &self.account;
        let mut biller = account.biller.clone();
        biller.finish(account.now, &mut Meters::default());
        let tally = account.tally;
        let has_failed = tally.failed + tally.unexpected_refusals + tally.failures > 0;
        Ended {
            world: account.world.clone(),
            names: account.names.clone(),
            biller,
            end: account.now,
            outcome: if has_failed {
                Outcome::Failed
            } else {
                Outcome::Passed
            },
            tally,
            next_due: None,
        }
    }
}
